"""The work of this app's jobs."""

from core import jobs
from practices.importing import desk_lookup, desk_register  # noqa: F401  they register their desks
from practices.importing.figures import desk  # noqa: F401
from practices.services import imports


@jobs.handler(imports.CHECK, on_failure=imports.failed)
def check_import(run: jobs.JobRun) -> None:
    imports.check(run)


@jobs.handler(imports.LAND, on_failure=imports.failed)
def land_import(run: jobs.JobRun) -> None:
    imports.land(run)


@jobs.handler(imports.UNDO, on_failure=imports.failed)
def undo_import(run: jobs.JobRun) -> None:
    imports.undo(run)
