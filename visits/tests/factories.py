from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from practices.tests.factories import OrganisationFactory
from targets.models import Target
from visits.models import Action, CaseloadEntry, Evidence, Visit

LONG_AGO = date(2016, 4, 1)


class CaseloadEntryFactory(factory.django.DjangoModelFactory[CaseloadEntry]):
    """CaseloadEntryFactory(practice=…) makes a facilitator who looks after it and may see its CCG."""

    class Meta:
        model = CaseloadEntry

    practice = factory.SubFactory(OrganisationFactory)
    facilitator = factory.LazyAttribute(lambda entry: UserFactory(facilitator=True, ccgs=[entry.practice.ccg]))
    starts = LONG_AGO


class VisitFactory(factory.django.DjangoModelFactory[Visit]):
    """A logged visit of last week by the facilitator of the practice, or by a new one; traits give the other states."""

    class Meta:
        model = Visit

    class Params:
        planned = factory.Trait(
            state=Visit.State.PLANNED, on=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
        )
        signed_off = factory.Trait(
            state=Visit.State.SIGNED_OFF,
            signed_off_at=factory.LazyFunction(timezone.now),
            signed_off_by=factory.SelfAttribute("facilitator"),
        )
        cancelled = factory.Trait(state=Visit.State.CANCELLED, cancelled_reason="The practice manager was away")

    practice = factory.SubFactory(OrganisationFactory)
    facilitator = factory.LazyAttribute(lambda visit: holder_of(visit.practice))
    state = Visit.State.LOGGED
    on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=7))
    roles_met = ["practice_manager"]
    note = "Walked through the release of slots."


class ActionFactory(factory.django.DjangoModelFactory[Action]):
    """An open action due in two weeks; traits give the other states with what each asks for."""

    class Meta:
        model = Action

    class Params:
        overdue = factory.Trait(due_on=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=10)))
        blocked = factory.Trait(state=Action.State.BLOCKED, barrier="system")
        done = factory.Trait(
            state=Action.State.DONE,
            evidence="Seen on the website",
            closed_at=factory.LazyFunction(timezone.now),
            closed_by=factory.SelfAttribute("created_by"),
        )
        dropped = factory.Trait(
            state=Action.State.DROPPED,
            dropped_reason="The supplier changed",
            closed_at=factory.LazyFunction(timezone.now),
            closed_by=factory.SelfAttribute("created_by"),
        )

    practice = factory.SubFactory(OrganisationFactory)
    target = Target.REGISTRATION
    words = factory.Sequence(lambda number: f"Hand out registration forms at the desk, batch {number}")
    owner_role = Action.OwnerRole.PRACTICE_MANAGER
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))
    created_by = factory.LazyAttribute(lambda action: holder_of(action.practice))


class EvidenceFactory(factory.django.DjangoModelFactory[Evidence]):
    class Meta:
        model = Evidence

    visit = factory.SubFactory(VisitFactory)
    where = Evidence.Where.WEBSITE
    seen_on = factory.SelfAttribute("visit.on")


def holder_of(practice: Any) -> Any:
    """The facilitator who looks after the practice; where there is none, a new one who does from long ago."""
    entry = CaseloadEntry.objects.filter(practice=practice, ends=None).select_related("facilitator").first()
    return (entry or CaseloadEntryFactory(practice=practice)).facilitator
