"""The one place in which standings change."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.bulk import insert_rows
from core.models import PortalState
from core.months import add_months
from practices.importing.figures import landing
from practices.models import Import, MonthlyFigures, Organisation
from practices.models.figures import silent_values
from practices.services import versions
from practices.signals import figures_changed
from practices.tests.factories import DECEMBER, ImportFactory, MonthlyFiguresFactory, OrganisationFactory
from practices.tests.importing import brought_in, lines, live_values, pomi, undone

pytestmark = pytest.mark.django_db

APRIL, MAY = "30APR2018", "31MAY2018"
BASE_DIR = Path(__file__).parents[2]


def file_of(practices: int, **values: Any) -> bytes:
    return pomi([line for number in range(practices) for line in lines(f"A{10001 + number}", values=values)])


class TestUndoWorksBySets:
    def queries_of_an_undo(self, practices: int) -> int:
        brought_in(file_of(practices))
        corrected = brought_in(file_of(practices, patient_list_size=5100))
        with CaptureQueriesContext(connection) as queries:
            undone(corrected)
        assert set(MonthlyFigures.objects.live().values_list("list_size", flat=True)) == {5000}
        return len(queries)

    def test_as_many_questions_for_forty_practices_as_for_four(self) -> None:
        few = self.queries_of_an_undo(4)
        MonthlyFigures.objects.update(superseded_by=None)
        MonthlyFigures.objects.all().delete()

        assert self.queries_of_an_undo(40) == few

    def test_no_pointer_is_left_behind_however_many_rows_there_are(self) -> None:
        practices = [OrganisationFactory(membership=None).pk for _ in range(52)]
        months = [add_months(date(2010, 1, 1), number) for number in range(100)]
        old, new = ImportFactory(), ImportFactory()
        keys = [(practice, month) for practice in practices for month in months]
        self.insert(old, "superseded", keys)
        self.insert(new, "live", keys)
        first = MonthlyFigures.objects.filter(brought_by=old).order_by("pk").values_list("pk", flat=True)
        second = MonthlyFigures.objects.filter(brought_by=new).order_by("pk").values_list("pk", flat=True)
        pairs = list(zip(first, second, strict=True))
        MonthlyFigures.objects.bulk_update(
            [MonthlyFigures(pk=under, superseded_by_id=over) for under, over in pairs],
            ["superseded_by"],
            batch_size=400,
        )

        landing.undo(new, by=None, at=timezone.now())

        assert len(pairs) == 5200
        assert MonthlyFigures.objects.live().filter(brought_by=old).count() == 5200
        assert not MonthlyFigures.objects.exclude(superseded_by=None).exists()

    def insert(self, brought_by: Import, standing: str, keys: list[tuple[int, date]]) -> None:
        blank = silent_values()
        at = datetime(2020, 1, 1 if standing == "superseded" else 2, tzinfo=UTC)
        own = brought_by.pk if connection.vendor == "postgresql" else brought_by.pk.hex
        fields = ("practice", "month", "source", "standing", "landed_at", "brought_by", "list_size", *blank)
        rows = ((*key, "pomi", standing, at, own, 1, *blank.values()) for key in keys)
        insert_rows(MonthlyFigures, fields, rows)


class TestPointers:
    def test_what_lay_under_an_undone_row_lies_under_the_one_that_stands_now(self) -> None:
        first = brought_in(pomi(lines()))
        second = brought_in(pomi(lines(values={"patient_list_size": 5100})))
        third = brought_in(pomi(lines(values={"patient_list_size": 5200})))

        undone(second)

        assert MonthlyFigures.objects.get(brought_by=first).superseded_by == MonthlyFigures.objects.live().get()
        assert MonthlyFigures.objects.live().get().brought_by == third

    def test_the_newest_that_stands_comes_back(self) -> None:
        brought_in(pomi(lines()))
        brought_in(pomi(lines(values={"patient_list_size": 5100})))
        again = brought_in(pomi(list(reversed(lines(values={"patient_list_size": 5100})))))
        last = brought_in(pomi(lines(values={"patient_list_size": 5200})))
        assert MonthlyFigures.objects.get(brought_by=again).standing == "repeat"

        undone(last)

        live = MonthlyFigures.objects.live().get()
        assert (live.brought_by, live.superseded_by) == (again, None)

    def test_only_what_differs_takes_the_place_of_what_is_live(self) -> None:
        brought_in(pomi(lines() + lines("A10002")))
        before = live_values()
        second = brought_in(pomi(list(reversed(lines())) + lines("A10002", values={"Pat_Appts_Use": ""})))

        standings = dict(MonthlyFigures.objects.filter(brought_by=second).values_list("practice__code", "standing"))
        assert standings == {"A10001": "repeat", "A10002": "live"}
        assert live_values()["A10002", "2018-04", "pomi"]["appointments_used"] is None
        undone(second)
        assert live_values() == before

    def test_a_visit_that_spoke_of_two_months_is_withdrawn_in_both(self) -> None:
        practice = OrganisationFactory()
        november = MonthlyFiguresFactory(practice=practice, returned=True, month=date(2018, 11, 1), source="visit")
        for month in (date(2018, 11, 1), DECEMBER):
            former = november if month.month == 11 else None
            version = MonthlyFigures(
                practice=practice, month=month, source="visit", reference="v", landed_at=timezone.now()
            )
            versions.land_typed(version, former)

        changed = versions.withdraw_typed(source="visit", reference="v")

        assert changed.months == {date(2018, 11, 1), DECEMBER}
        assert MonthlyFigures.objects.live().get() == november
        assert MonthlyFigures.objects.live().get().superseded_by is None


class TestAnnounce:
    def heard(self, changed: versions.Changed) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []

        def hear(**told: Any) -> None:
            calls.append({"version": PortalState.current().data_version} | told)

        figures_changed.connect(hear)
        try:
            versions.announce(changed)
        finally:
            figures_changed.disconnect(hear)
        return calls

    def test_everybody_hears_what_changed_before_the_caches_are_new(self) -> None:
        version = PortalState.current().data_version
        practice: Organisation = OrganisationFactory()

        [told] = self.heard(versions.Changed(frozenset({DECEMBER}), frozenset({practice.pk}), frozenset({"visit"})))

        assert (told["months"], told["practices"], told["sources"]) == ({DECEMBER}, {practice.pk}, {"visit"})
        assert (told["version"], PortalState.current().data_version) == (version, version + 1)

    def test_where_no_figure_moved_only_the_caches_hear_of_it(self) -> None:
        version = PortalState.current().data_version

        assert self.heard(versions.NO_FIGURES) == []
        assert PortalState.current().data_version == version + 1

    def test_an_import_says_whose_figures_they_are(self) -> None:
        heard = []

        def hear(sources: Any, **told: Any) -> None:
            heard.append(sources)

        figures_changed.connect(hear)
        try:
            undone(brought_in(pomi(lines())))
        finally:
            figures_changed.disconnect(hear)
        assert heard == [{"pomi"}, {"pomi"}]

    def test_nobody_else_tells(self) -> None:
        """`manage.py rescore` alone makes pages stale by itself: no figure changed, the scores had been wrong."""
        telling = re.compile(r"figures_changed\.send|PortalState\.figures_changed\(")
        assert self.files_with(telling) == {"practices/services/versions.py", "targets/management/commands/rescore.py"}

    def test_nobody_else_changes_a_standing(self) -> None:
        flipping = re.compile(r"\.standing = |update\(\s*standing=")
        assert self.files_with(flipping) == {"practices/services/versions.py"}

    def files_with(self, pattern: re.Pattern[str]) -> set[str]:
        return {
            path.relative_to(BASE_DIR).as_posix()
            for app in ("core", "accounts", "practices", "targets", "visits", "reports", "illustrative")
            for path in (BASE_DIR / app).rglob("*.py")
            if "tests" not in path.parts and pattern.search(path.read_text(encoding="utf-8"))
        }
