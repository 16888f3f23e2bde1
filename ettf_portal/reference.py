"""The project's own tables: boroughs, CCGs, succession, programmes and their rules."""

from django.db import transaction

from practices import reference
from targets import programmes


@transaction.atomic
def load() -> None:
    """Brings the tables in; what is there already stays as it is."""
    reference.load()
    programmes.load()
