"""One place says where everything lies: areas by day, principal boroughs, mergers of any depth, the home region."""

from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.models import PortalState
from practices import reference
from practices.geography import Geography, Membership, geography, latest_first, parent_on, read_geography, tree_on
from practices.importing.figures.register import follow_figures
from practices.models import Borough, BoroughShare, Organisation, OrganisationRelation, ReferenceStamp
from practices.services import register
from practices.services.places import derive_places
from practices.tests.factories import (
    BoroughFactory,
    CCGFactory,
    ImportFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
    relate,
)
from practices.tests.importing import brought_in, undone
from practices.tests.register_files import epraccur_row, row_of
from reports.querysets import boroughs_within
from targets.models import Score
from targets.scoring import score_months
from visits.forms.lists import ActionFilter

pytestmark = pytest.mark.django_db
DEC_2018, DEC_2023 = date(2018, 12, 31), date(2023, 12, 31)


def pk(code: str) -> int:
    return int(Organisation.objects.get(code=code).pk)


class TestDays:
    def test_the_membership_of_the_day_comes_first_then_what_ended_last(self) -> None:
        old, older = (
            Membership(1, date(2015, 1, 1), date(2018, 3, 31)),
            Membership(2, date(2013, 4, 1), date(2014, 1, 1)),
        )
        now = Membership(3, date(2018, 4, 1))
        assert latest_first([older, old, now], date(2019, 1, 1)) == [now, old, older]
        assert parent_on([older, old, now], date(2016, 1, 1)) == 1
        assert parent_on([older, old, now], date(2014, 6, 1)) is None

    def test_of_overlapping_ones_the_later_and_the_ended_tell_more(self) -> None:
        listed, history = Membership(1, date(2013, 4, 1)), Membership(2, date(2013, 4, 1), date(2016, 3, 31))
        assert parent_on([listed, history], date(2015, 1, 31)) == 2
        assert parent_on([listed, history, Membership(3, date(2015, 1, 1))], date(2015, 1, 31)) == 3


@pytest.mark.usefixtures("reference_data")
class TestLondon:
    def test_a_ccg_lies_in_its_stp_and_region_on_every_day(self) -> None:
        found = read_geography()
        for code, stp in (("08L", "QKK"), ("93C", "QMJ")):
            for day in (DEC_2018, DEC_2023):
                assert found.above(pk(code), "stp", day) == stp
                assert found.above(pk(code), "region", day) == "Y56"
        assert len(found.ccgs_in(pk("Y56"), DEC_2018)) == 37
        assert {found.codes[ccg] for ccg in found.ccgs_in(pk("QKK"), DEC_2023)} == {
            *("07N", "07Q", "08A", "08K", "08L", "08Q"),
            "72Q",
        }

    def test_the_icb_that_an_stp_became_is_no_area_of_its_own(self) -> None:
        tree = tree_on(read_geography(), DEC_2023)
        assert [area.term.one for area in tree.of_kind("stp")] == ["ICB"] * 5
        assert tree.find("stp", "E54000028") is None
        assert [area.code for area in tree.ccgs_of(tree.home)] == [
            area.code for area in tree.of_kind("ccg") if area.region == "Y56"
        ]

    @pytest.mark.parametrize(
        ("kind", "code", "day", "one", "name"),
        [
            ("stp", "QMJ", DEC_2018, "STP", "North London Partners In Health And Care STP"),
            ("stp", "QMJ", date(2022, 6, 30), "STP", "North London Partners In Health And Care STP"),
            ("stp", "QMJ", date(2022, 7, 1), "ICB", "NHS North Central London Integrated Care Board"),
            ("ccg", "93C", date(2022, 6, 30), "CCG", "NHS North Central London CCG"),
            ("ccg", "93C", DEC_2023, "sub-location", "NHS North Central London ICB - 93C"),
            ("ccg", "07R", DEC_2023, "CCG", "NHS Camden CCG"),
            ("borough", "camden", DEC_2023, "borough", "Camden"),
            ("region", "Y56", DEC_2023, "region", "London"),
        ],
    )
    def test_areas_are_called_as_they_were_on_the_day(
        self, kind: str, code: str, day: date, one: str, name: str
    ) -> None:
        area = tree_on(read_geography(), day).find(kind, code)
        assert area is not None
        assert (area.term.one, area.name) == (one, name)

    def test_a_register_that_knows_the_later_name_does_not_change_the_earlier_one(self) -> None:
        Organisation.objects.filter(code="93C").update(name="NHS NORTH CENTRAL LONDON ICB - 93C")
        for day, name in (
            (DEC_2023, "NHS North Central London ICB - 93C"),
            (date(2021, 1, 1), "NHS North Central London CCG"),
        ):
            area = tree_on(read_geography(), day).find("ccg", "93C")
            assert area is not None
            assert area.name == name

    def test_it_takes_two_queries(self) -> None:
        OrganisationFactory.create_batch(3)
        with CaptureQueriesContext(connection) as asked:
            read_geography()
        assert len(asked) == 2

    def test_every_borough_is_principal_as_published(self, shared_dir: Path) -> None:
        import csv

        with (shared_dir / "data/geo/london_ccgs.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        expected: dict[str, tuple[float, str]] = {}
        for row in rows:
            mine = (float(row["pct_of_ccg_lsoas"]), row["borough"])
            expected[row["ccg_ods_code"]] = max(expected.get(row["ccg_ods_code"], (0.0, "")), mine)
        found = read_geography()
        names = dict(Borough.objects.values_list("pk", "name"))
        assert {found.codes[ccg]: names[of] for ccg, of in found.principal_borough.items()} == {
            code: borough for code, (_, borough) in expected.items()
        }
        assert not {pk(code) for code in ("36L", "72Q", "93C", "A3A8R", "W2U3Z")} & set(found.principal_borough)


class TestPrincipalBorough:
    """Every part of the portal that asks gives the same answer where two boroughs have equal parts of a CCG."""

    @pytest.fixture
    def split(self) -> tuple[Organisation, Borough]:
        ccg = CCGFactory()
        later, first = BoroughFactory(gss_code="E09000009"), BoroughFactory(gss_code="E09000002")
        least = BoroughFactory(gss_code="E09000001")
        for borough, percent in ((later, 45), (first, 45), (least, 10)):
            BoroughShare.objects.create(borough=borough, ccg=ccg, percent_of_borough=50, percent_of_ccg=percent)
        return ccg, first

    def test_of_the_geography(self, split: Any) -> None:
        ccg, first = split
        assert read_geography().principal_borough == {ccg.pk: first.pk}

    def test_of_the_areas_and_their_reports(self, split: Any) -> None:
        ccg, first = split
        boroughs = tree_on(read_geography(), DEC_2018).of_kind("borough")
        assert [borough.code for borough in boroughs if borough.ccgs] == [first.slug]
        assert first.slug in boroughs_within({ccg.code})

    def test_of_a_practice(self, split: Any) -> None:
        ccg, first = split
        practice = OrganisationFactory(ccg=ccg)
        derive_places({practice.pk})
        practice.refresh_from_db()
        assert practice.borough == first

    def test_of_a_practice_that_only_figures_name(self, split: Any) -> None:
        ccg, first = split
        brought_by = ImportFactory()
        practice = OrganisationFactory(ccg=ccg, membership=None, status="provisional")
        practice.relations.all().delete()
        MonthlyFiguresFactory(practice=practice, brought_by=brought_by)
        follow_figures(brought_by)
        practice.refresh_from_db()
        assert practice.borough == first

    def test_of_a_score(self, split: Any) -> None:
        from targets.tests.factories import RuleFactory

        ccg, first = split
        RuleFactory()
        MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg))
        score_months([date(2018, 12, 1)])
        assert Score.objects.get().borough == first


@pytest.mark.usefixtures("reference_data")
class TestMergers:
    @pytest.fixture
    def four(self) -> list[Organisation]:
        """A CCG that came of three mergers, one after the other."""
        ccgs = [CCGFactory(code=f"9A{number}") for number in range(4)]
        for number, (before, after) in enumerate(pairwise(ccgs)):
            relate(before, after, kind="succeeded_by", starts=date(2015 + number, 4, 1))
        PortalState.figures_changed()
        return ccgs

    def test_both_ways_at_any_depth(self, four: list[Organisation]) -> None:
        found = read_geography()
        assert found.successors([four[0].pk]) == {ccg.pk for ccg in four[1:]}
        assert found.predecessors([four[3].pk]) == {ccg.pk for ccg in four[:3]}

    def test_a_circle_in_a_file_does_not_hang_it(self, four: list[Organisation]) -> None:
        relate(four[3], four[0], kind="succeeded_by", starts=date(2019, 4, 1))
        assert read_geography().successors([four[1].pk]) == {ccg.pk for ccg in four}

    def test_scope_reaches_every_practice_whoever_asks(self, four: list[Organisation]) -> None:
        practice = OrganisationFactory(ccg=four[0])
        lead = UserFactory(lead=True, ccgs=[four[3]])
        PortalState.figures_changed()
        practices = Organisation.objects.practices()
        assert practice in practices.within_scope(lead)
        assert practice in practices.under_ccgs([four[3].code])
        borough = BoroughFactory()
        BoroughShare.objects.create(borough=borough, ccg=four[0], percent_of_borough=100, percent_of_ccg=100)
        PortalState.figures_changed()
        assert borough.slug in boroughs_within(frozenset(geography().with_predecessors([four[3].code]).values()))

    def test_a_ccg_that_the_register_forgot_to_end_ended_when_it_was_followed(self) -> None:
        Organisation.objects.filter(code="07V").update(closed=None)
        tree = tree_on(read_geography(), date(2021, 5, 31))
        croydon = tree.find("ccg", "07V")
        assert croydon is not None
        assert croydon.closed == date(2020, 3, 31)
        assert [area.code for area in tree.went_on_as(croydon)] == ["36L"]

    def test_it_is_not_offered_where_open_ones_are(self) -> None:
        Organisation.objects.filter(code="07V").update(closed=None)
        PortalState.figures_changed()
        offered = set(ActionFilter({}, user=UserFactory(administrator=True)).fields["ccg"].queryset)
        assert {ccg.code for ccg in offered} == {"36L", "72Q", "93C", "A3A8R", "W2U3Z"}

    def test_practices_that_it_had_at_its_end_stay_in_the_scope_of_who_has_it(self) -> None:
        croydon, after = Organisation.objects.get(code="07V"), Organisation.objects.get(code="36L")
        practice = OrganisationFactory(ccg=after, membership=None)
        practice.relations.all().delete()
        relate(practice, croydon, ends=date(2020, 3, 31))
        lead = UserFactory(lead=True, ccgs=["07V"])
        Organisation.objects.filter(code="07V").update(closed=None)
        PortalState.figures_changed()
        assert practice in Organisation.objects.practices().within_scope(lead)


def data_version() -> int:
    return PortalState.current().data_version


@pytest.mark.usefixtures("reference_data")
class TestVersions:
    """Whatever changes the geography makes cached pages stale."""

    def test_the_reference_tables(self) -> None:
        ReferenceStamp.objects.all().delete()
        before = data_version()
        assert reference.load()
        assert data_version() > before

    @pytest.mark.parametrize(
        "row",
        [
            epraccur_row(),
            row_of("A11111", "08K", "W", "20130401", "20160331", "0"),
            row_of("08L", "08Q", "Merger", "20190401", "1"),
        ],
        ids=["epraccur", "epcmem", "succ"],
    )
    def test_a_file_of_the_register_and_its_undo(self, row: str) -> None:
        OrganisationFactory(code="A11111", name="Old name")
        PortalState.figures_changed()
        before = data_version()
        brought_by = brought_in(row.encode() + b"\r\n", "ods.csv")
        assert brought_by.state == "landed", brought_by.error
        landed = data_version()
        assert landed > before
        undone(brought_by)
        assert data_version() > landed

    EDITS: dict[str, Callable[[Any], Any]] = {
        "open": lambda cast: register.open_practice(
            code="A55555", name="New", ccg=cast.ccg, on=date(2019, 1, 1), postcode="", by=cast.by
        ),
        "close": lambda cast: register.close_practice(practice=cast.one, on=date(2019, 1, 1), reason="x", by=cast.by),
        "merge": lambda cast: register.merge_practice(
            practice=cast.one, successor=cast.other, on=date(2019, 1, 1), reason="x", by=cast.by
        ),
        "move": lambda cast: register.move_practice(practice=cast.one, ccg=cast.ccg, on=date(2019, 1, 1), by=cast.by),
        "borough": lambda cast: register.set_borough(practice=cast.one, borough=Borough.objects.first(), by=cast.by),
        "rename": lambda cast: register.rename_practice(
            practice=cast.one, name="Renamed", on=date(2019, 1, 1), by=cast.by
        ),
    }

    @pytest.mark.parametrize("edit", EDITS)
    def test_an_edit_by_hand(self, edit: str) -> None:
        class cast:  # noqa: N801
            one, other = OrganisationFactory(), OrganisationFactory()
            ccg = Organisation.objects.get(code="08L")
            by = UserFactory(administrator=True)

        before = data_version()
        self.EDITS[edit](cast)
        assert data_version() > before

    def test_what_is_placed_by_hand_asks_for_its_ccg_at_once(self) -> None:
        lewisham = Borough.objects.get(slug="lewisham")
        practice = OrganisationFactory(ccg=Organisation.objects.get(code="08Q"))
        assert lewisham.slug in boroughs_within({"08L"})
        register.set_borough(practice=practice, borough=lewisham, by=UserFactory(administrator=True))
        assert lewisham.slug not in boroughs_within({"08L"})
        assert lewisham.slug in boroughs_within({"08L", "08Q"})


def test_only_the_reference_data_name_the_home_region(reference_data: None) -> None:
    code = Organisation.objects.get(is_home=True).code
    named = [
        str(path.relative_to(settings.BASE_DIR))
        for kind in ("py", "html", "yaml", "csv", "js", "typ")
        for folder in sorted(child.parent for child in Path(settings.BASE_DIR).glob("*/__init__.py"))
        for path in [*folder.rglob(f"*.{kind}")]
        if "tests" not in path.parts and code in path.read_text(encoding="utf-8")
    ]
    assert sorted(named) == ["practices/reference/organisations.csv", "practices/reference/relations.csv"]


def test_another_home_region_can_be_named_and_there_is_never_a_second(reference_data: None) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(code="Y60", kind="region", name="Midlands", is_home=True)
    Organisation.objects.filter(is_home=True).update(is_home=False)
    Organisation.objects.create(code="Y60", kind="region", name="Midlands", is_home=True)
    PortalState.figures_changed()
    assert tree_on(geography(), timezone.localdate()).home.name == "Midlands"


def test_an_empty_portal_has_no_areas() -> None:
    found = read_geography()
    assert isinstance(found, Geography)
    assert tree_on(found, DEC_2018).home.name == "Region"
    assert OrganisationRelation.objects.count() == 0
