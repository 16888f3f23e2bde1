import json
from dataclasses import replace

import pytest
from django.core.management import call_command

from core import disclosure, wording
from core.models import PortalState
from core.months import add_months
from practices.tests.factories import DECEMBER
from reports.presenters.sections import sections, tile_face
from reports.snapshot import NothingToReport, as_json, build, from_json
from reports.snapshot.building import of_read
from reports.snapshot.gathering import read
from reports.tests.factories import MADE_AT, make_world
from targets import scoring
from targets.models import AreaScore
from targets.scoring.area_figures import area_figures
from visits.tests.factories import ActionFactory, VisitFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
PUBLISHED = ("registration", "dcr")


@pytest.fixture
def world():
    return make_world()


def test_it_says_what_a_person_could_read_out(world):
    snapshot = build(**world.asked)

    assert snapshot.sentence == (
        "Lewisham: 1 of 3 practices meet the 20% registration target; 601 patients to go, at 2 practices."
    )
    assert snapshot.title == "Lewisham: GP online services, December 2018"


def test_a_tile_tells_the_share_and_the_practices_apart(world):
    registration = next(tile for tile in build(**world.asked).tiles if tile.target == "registration")
    face = tile_face(registration, lambda chart: "")

    assert registration.meet_line == "1 of 3 practices meet it"
    assert (face.state_words, face.practices_words) == ("Met", "Not met")
    assert face.look == "partly"
    dcr = next(tile for tile in build(**world.asked).tiles if tile.target == "dcr")
    assert tile_face(dcr, lambda chart: "").practices_words == ""


def test_its_figures_are_those_of_the_scores_command(world, capsys):
    call_command("scores", area="lewisham", month="2018-12", json=True)
    printed = json.loads(capsys.readouterr().out)["targets"]

    sums = {line.target: line for line in build(**world.asked).sums}

    for target in PUBLISHED:
        for name in ("numerator", "denominator", "met", "not_met", "no_data", "practices", "reported", "shortfall"):
            assert getattr(sums[target], name) == printed[target][name], (target, name)


def test_its_figures_are_those_of_the_dashboard(world, client):
    client.force_login(world.administrator)
    page = client.get("/boroughs/lewisham/?month=2018-12").content.decode()

    snapshot = build(**world.asked)

    registration = next(tile for tile in snapshot.tiles if tile.target == "registration")
    assert registration.value == "20.8%"
    for words in (registration.value, registration.value_small, registration.meet_line, snapshot.sentence):
        assert words in page


def test_every_area_kind_reports_its_own_sums(world):
    for kind, code in AreaScore.objects.values_list("area_kind", "area_code").distinct():
        snapshot = build(**world.asked | {"area_kind": kind, "area_code": code})
        exact = area_figures(kind, code, DECEMBER.replace(day=1), world.programme)

        for line in snapshot.sums:
            sums = exact[line.target].sums
            told = (line.met, line.not_met, line.no_data, line.practices)
            assert told == (sums.met, sums.not_met, sums.no_data, sums.practices)
        assert len(snapshot.practices) == exact["registration"].sums.practices


def test_it_survives_a_journey_through_json(world):
    snapshot = build(**world.asked)

    assert from_json(json.loads(json.dumps(as_json(snapshot)))) == snapshot


def test_the_same_rows_give_the_same_snapshot(world):
    assert build(**world.asked) == build(**world.asked)


def test_figures_of_returns_are_protected_and_states_are_not_bent_by_it(world):
    snapshot = build(**world.asked)
    standings = {line.name: line.standing("appointments") for line in snapshot.practices}

    small, large = standings["#set text(red) <b>Surgery</b>"], standings["=1+1 Surgery"]
    assert small.numerator is None
    assert "numerator" in small.hidden
    assert "shortfall" in small.hidden
    assert small.state == "not_met"
    # The one that is large enough goes too, or the area's sum would give the small one.
    assert "numerator" in large.hidden
    assert large.state == "met"
    assert "from 1 to 7" in snapshot.small_numbers


def test_published_figures_are_told_exactly(world):
    registration = {line.name: line.standing("registration") for line in build(**world.asked).practices}

    assert registration["Vale & Sons"].numerator == 1599
    assert registration["Vale & Sons"].shortfall == 1
    assert registration["Vale & Sons"].within_margin


def test_who_crossed_a_line_is_named():
    world = make_world(online=(1620, 1000, 1599))

    snapshot = build(**world.asked)

    assert [(crossing.name, crossing.up) for crossing in snapshot.crossings] == [("=1+1 Surgery", True)]
    assert "1 practice came to meet the registration target: =1+1 Surgery." in snapshot.changes


def test_who_reported_and_who_is_asked_are_of_named_targets(world):
    snapshot = build(**world.asked)

    assert "All 3 practices reported on registration." in snapshot.summary
    what = "appointments online, e-communication and utilisation"
    assert f"Ask a practice for the figures that are missing, on {what}: Vale & Sons." in snapshot.asks


def test_the_others_are_missing_on_the_target_alone():
    world = make_world()
    world.practices[0].figures.filter(source="pomi").update(online_patients=None)
    scoring.score_months({DECEMBER.replace(day=1)})

    snapshot = build(**world.asked)

    assert "2 of 3 practices reported on registration; the others count neither way." in snapshot.summary
    what = "appointments online (1), registration (1), e-communication (1) and utilisation (1)"
    assert (
        f"Ask 2 practices for the figures that are missing, on {what}: =1+1 Surgery and Vale & Sons." in snapshot.asks
    )


def test_missing_figures_are_told_with_their_reason(world):
    gaps = {(gap.target, gap.practices) for gap in build(**world.asked).not_reported}

    assert ("appointments", ("Vale & Sons",)) in gaps


def test_visits_and_actions_are_of_the_month_and_say_no_notes(world):
    practice = world.practices[0]
    visit = VisitFactory(practice=practice, on=DECEMBER.replace(day=5), note="Not for the committee")
    VisitFactory(practice=practice, on=add_months(DECEMBER, 1))
    ActionFactory(practice=practice, visit=visit, due_on=DECEMBER.replace(day=12), words="Print posters")

    snapshot = build(**world.asked)

    assert [(line.on, line.code) for line in snapshot.visits] == [("2018-12-05", practice.code)]
    assert [(line.words, line.role, line.overdue) for line in snapshot.actions] == [
        ("Print posters", "Practice manager", True)
    ]
    assert "Not for the committee" not in json.dumps(as_json(snapshot))
    assert "Help along 1 overdue action, at =1+1 Surgery." in snapshot.asks


def test_a_month_without_figures_is_said_in_a_sentence(world):
    with pytest.raises(NothingToReport, match="no figures of Lewisham for March 2017"):
        build(**world.asked | {"month": DECEMBER.replace(year=2017, month=3)})


def test_sources_and_definitions_name_file_and_version(world):
    snapshot = build(**world.asked)

    assert any(source.file == "pomi december.csv" for source in snapshot.sources)
    assert {rule.target for rule in snapshot.definitions} == {tile.target for tile in snapshot.tiles}
    assert all(rule.version >= 1 for rule in snapshot.definitions)


def test_shares_agree_with_their_counts(world):
    for line in build(**world.asked).practices:
        for standing in line.standings:
            assert wording.percent(standing.share) == wording.share(standing.numerator, standing.denominator)


class TestNamesakes:
    """Two practices of one name: nobody can tell which is meant unless the code stands beside it."""

    @pytest.fixture
    def twins(self):
        world = make_world(online=(1620, 1000, 1599))
        for practice, name in zip(world.practices, ("Golborne Surgery", "GOLBORNE  Surgery", "Vale"), strict=True):
            type(practice).objects.filter(pk=practice.pk).update(name=name)
        for place in (0, 1):
            ActionFactory(
                practice=world.practices[place],
                visit=VisitFactory(practice=world.practices[place], on=DECEMBER),
                due_on=DECEMBER.replace(day=12),
            )
        PortalState.figures_changed()
        return world

    def test_sentences_lists_and_drawings_name_the_code(self, twins):
        snapshot = build(**twins.asked)
        first, second = (practice.code for practice in twins.practices[:2])

        assert f"1 practice came to meet the registration target: Golborne Surgery ({first})." in snapshot.changes
        asked = f"Help along 2 overdue actions, at GOLBORNE  Surgery ({second}) and Golborne Surgery ({first})."
        assert asked in snapshot.asks
        drawn = {point.x for point in snapshot.picture.points}
        assert drawn >= {f"Golborne Surgery ({first})", f"GOLBORNE  Surgery ({second})"}
        assert f"GOLBORNE  Surgery ({second})" in {point.x for point in snapshot.gap.points}

    def test_lines_with_a_code_of_their_own_keep_the_name(self, twins):
        snapshot = build(**twins.asked)

        assert {line.name for line in snapshot.practices} == {"Golborne Surgery", "GOLBORNE  Surgery", "Vale"}

    def test_every_table_has_the_code(self, twins):
        snapshot = build(**twins.asked)
        tables = {table.caption: table for section in sections(snapshot) for table in section.tables}

        for start in ("Practices, most", "Actions outstanding", "Open doubts"):
            table = next(table for caption, table in tables.items() if caption.startswith(start))
            assert {row[0].small for row in table.rows} <= {practice.code for practice in twins.practices}, start

    def test_they_keep_their_order(self, twins):
        type(twins.practices[0]).objects.filter(pk=twins.practices[1].pk).update(name="Golborne Surgery")
        PortalState.figures_changed()

        snapshot = build(**twins.asked)

        codes = sorted(practice.code for practice in twins.practices[:2])
        for lines in (snapshot.practices, snapshot.visits, snapshot.actions):
            assert [line.code for line in lines][:2] == codes


class TestRounded:
    """Figures of practice returns are rounded in a report, and it says so where they stand."""

    def test_tiles_say_it(self, world):
        said = {tile.target: tile.rounded for tile in build(**world.asked).tiles}

        assert said["appointments"] == said["utilisation"] == disclosure.ROUNDED
        assert said["registration"] == said["dcr"] == said["ecommunication"] == ""

    def test_drawings_and_the_summary_say_it_of_the_target_that_they_show(self, world):
        found = read(**{name: value for name, value in world.asked.items() if name != "made_at"})
        published = of_read(found, made_at=MADE_AT, threshold=7)
        returned = of_read(
            replace(found, question=replace(found.question, target="appointments")), made_at=MADE_AT, threshold=7
        )

        assert disclosure.ROUNDED not in (*published.summary, published.picture.source)
        assert disclosure.ROUNDED in returned.summary
        assert returned.picture is None or returned.picture.source.endswith(disclosure.ROUNDED)
        practices = next(part for part in sections(returned) if part.title == "The practices").tables[0]
        assert practices.note == f"Appointments: {disclosure.ROUNDED[0].lower()}{disclosure.ROUNDED[1:]}"

    def test_tables_say_it(self, world):
        snapshot = build(**world.asked | {"area_kind": "region", "area_code": "Y56"})
        table = next(section for section in sections(snapshot) if section.title == "The CCGs").tables[0]

        assert (
            table.note
            == "Appointments and Utilisation: exact on screen; rounded to the nearest 5 in reports and files."
        )
