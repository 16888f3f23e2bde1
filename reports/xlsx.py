"""The report as a workbook: real numbers to go on working with, and where they come from."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.disclosure import HIDDEN
from core.legible import lacking_words
from core.wording import state_words
from reports.presenters.sections import by_gap, rounded_note
from reports.snapshot.shape import AgainstTarget, PracticeLine, Snapshot, TargetSums
from targets.presenters.words import short_name

ILLUSTRATIVE = "Illustrative data, made up"
# Nothing in a cell may run or lead anywhere, whatever a practice is called (ASVS 1.2.10).
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# A column: heading, width, number format ("" for text)
Columns = Sequence[tuple[str, float, str]]
Value = str | int | float | date | None
COUNT, SHARE, POINTS, DAY = "#,##0", "0.0%", '+0.0" pp";-0.0" pp";0.0" pp"', "d mmm yyyy"


def to_xlsx(snapshot: Snapshot) -> bytes:
    """The same snapshot gives the same bytes."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        writer = Book(book, snapshot)
        book.set_properties(
            {
                "title": snapshot.title,
                "subject": snapshot.sentence,
                "author": "London GP online services",
                "comments": ILLUSTRATIVE if snapshot.about.illustrative else "",
                "created": datetime.fromisoformat(snapshot.about.made_at).astimezone(UTC).replace(tzinfo=None),
            }
        )
        writer.write()
    return buffer.getvalue()


class Book:
    """Writes the sheets, each with what it is on top, headings that stay, filters, and a foot for print."""

    def __init__(self, book: xlsxwriter.Workbook, snapshot: Snapshot) -> None:
        self.book = book
        self.snapshot = snapshot
        self.formats: dict[tuple[str, bool], Format] = {}

    def write(self) -> None:
        self.summary()
        self.targets()
        if self.snapshot.areas:
            self.areas()
        self.practices()
        self.changes()
        self.not_reported()
        self.work()
        self.doubts()
        self.definitions()

    def format(self, number: str = "", *, bold: bool = False, **more: str | int | bool) -> Format:
        key = (number + repr(sorted(more.items())), bold)
        if key not in self.formats:
            values = {"font_name": "Arial", "font_size": 10, "valign": "top", **more}
            self.formats[key] = self.book.add_format(values | {"num_format": number or "@", "bold": bold})
        return self.formats[key]

    def sheet(self, name: str, title: str, note: str = "") -> tuple[Worksheet, int]:
        """A sheet with its title and a line of small print; says which row is next."""
        about = self.snapshot.about
        sheet = self.book.add_worksheet(name)
        foot = f"{about.name}, {about.month_words}. {about.programme_name}. Made {about.made_words}."
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.hide_gridlines(2)
        row = 0
        if about.illustrative:
            sheet.write_string(0, 0, ILLUSTRATIVE, self.format(bold=True, bg_color="#FFEB3B"))
            sheet.set_header(f"&C&B{ILLUSTRATIVE}")
            row = 1
        sheet.set_footer(f"&L{foot.replace('&', '&&')}&RPage &P of &N")
        sheet.write_string(row, 0, title, self.format(bold=True, font_size=14, font_color="#003087"))
        sheet.write_string(row + 1, 0, note, self.format(font_color="#4c6272"))
        return sheet, row + 2

    def table(
        self, sheet: Worksheet, top: int, columns: Columns, rows: Sequence[Sequence[Value]], *, freeze: int = 1
    ) -> None:
        head = self.format(bold=True, bottom=2, text_wrap=True, bg_color="#F0F4F5")
        for place, (label, width, _) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(top, place, label, head)
        for number, row in enumerate(rows, top + 1):
            for place, (value, (_, _, number_format)) in enumerate(zip(row, columns, strict=True)):
                self.cell(sheet, number, place, value, number_format)
        sheet.freeze_panes(top + 1, freeze)
        sheet.autofilter(top, 0, top + max(len(rows), 1), len(columns) - 1)
        sheet.repeat_rows(top)

    def cell(self, sheet: Worksheet, row: int, column: int, value: Value, number_format: str) -> None:
        if value is None:
            return
        if isinstance(value, str):
            right = {"align": "right"} if number_format else {"text_wrap": True}
            sheet.write_string(row, column, value, self.format(**right))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.format(DAY))
        else:
            sheet.write_number(row, column, value, self.format(number_format))

    def summary(self) -> None:
        snapshot = self.snapshot
        sheet, row = self.sheet("Summary", snapshot.title)
        sheet.set_column(0, 0, 110)
        parts: list[tuple[str, Sequence[str]]] = [
            ("", (snapshot.sentence, *snapshot.summary, f"{snapshot.data_line}.", lacking_words(snapshot.lacking))),
            ("What changed", snapshot.changes),
            ("What is asked of the committee", snapshot.asks),
        ]
        if snapshot.small_numbers:
            parts.append(("Small numbers", (snapshot.small_numbers,)))
        for title, lines in parts:
            if title:
                sheet.write_string(row, 0, title, self.format(bold=True))
                row += 1
            for line in filter(None, lines):
                sheet.write_string(row, 0, line, self.format(text_wrap=True))
                row += 1
            row += 1

    def rounded(self) -> str:
        return rounded_note(self.snapshot, [tile.target for tile in self.snapshot.tiles])

    def targets(self) -> None:
        sheet, top = self.sheet("Targets", "The targets, all practices of the area together", self.rounded())
        tiles = {tile.target: tile for tile in self.snapshot.tiles}
        columns: Columns = (
            ("Target", 24, ""),
            ("State", 22, ""),
            ("Rule", 30, ""),
            *SUMS_COLUMNS,
        )
        rows = []
        for sums in self.snapshot.sums:
            tile = tiles[sums.target]
            words = state_words(tile.state, within_margin=tile.within_margin).words
            rows.append([sums.title, words, tile.target_line, *sums_cells(sums)])
        self.table(sheet, top, columns, rows)

    def areas(self) -> None:
        term = self.snapshot.area_term
        sheet, top = self.sheet(term.heading, f"The {term.many}, a line for each target", self.rounded())
        columns: Columns = (("Code", 9, ""), (term.title, 36, ""), ("Target", 24, ""), *SUMS_COLUMNS)
        rows = [
            [area.code, area.name, sums.title, *sums_cells(sums)] for area in self.snapshot.areas for sums in area.sums
        ]
        self.table(sheet, top, columns, rows, freeze=2)

    def practices(self) -> None:
        sheet, top = self.sheet("Practices", "The practices", self.rounded())
        columns: list[tuple[str, float, str]] = [
            ("Code", 9, ""),
            ("Practice", 36, ""),
            (self.snapshot.area_term.title, 26, ""),
            ("System supplier", 14, ""),
            ("Closed", 16, ""),
            ("Patients", 10, COUNT),
        ]
        for tile in self.snapshot.tiles:
            name = short_name(tile.target)
            columns += [
                (f"{name}: state", 22, ""),
                (f"{name}: why no data", 24, ""),
                (f"{name}: numerator", 12, COUNT),
                (f"{name}: denominator", 12, COUNT),
                (f"{name}: share", 11, SHARE),
                (f"{name}: change in the month", 12, POINTS),
                (f"{name}: to target", 11, COUNT),
            ]
        columns += [("Visits in the month", 10, COUNT), ("Actions outstanding", 12, COUNT), ("Open doubts", 9, COUNT)]
        self.table(sheet, top, columns, [self.practice(line) for line in by_gap(self.snapshot)], freeze=2)

    def practice(self, line: PracticeLine) -> list[Value]:
        row: list[Value] = [line.code, line.name, line.ccg, line.supplier, line.closed, line.list_size]
        for tile in self.snapshot.tiles:
            standing = line.standing(tile.target)
            row += standing_cells(standing) if standing else [None] * 7
        return [*row, line.visits, line.actions, line.doubts]

    def changes(self) -> None:
        sheet, top = self.sheet("Crossings", "Practices that crossed a target since the month before")
        columns: Columns = (("Target", 24, ""), ("Code", 9, ""), ("Practice", 40, ""), ("What happened", 24, ""))
        rows = [
            [crossing.title, crossing.code, crossing.name, "Came to meet it" if crossing.up else "No longer meets it"]
            for crossing in self.snapshot.crossings
        ]
        self.table(sheet, top, columns, rows)

    def not_reported(self) -> None:
        sheet, top = self.sheet("Not reported", "Practices without figures, and why")
        columns: Columns = (("Target", 24, ""), ("Practice", 40, ""), ("Why", 80, ""))
        rows = [[gap.title, name, gap.reason] for gap in self.snapshot.not_reported for name in gap.practices]
        self.table(sheet, top, columns, rows)

    def work(self) -> None:
        sheet, top = self.sheet("Visits", "Visits made in the month")
        columns: Columns = (("Date", 14, DAY), ("Code", 9, ""), ("Practice", 40, ""), ("Kind", 20, ""))
        visits: list[list[Value]] = [
            [date.fromisoformat(v.on), v.code, v.practice, v.kind] for v in self.snapshot.visits
        ]
        self.table(sheet, top, columns, visits)
        sheet, top = self.sheet("Actions", f"Actions outstanding on {self.snapshot.about.month_end}")
        columns = (
            ("Code", 9, ""),
            ("Practice", 36, ""),
            ("What is to be done", 60, ""),
            ("Who", 20, ""),
            ("Due", 14, DAY),
            ("State", 16, ""),
            ("Overdue by then", 12, ""),
        )
        actions: list[list[Value]] = [
            [a.code, a.practice, a.words, a.role, date.fromisoformat(a.due), a.state, "yes" if a.overdue else "no"]
            for a in self.snapshot.actions
        ]
        self.table(sheet, top, columns, actions, freeze=2)

    def doubts(self) -> None:
        sheet, top = self.sheet("Doubts", "Figures in doubt")
        columns: Columns = (("Code", 9, ""), ("Practice", 36, ""), ("Kind", 16, ""), ("What is in doubt", 90, ""))
        rows = [[doubt.code, doubt.practice, doubt.kind, doubt.words] for doubt in self.snapshot.doubts]
        self.table(sheet, top, columns, rows, freeze=2)

    def definitions(self) -> None:
        snapshot = self.snapshot
        sheet, top = self.sheet("Definitions and sources", "Definitions and sources")
        columns: Columns = (
            ("Target or source", 40, ""),
            ("Rule or file", 40, ""),
            ("Definition", 70, ""),
            ("Version or SHA-256", 30, ""),
            ("In force or brought in", 34, ""),
        )
        rows: list[list[Value]] = []
        for rule in snapshot.definitions:
            about = " ".join(part for part in (rule.definition, rule.note and f"Note: {rule.note}") if part)
            rows.append(
                [rule.title, rule.target_line, about.replace("\n", " "), f"version {rule.version}", rule.in_force]
            )
        rows += [[source.name, source.file, "", source.sha256, source.landed] for source in snapshot.sources]
        if snapshot.small_numbers:
            rows.append(["Small numbers", "", snapshot.small_numbers, "", ""])
        about_report = snapshot.about
        rows.append(
            [
                "This report",
                about_report.programme_name,
                snapshot.data_line,
                f"data version {about_report.data_version}",
                f"made {about_report.made_words}",
            ]
        )
        self.table(sheet, top, columns, rows)


SUMS_COLUMNS: Columns = (
    ("Numerator", 13, COUNT),
    ("Denominator", 13, COUNT),
    ("Share", 10, SHARE),
    ("Meet it", 9, COUNT),
    ("Do not", 9, COUNT),
    ("No data", 9, COUNT),
    ("Not applicable", 11, COUNT),
    ("Practices", 10, COUNT),
    ("Reported", 10, COUNT),
    ("To target", 11, COUNT),
)


def told(value: int | None, name: str, hidden: Sequence[str]) -> int | str | None:
    return HIDDEN if name in hidden else value


def share_of(numerator: int | None, denominator: int | None, hidden: Sequence[str]) -> float | str | None:
    if "numerator" in hidden or "denominator" in hidden:
        return HIDDEN
    return None if numerator is None or not denominator else numerator / denominator


def sums_cells(sums: TargetSums) -> list[Value]:
    return [
        told(sums.numerator, "numerator", sums.hidden),
        told(sums.denominator, "denominator", sums.hidden),
        share_of(sums.numerator, sums.denominator, sums.hidden),
        sums.met,
        sums.not_met,
        sums.no_data,
        sums.not_applicable,
        sums.practices,
        sums.reported,
        told(sums.shortfall, "shortfall", sums.hidden),
    ]


def standing_cells(standing: AgainstTarget) -> list[Value]:
    return [
        state_words(standing.state, within_margin=standing.within_margin).words,
        standing.reason,
        told(standing.numerator, "numerator", standing.hidden),
        told(standing.denominator, "denominator", standing.hidden),
        share_of(standing.numerator, standing.denominator, standing.hidden),
        None if standing.change is None else standing.change * 100,
        told(standing.shortfall, "shortfall", standing.hidden),
    ]
