import csv
import io
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import bulk
from core.exports import csv_lines, safe_cell, unguarded
from core.models import Job
from practices.models import MonthlyFigures, Organisation, OrganisationRelation
from practices.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def test_rows_arrive_as_the_orm_would_have_written_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "ROWS_AT_A_TIME", 2)
    moment = datetime(2018, 12, 3, 9, 30, tzinfo=UTC)
    ids = [uuid.uuid4() for _ in range(5)]
    fields = [
        "id",
        "kind",
        "subject",
        "state",
        "progress_done",
        "progress_total",
        "progress_words",
        "attempts",
        "result",
    ]
    rows = [(pk, "k", "tab\tnew\nline\\N", "queued", 1, 2, "", 0, "{}", "", moment) for pk in ids]
    assert bulk.insert_rows(Job, [*fields, "error", "created_at"], iter(rows)) == 5
    job = Job.objects.get(pk=ids[3])
    assert (job.subject, job.created_at, job.lease_until, job.result) == ("tab\tnew\nline\\N", moment, None, {})


def test_foreign_keys_dates_and_blanks() -> None:
    practice = OrganisationFactory()
    columns = ["kind", "child", "parent", "starts", "ends", "reason", "source", "recorded_at"]
    moment = datetime(2018, 12, 3, tzinfo=UTC)
    row = ("succeeded_by", practice.pk, practice.ccg_id, date(2018, 1, 1), None, "", "hand", moment)
    bulk.insert_rows(OrganisationRelation, columns, [row])
    relation = OrganisationRelation.objects.successions().get()
    assert (relation.child, relation.starts, relation.ends) == (practice, date(2018, 1, 1), None)


def test_rows_that_are_there_already_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "VALUES_AT_A_TIME", 14)
    practice = OrganisationFactory()
    columns = ["kind", "child", "parent", "starts", "reason", "source", "recorded_at"]
    moment = datetime(2018, 12, 3, tzinfo=UTC)
    rows = [
        ("succeeded_by", practice.pk, practice.ccg_id, date(2018, month, 1), "", "hand", moment) for month in (1, 2, 3)
    ]
    bulk.insert_rows(OrganisationRelation, columns, rows[1:2])
    bulk.insert_rows(OrganisationRelation, columns, rows, skip_existing=True)
    assert OrganisationRelation.objects.successions().count() == 3


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        bulk.insert_rows(Organisation, ["nonsense"], [])
    assert not MonthlyFigures.objects.exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "-A1", "-The Surgery", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_would_run_as_a_formula_is_quoted(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, 1.5, -0.4, None, "plain", "a=b", "-5", "-0.4", "-1,234", "-0.4%"])
def test_numbers_and_plain_text_stay_as_they_are(value: Any) -> None:
    assert safe_cell(value) == value


@given(st.text(st.sampled_from("'=+-@\t\r\n5.a"), max_size=8) | st.text(max_size=20))
def test_a_text_that_comes_back_is_what_it_was(text: str) -> None:
    assert unguarded(str(safe_cell(text))) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20), min_size=2))
def test_any_text_survives_the_table(cells: list[str]) -> None:
    """Control characters too: nothing ends a row or a cell before its end."""
    text = "".join(csv_lines(["A"] * len(cells), [cells])).removeprefix("\ufeff")
    back = list(csv.reader(io.StringIO(text, newline="")))[1]
    assert [unguarded(cell) for cell in back] == cells


def test_a_table_ends_with_where_it_comes_from() -> None:
    text = "".join(csv_lines(["Practice", "Note"], [["A", None], ["B", "=x"]], about=["Source: POMI"]))
    assert text == "\ufeffPractice,Note\r\nA,\r\nB,'=x\r\n\r\nSource: POMI\r\n"
