import zipfile
from datetime import date

import pytest

from practices import reference
from practices.importing import desk_lookup, desk_register
from practices.importing.desks import desk_of
from practices.models import Borough, Organisation, OrganisationRelation, PostcodeBorough
from practices.signals import practice_closed, practice_succeeded
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory, OrganisationFactory, relate
from practices.tests.register_files import bring_in, epraccur_row, land, row_of, stage, undo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def london(db):
    assert desk_of("register") is desk_register.RegisterDesk
    assert desk_of("lookup") is desk_lookup.LookupDesk
    reference.load()


@pytest.fixture
def told():
    calls = []

    def hear_succession(sender, practice, successor, on, by, **kwargs):
        calls.append((practice.code, successor.code, on))

    def hear_closure(sender, practice, on, by, **kwargs):
        calls.append((practice.code, None, on))

    practice_succeeded.connect(hear_succession)
    practice_closed.connect(hear_closure)
    yield calls
    practice_succeeded.disconnect(hear_succession)
    practice_closed.disconnect(hear_closure)


def state_of_the_register():
    organisations = Organisation.objects.order_by("code").values_list(
        "code", "kind", "name", "status", "opened", "closed", "ccg__code", "borough__slug", "borough_source"
    )
    relations = OrganisationRelation.objects.order_by("child__code", "starts", "parent__code").values_list(
        "kind", "child__code", "parent__code", "starts", "ends"
    )
    return list(organisations), list(relations)


def practice(code="A11111"):
    return Organisation.objects.practices().get(code=code)


def test_a_gp_practice_comes_in_with_its_ccg_and_borough():
    bring_in([epraccur_row()])

    found = practice()
    assert (found.name, found.status, found.opened) == ("FIRST SURGERY", "active", date(2013, 4, 1))
    assert found.address == "1 HIGH STREET, LONDON"
    assert found.ccg.code == "08L"
    assert found.borough.name == "Lewisham"
    assert found.borough_source == "ccg"


@pytest.mark.parametrize(
    ("status", "setting", "closed", "expected"),
    [
        ("A", "4", "", "active"),
        ("C", "4", "20180630", "closed"),
        ("D", "4", "", "dormant"),
        ("P", "4", "", "proposed"),
        ("ACTIVE", "RO76", "", "active"),
        ("INACTIVE", "RO177|RO76", "20180630", "closed"),
    ],
)
def test_both_codings_mean_the_same(status, setting, closed, expected):
    bring_in([epraccur_row(status=status, setting=setting, closed=closed)])

    assert practice().status == expected


@pytest.mark.parametrize("other", [{"setting": "0"}, {"setting": "RO87"}, {"region": "Y60"}])
def test_clinics_and_other_regions_stay_out(other):
    _, _, staged = stage([epraccur_row(), epraccur_row("A22222", **other)])

    assert (staged.new, staged.preview["register"][0]["count"]) == (2, 1)


def test_all_of_england_where_it_is_in_scope(settings):
    settings.IMPORT_REGIONS = ["all"]

    bring_in([epraccur_row(region="Y60")])

    assert practice()


def test_the_membership_file_gives_the_history_and_later_words():
    bring_in(
        [epraccur_row()],
        [
            row_of("A11111", "08K", "W", "20130401", "20160331", "0"),
            row_of("A11111", "08L", "W", "20160401", "", "0"),
            row_of("A11111", "5LF", "W", "20010401", "20130331", "0"),
            row_of("Z99999", "08L", "W", "20010401", "20130331", "0"),
        ],
    )

    assert practice().ccg.code == "08L"
    assert practice().ccg_on(date(2015, 1, 31)).code == "08K"
    assert practice().relations.members().filter(parent__code="5LF").count() == 0


def test_a_practice_that_a_figures_file_named_first_is_confirmed():
    provisional = OrganisationFactory(code="A11111", status="provisional", opened=None)

    brought_by, _, staged = stage([epraccur_row()])
    land(brought_by)

    provisional.refresh_from_db()
    assert provisional.status == "active"
    assert "Confirmed by the register" in [each["words"] for each in staged.preview["register"]]


def test_the_register_counts_before_what_files_of_figures_say():
    provisional = OrganisationFactory(code="A11111", status="provisional", ccg=None)
    relate(provisional, Organisation.objects.get(code="08K"), starts=date(2018, 4, 1), source="figures")

    bring_in([epraccur_row()])

    assert practice().ccg.code == "08L"
    assert practice().ccg_on(date(2018, 12, 31)).code == "08L"


def test_the_same_file_twice_changes_nothing():
    bring_in([epraccur_row()])
    before = state_of_the_register()

    brought_by, _, staged = stage([epraccur_row()])
    land(brought_by)

    assert (staged.new, staged.changed, staged.unchanged) == (0, 0, 2)
    assert state_of_the_register() == before


def test_undo_gives_back_what_was():
    bring_in([epraccur_row()])
    before = state_of_the_register()
    second = bring_in([epraccur_row(name="NEW NAME", closed="20190331", status="C"), epraccur_row("A22222")])

    undo(second)

    assert state_of_the_register() == before


def test_undo_of_the_first_import_respects_the_second():
    first = bring_in([epraccur_row(name="ONE")])
    second = bring_in([epraccur_row(name="TWO")])

    undo(first)
    assert practice().name == "TWO"
    undo(second)
    assert not Organisation.objects.filter(code="A11111").exists()


def test_undo_keeps_a_practice_that_has_figures_as_provisional():
    brought_by = bring_in([epraccur_row()])
    MonthlyFiguresFactory(practice=practice())

    undo(brought_by)

    assert practice().status == "provisional"


def test_what_cannot_be_taken_is_told_row_by_row_and_the_rest_comes_in():
    _, issues, staged = stage(
        [
            epraccur_row(),
            epraccur_row("A1111X"),
            epraccur_row("A33333", opened="20131301"),
            epraccur_row("A44444", opened="20180101", closed="20170101"),
            epraccur_row(),
        ]
    )

    assert [(issue.row, issue.code) for issue in issues.kept] == [
        (2, "bad_code"),
        (3, "bad_date"),
        (4, "closes_before_opening"),
        (5, "double"),
    ]
    assert "row 1 and in row 5" in issues.kept[-1].message
    assert staged.new == 2


def test_a_closure_and_a_merger_are_told_of_once(told):
    bring_in([epraccur_row(), epraccur_row("A22222"), epraccur_row("A33333")])

    bring_in(
        [
            epraccur_row(closed="20190331", status="C"),
            epraccur_row("A22222", closed="20190331", status="C"),
            epraccur_row("A33333"),
        ]
    )
    bring_in([row_of("A22222", "A33333", "PM", "20190401", "1")])

    assert told == [
        ("A11111", None, date(2019, 3, 31)),
        ("A22222", None, date(2019, 3, 31)),
        ("A22222", "A33333", date(2019, 4, 1)),
    ]


def test_first_loading_tells_nobody_of_closures_of_long_ago(told):
    bring_in([epraccur_row(closed="20140331", status="C")])

    assert told == []


def test_a_merger_by_hand_outlives_an_older_file():
    bring_in([epraccur_row(), epraccur_row("A22222")])
    gone = practice()
    gone.closed, gone.status = date(2019, 3, 31), "closed"
    gone.save()
    OrganisationRelation.objects.create(
        kind="succeeded_by", child=gone, parent=practice("A22222"), starts=date(2019, 4, 1), source="hand"
    )

    brought_by, issues, _ = stage([epraccur_row(), epraccur_row("A22222")])
    land(brought_by)

    assert practice().closed == date(2019, 3, 31)
    assert [issue.code for issue in issues.kept] == ["merged_by_hand"]


def test_commissioners_come_with_their_dates_and_codes_of_five():
    cells = ["", "", "", "", "", "SE1 1AA", "20210401", "", ""]
    row = ["A9B9C", "NHS NEW LONDON ICB - A9B9C", "Y56", "QKK", *cells, "RO319|RO326", *[""] * 13]
    hub = ["13X", "HUB", "Y56", "QKK", *cells, "RO218", *[""] * 13]

    bring_in([row_of(*row), row_of(*hub)])

    found = Organisation.objects.ccgs().get(code="A9B9C")
    assert found.relations.members().get().parent.code == "QKK"
    assert not Organisation.objects.filter(code="13X").exists()


def test_a_practice_that_moves_is_scored_anew_in_its_months():
    bring_in([epraccur_row()])
    MonthlyFiguresFactory(practice=practice())
    brought_by, _, _ = stage([epraccur_row(ccg="08K", joined="20180401")])

    landed = land(brought_by)

    assert landed.changed.months == {DECEMBER}
    assert landed.changed.practices == {practice().pk}


def test_refresh_drops_what_another_import_made_true_meanwhile():
    waiting, _, _ = stage([epraccur_row()])
    bring_in([epraccur_row()])

    staged = desk_of("register").refresh(waiting)

    assert (staged.new, staged.changed, staged.unchanged) == (0, 0, 2)
    land(waiting)
    assert practice()


def test_a_postcode_lookup_places_practices_and_undo_takes_it_back():
    bring_in([epraccur_row(), epraccur_row("A22222", postcode="SE1 9ZZ")])
    southwark = Borough.objects.get(name="Southwark")

    brought_by = bring_in(["pcds,oslaua", f"SE1 9ZZ,{southwark.gss_code}", "LS1 1AA,E08000035", "nonsense,E09000028"])

    assert practice("A22222").borough == southwark
    assert practice("A22222").borough_source == "postcode"
    assert practice().borough.name == "Lewisham"
    undo(brought_by)
    assert practice("A22222").borough.name == "Lewisham"
    assert practice("A22222").borough_source == "ccg"
    assert not PostcodeBorough.objects.exists()


def test_a_borough_set_by_hand_stays():
    bring_in([epraccur_row()])
    greenwich = Borough.objects.get(name="Greenwich")
    Organisation.objects.filter(code="A11111").update(borough=greenwich, borough_source="hand")

    bring_in([epraccur_row(ccg="08K", joined="20180401")])

    assert practice().borough == greenwich


def test_london_as_published(shared_dir):
    ods = shared_dir / "data/ods"

    brought_by, issues, _staged = stage(ods / "epraccur_london_2019-10.csv", ods / "epcmem_london_2019-10.csv")
    land(brought_by)

    assert not issues.kept
    found = Organisation.objects.practices()
    assert found.count() == 1504
    assert {status: found.filter(status=status).count() for status in ("active", "closed", "dormant")} == {
        "active": 1261,
        "closed": 199,
        "dormant": 44,
    }
    assert not found.filter(ccg=None).exists()
    assert not found.filter(borough=None).exists()
    assert stage(ods / "epraccur_london_2019-10.csv", ods / "epcmem_london_2019-10.csv")[2].new == 0

    undo(brought_by)

    assert not Organisation.objects.practices().exists()


def test_commissioners_as_published(shared_dir):
    brought_by, issues, _ = stage(shared_dir / "data/ods/eccg_england_2025.csv")
    land(brought_by)

    assert not issues.kept
    assert Organisation.objects.ccgs().filter(closed=None).count() == 5
    assert Organisation.objects.get(code="08L").name == "NHS Lewisham CCG"


def test_england_as_published_keeps_to_london(shared_dir):
    with zipfile.ZipFile(shared_dir / "data/ods/epraccur_england_2019-10.zip") as archive:
        content = archive.read("epraccur.csv")

    _, _, staged = stage(content)

    assert staged.preview["register"][0]["words"] in {"New practices", "Memberships"}
    assert {each["words"]: each["count"] for each in staged.preview["register"]}["New practices"] == 1504
