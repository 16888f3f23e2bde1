from datetime import date
from typing import Any

import factory
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.months import month_of
from practices import measures
from practices.models import Borough, Doubt, Import, ImportFile, MonthlyFigures, Organisation, OrganisationRelation

# A month of which everything is known in most tests.
DECEMBER = date(2018, 12, 1)


class BoroughFactory(factory.django.DjangoModelFactory[Borough]):
    class Meta:
        model = Borough

    gss_code = factory.Sequence(lambda number: f"E08{number:06}")
    name = factory.Sequence(lambda number: f"Borough {number}")
    slug = factory.Sequence(lambda number: f"borough-{number}")
    tile_row = factory.Sequence(lambda number: number % 7)
    tile_column = factory.Sequence(lambda number: number % 8)


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A practice by default, a member of its CCG; CCGFactory and STPFactory make the others."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    class Params:
        is_ccg = factory.Trait(
            kind=Organisation.Kind.CCG,
            code=factory.Sequence(lambda number: f"9{number % 1000:03}"),
            name=factory.Sequence(lambda number: f"NHS Area {number} CCG"),
            prescribing_setting="",
            ccg=None,
            membership=None,
        )
        is_stp = factory.Trait(
            kind=Organisation.Kind.STP,
            code=factory.Sequence(lambda number: f"Z{number % 1000:03}"),
            name=factory.Sequence(lambda number: f"Partnership {number}"),
            prescribing_setting="",
            ccg=None,
            membership=None,
        )

    kind = Organisation.Kind.PRACTICE
    code = factory.Sequence(lambda number: f"Y{number:05}")
    name = factory.Sequence(lambda number: f"Practice {number}")
    opened = date(2013, 4, 1)
    postcode = "E1 1AA"
    supplier = "EMIS"
    prescribing_setting = "4"
    ccg = factory.SubFactory("practices.tests.factories.CCGFactory")

    @factory.post_generation
    def membership(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and self.kind == Organisation.Kind.PRACTICE and self.ccg:
            relate(self, self.ccg)


class CCGFactory(OrganisationFactory):
    is_ccg = True


class STPFactory(OrganisationFactory):
    is_stp = True


def relate(
    child: Any,
    parent: Any,
    kind: str = "member_of",
    starts: date = date(2013, 4, 1),
    ends: date | None = None,
    source: str = "ods",
) -> OrganisationRelation:
    return OrganisationRelation.objects.create(
        kind=kind, child=child, parent=parent, starts=starts, ends=ends, source=source
    )


class MonthlyFiguresFactory(factory.django.DjangoModelFactory[MonthlyFigures]):
    """A live POMI row that meets every POMI target. MonthlyFiguresFactory(returned=True) is a practice return."""

    class Meta:
        model = MonthlyFigures

    class Params:
        returned = factory.Trait(
            source=measures.RETURN.key,
            list_size=None,
            appointments_status=None,
            prescriptions_status=None,
            dcr_status=None,
            appointments_enabled=None,
            prescriptions_enabled=None,
            dcr_enabled=None,
            online_patients=None,
            routine_slots=1000,
            routine_slots_online=850,
            bookings=900,
            bookings_online=500,
            cancellations=100,
            cancellations_online=60,
            routine_definition="Pre-bookable with a GP, 10 minutes",
            ecommunication_answered=True,
        )
        staged = factory.Trait(standing=MonthlyFigures.Standing.STAGED, landed_at=None)

    practice = factory.SubFactory(OrganisationFactory)
    month = DECEMBER
    source = measures.POMI.key
    standing = MonthlyFigures.Standing.LIVE
    ccg = factory.SelfAttribute("practice.ccg")
    practice_name = factory.SelfAttribute("practice.name")
    supplier = "EMIS"
    list_size = 8000
    appointments_status = 2
    prescriptions_status = 2
    dcr_status = 2
    appointments_enabled = 2000
    prescriptions_enabled = 2000
    dcr_enabled = 240
    online_patients = 2400
    landed_at = factory.LazyFunction(timezone.now)


class ImportFactory(factory.django.DjangoModelFactory[Import]):
    class Meta:
        model = Import

    class Params:
        waiting = factory.Trait(state=Import.State.PREVIEW, landed_at=None)

    owner = factory.SubFactory(UserFactory, administrator=True)
    state = Import.State.LANDED
    file_name = factory.Sequence(lambda number: f"pomi-{number}.csv")
    upload = factory.Sequence(lambda number: f"imports/{number}.csv")
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    format_key = "pomi_long_12"
    months = ["2018-12"]
    landed_at = factory.LazyFunction(timezone.now)


class ImportFileFactory(factory.django.DjangoModelFactory[ImportFile]):
    class Meta:
        model = ImportFile

    brought_by = factory.SubFactory(ImportFactory)
    name = factory.SelfAttribute("brought_by.file_name")
    sha256 = factory.SelfAttribute("brought_by.sha256")


class DoubtFactory(factory.django.DjangoModelFactory[Doubt]):
    class Meta:
        model = Doubt

    kind = Doubt.Kind.ODD
    code = "online_above_list"
    practice = factory.SubFactory(OrganisationFactory)
    month = month_of(DECEMBER)
    measure = "online_patients"
    words = "More online patients (9,000) than patients on the list (8,000)."
    supplier = "EMIS"
