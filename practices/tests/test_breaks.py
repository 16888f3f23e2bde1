"""Where a series breaks nothing is compared across it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.models import PortalState
from practices import measures, reference
from practices.breaks import Break, Breaks
from practices.importing.figures import oddities
from practices.models import MeasureBreak, ReferenceStamp
from practices.tests.importing import brought_in, checked, lines, pomi

JUNE, JULY, AUGUST = date(2020, 6, 1), date(2020, 7, 1), date(2020, 8, 1)
EMIS_USES = Breaks(
    (
        Break("pomi", "online_transactions", "EMIS", JULY, "all transactions"),
        Break("pomi", "dcr_used", "EMIS", JULY, "record views"),
    )
)


@pytest.mark.parametrize(
    ("supplier", "first", "last", "comparable"),
    [
        ("EMIS", JUNE, JULY, False),
        ("EMIS (I)", JUNE, JULY, False),
        ("emis", date(2018, 4, 1), date(2021, 1, 1), False),
        ("EMIS", JULY, JUNE, False),
        ("EMIS", JULY, AUGUST, True),
        ("EMIS", date(2020, 1, 1), JUNE, True),
        ("EMIS", JULY, JULY, True),
        ("TPP", JUNE, JULY, True),
        ("", JUNE, JULY, True),
        (None, JUNE, JULY, False),
        (None, JULY, AUGUST, True),
    ],
)
def test_two_months_can_be_compared_unless_a_break_lies_between(supplier, first, last, comparable):
    assert EMIS_USES.comparable(["dcr_used"], supplier, first, last) is comparable
    assert bool(EMIS_USES.between(["dcr_used"], supplier, first, last)) is not comparable


def test_other_measures_and_sources_have_no_break():
    assert EMIS_USES.comparable(["online_patients", "list_size"], "EMIS", JUNE, JULY)
    assert EMIS_USES.comparable(["dcr_used"], "EMIS", JUNE, JULY, source="return")
    assert [each.note for each in EMIS_USES.between(["list_size", "dcr_used"], "EMIS", JUNE, JULY)] == ["record views"]


def test_a_break_of_all_suppliers_speaks_of_each():
    everybody = Breaks((Break("pomi", "list_size", "", JULY, "counted anew"),))

    assert not everybody.comparable(["list_size"], "TPP", JUNE, JULY)
    assert not everybody.comparable(["list_size"], "", JUNE, JULY)


def test_values_with_as_many_breaks_ahead_of_them_can_be_compared():
    suppliers, months = ["EMIS", "EMIS", "TPP", "EMIS (I)"], [JUNE, JULY, JUNE, JUNE]

    assert EMIS_USES.ahead("dcr_used", suppliers, months).tolist() == [1, 0, 0, 1]
    assert EMIS_USES.ahead("list_size", suppliers, months).tolist() == [0, 0, 0, 0]


class TestChecks:
    """The list size breaks here, so that every check that compares months has something to leave out."""

    BROKEN = Breaks((Break("pomi", "list_size", "EMIS", JULY, "counted anew"),))

    def table(self, months: list[date], sizes: list[int], supplier: str = "EMIS") -> pd.DataFrame:
        columns = dict.fromkeys(measures.columns_of("pomi"), 2.0)
        rows = [
            columns
            | {"practice_id": 1, "practice_code": "A10001", "month": month, "supplier": supplier, "ccg_id": 1.0}
            | {"list_size": float(size), "online_transactions": 100.0}
            for month, size in zip(months, sizes, strict=True)
        ]
        return pd.DataFrame(rows)

    def codes(self, new: pd.DataFrame, past: pd.DataFrame, broken: Breaks) -> set[str]:
        return {each.code for each in oddities.oddities(new, past, broken) if each.rows.any()}

    def test_the_month_before_is_no_measure_across_a_break(self):
        past, new = self.table([JUNE], [5000]), self.table([JULY], [9000])

        assert "list_moved" in self.codes(new, past, Breaks())
        assert "list_moved" not in self.codes(new, past, self.BROKEN)
        assert "list_moved" in self.codes(
            self.table([JULY], [9000], "TPP"), self.table([JUNE], [5000], "TPP"), self.BROKEN
        )

    def test_nor_are_the_twelve_months_before(self):
        months = [date(2020, number, 1) for number in range(1, 7)]
        past, new = self.table(months, [5000] * 6), self.table([JULY], [9000])

        assert "far_from_history" in self.codes(new, past, Breaks())
        assert "far_from_history" not in self.codes(new, past, self.BROKEN)

    def test_behind_the_break_history_begins_anew(self):
        months = [date(2020, number, 1) for number in range(7, 13)]
        past, new = self.table(months, [9000] * 6), self.table([date(2021, 1, 1)], [5000])

        assert "far_from_history" in self.codes(new, past, self.BROKEN)

    def test_months_on_either_side_of_a_break_are_looked_at_apart(self):
        months = [date(2020, number, 1) for number in range(1, 13)]
        grid, ahead = np.array([[5000.0] * 6 + [9000.0] * 6]), np.array([[1] * 6 + [0] * 6])

        assert oddities.outliers(grid, months)[1].any()
        assert not oddities.outliers(grid, months, ahead)[1].any()


@pytest.mark.django_db
class TestReference:
    def test_emis_counted_uses_wrongly_until_june_2020(self):
        reference.load()
        broken = MeasureBreak.objects.known()

        for column in ("online_transactions", "dcr_used"):
            assert not broken.comparable([column], "EMIS (I)", JUNE, JULY)
            assert broken.comparable([column], "TPP", JUNE, JULY)
        assert all(each.column in measures.by_column() for each in broken.every)

    def test_a_new_table_takes_the_place_of_the_old_and_is_seen_at_once(self):
        reference.load()
        MeasureBreak.objects.create(source="pomi", measure="list_size", month=JULY, note="none")
        PortalState.figures_changed()
        assert not MeasureBreak.objects.known().comparable(["list_size"], "TPP", JUNE, JULY)
        ReferenceStamp.objects.update(digest="an older one")

        reference.load()

        assert MeasureBreak.objects.known().comparable(["list_size"], "TPP", JUNE, JULY)
        assert MeasureBreak.objects.count() == 2

    def test_more_uses_than_their_total_are_expected_before_and_told_after(self, reference_data: None):
        def told(month: str) -> set[str]:
            rows = lines(month=month, values={"Total_Use": 100})
            for row in rows:
                row[9] = "EMIS (I)"
            found = checked(pomi(rows)).issues.filter(code__startswith="uses_above_total")
            return {f"{issue.code}: {issue.message}" for issue in found}

        sentence = "The uses of A10001 add up to 310, more than its total of 100."
        assert told("30JUN2020") == {f"uses_above_total_expected: {sentence} Expected of EMIS before July 2020."}
        assert told("31JUL2020") == {f"uses_above_total: {sentence}"}

    def test_movers_are_not_measured_across_a_break(self):
        MeasureBreak.objects.create(source="pomi", measure="online_patients", month=JULY, note="counted anew")
        PortalState.figures_changed()
        brought_in(pomi(lines(month="30JUN2020")))

        found = checked(pomi(lines(month="31JUL2020", values={"Total_Pat_Enbld": 100})))

        assert found.preview["movers"] == []
        assert not found.issues.filter(code="online_fell").exists()
