"""The work of this app's jobs, registered when the app is ready."""

from core import jobs
from reports import services

jobs.handler(services.MAKE, on_failure=services.mark_failed)(services.make)
