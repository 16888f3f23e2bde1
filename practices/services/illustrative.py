"""The way out of the illustrative London: all that was made up goes, before anything real comes in."""

from django.db import DEFAULT_DB_ALIAS, models, transaction

from accounts.models import User
from core import audit
from core.models import PortalState
from practices.models import Doubt, Import, ImportFile, ImportIssue, MonthlyFigures, Organisation, RegisterChange
from practices.permissions import Deed, require
from practices.services import versions
from practices.signals import illustrative_cleared


@transaction.atomic
def clear(*, by: User | None) -> int:
    """Deletes every illustrative figure, doubt, import and practice, and by signal what the apps above made of them.

    Returns the number of practices; 0 and nothing done where the portal holds real figures. People, CCGs and the audit
    stay.
    """
    require(by, Deed.CLEAR_ILLUSTRATIVE)
    state = PortalState.current()
    if not PortalState.objects.select_for_update().filter(pk=state.pk, illustrative=True).exists():
        return 0
    illustrative_cleared.send(sender=PortalState, by=by)
    for model in (Doubt, MonthlyFigures, ImportIssue, RegisterChange, ImportFile, Import):
        _empty(model)
    made_up = Organisation.objects.filter(illustrative=True)
    number = made_up.practices().count()
    # First the practices, which hold on to their CCGs.
    made_up.practices().delete()
    made_up.delete()
    PortalState.objects.filter(pk=state.pk).update(illustrative=False, illustrative_seed=None)
    versions.announce(versions.NO_FIGURES)
    audit.record(
        by=by, verb="cleared illustrative data", object_type="portal", object_label=f"{number:,} practices made up"
    )
    return number


def _empty(model: type[models.Model]) -> None:
    """In one statement: delete() would read hundreds of thousands of rows first. Nothing refers to them by now."""
    model._base_manager.all()._raw_delete(using=DEFAULT_DB_ALIAS)
