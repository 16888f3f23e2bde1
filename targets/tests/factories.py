from datetime import date
from decimal import Decimal
from typing import Any

import factory

from practices.geography import AreaKind
from practices.models import Organisation
from practices.tests.factories import DECEMBER, CCGFactory, OrganisationFactory, relate
from targets.models import AreaScore, Programme, Score, State, Target, TargetRule

LONDON_REGION = "Y56"


class ProgrammeFactory(factory.django.DjangoModelFactory[Programme]):
    class Meta:
        model = Programme
        django_get_or_create = ("slug",)

    slug = "ettf-london"
    name = "ETTF London"
    words = "The five targets of London."
    is_default = factory.LazyAttribute(lambda programme: programme.slug == "ettf-london")


class RuleFactory(factory.django.DjangoModelFactory[TargetRule]):
    """The registration rule; RuleFactory(appointments=True) and so on make the other four."""

    class Meta:
        model = TargetRule
        django_get_or_create = ("programme", "target", "version")

    class Params:
        appointments = factory.Trait(
            target=Target.APPOINTMENTS,
            numerator=["routine_slots_online"],
            denominator=["routine_slots"],
            threshold=Decimal("0.80"),
            unit="slots",
            title="At least 80% of routine GP appointments available online",
        )
        dcr = factory.Trait(
            target=Target.DCR,
            measured=TargetRule.Measured.STATUS,
            numerator=["dcr_status"],
            denominator=[],
            threshold=None,
            unit="practices",
            title="Detailed coded record offered",
        )
        ecommunication = factory.Trait(
            target=Target.ECOMMUNICATION,
            measured=TargetRule.Measured.EVIDENCE,
            numerator=["ecommunication_promoted_on"],
            denominator=[],
            threshold=None,
            unit="practices",
            title="E-communication promoted to patients",
        )
        utilisation = factory.Trait(
            target=Target.UTILISATION,
            numerator=["bookings_online", "cancellations_online"],
            denominator=["bookings", "cancellations"],
            threshold=Decimal("0.50"),
            unit="transactions",
            title="At least 50% of bookings and cancellations made online",
        )

    programme = factory.SubFactory(ProgrammeFactory)
    target = Target.REGISTRATION
    version = 1
    effective_from = date(2016, 4, 1)
    measured = TargetRule.Measured.RATIO
    numerator = ["online_patients"]
    denominator = ["list_size"]
    threshold = Decimal("0.20")
    unit = "patients"
    title = "At least 20% of patients registered for online services"
    definition = "Patients with at least one online service, as a share of the list."
    source_words = "POMI, as at the end of the month"
    author = "ETTF London programme"


class ScoreFactory(factory.django.DjangoModelFactory[Score]):
    """A registration score that is met: 2,400 of 8,000."""

    class Meta:
        model = Score

    class Params:
        silent = factory.Trait(
            state=State.NO_DATA, reason="blank_value", numerator=None, denominator=None, shortfall=None
        )

    practice = factory.SubFactory(OrganisationFactory)
    month = DECEMBER
    rule = factory.SubFactory(RuleFactory)
    ccg = factory.SelfAttribute("practice.ccg")
    numerator = 2400
    denominator = 8000
    state = State.MET
    shortfall = 0


class AreaScoreFactory(factory.django.DjangoModelFactory[AreaScore]):
    class Meta:
        model = AreaScore

    area_kind = AreaKind.REGION
    area_code = LONDON_REGION
    month = DECEMBER
    rule = factory.SubFactory(RuleFactory)
    numerator = 2400
    denominator = 8000
    met = 1
    practices = 1
    reported = 1
    shortfall = 0


def all_rules(**values: Any) -> list[TargetRule]:
    """The five rules of a programme."""
    others = ("appointments", "dcr", "ecommunication", "utilisation")
    return [RuleFactory(**values), *(RuleFactory(**{name: True}, **values) for name in others)]


def make_london_ccg(**values: Any) -> Organisation:
    """A CCG in an STP in the London region, so that its practices count to London."""
    region, _ = Organisation.objects.get_or_create(
        code=LONDON_REGION, defaults={"kind": Organisation.Kind.REGION, "name": "London", "is_home": True}
    )
    stp, made = Organisation.objects.get_or_create(
        code="QXX", defaults={"kind": Organisation.Kind.STP, "name": "Central Partnership STP"}
    )
    if made:
        relate(stp, region, source="reference")
    ccg: Organisation = CCGFactory(**values)
    relate(ccg, stp, source="reference")
    return ccg
