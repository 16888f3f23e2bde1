"""The return's template to download: as CSV, and as a workbook with guidance, pick-lists and protected headings."""

import csv
import io
from typing import Any

import xlsxwriter

from practices.returns.headings import HEADINGS, Heading

ROWS = 2000
FILE_NAME = "practice-return"
GUIDANCE = (
    "One row a practice and month, on the sheet “Return”. Leave empty what is not known: empty is not zero.",
    "Whole numbers only, no percentages: the portal works them out.",
    "Never write anything about a patient: no names, no NHS numbers, no dates of birth.",
    "The headings are protected, as the portal knows the columns by them.",
)
WIDTHS = {"code": 14, "month": 12, "count": 16, "date": 18, "choice": 20, "several": 34, "words": 40}


def as_csv() -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerow([heading.heading for heading in HEADINGS])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def as_xlsx() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": "Practice return", "subject": "GP online services"})
        _guidance(book)
        sheet = book.add_worksheet("Return")
        _return(book, sheet)
        sheet.activate()
    return file.getvalue()


def _guidance(book: Any) -> None:
    sheet = book.add_worksheet("Guidance")
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 34, wrap)
    sheet.set_column(1, 1, 70, wrap)
    sheet.set_column(2, 3, 44, wrap)
    sheet.write(0, 0, "Practice return: guidance", bold)
    for row, words in enumerate(GUIDANCE, start=1):
        sheet.merge_range(row, 0, row, 3, words, wrap)
    top = len(GUIDANCE) + 2
    for column, words in enumerate(("Column", "What it means", "What may stand there", "Example")):
        sheet.write(top, column, words, bold)
    for row, heading in enumerate(HEADINGS, start=top + 1):
        sheet.write_row(row, 0, [heading.heading, heading.meaning, heading.allowed])
        sheet.write_string(row, 3, heading.example)
    sheet.protect()


def _return(book: Any, sheet: Any) -> None:
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8edee", "border": 1})
    formats = {
        "date": book.add_format({"locked": False, "num_format": "dd/mm/yyyy"}),
        "count": book.add_format({"locked": False, "num_format": "#,##0"}),
    }
    text = book.add_format({"locked": False, "num_format": "@"})
    for column, heading in enumerate(HEADINGS):
        sheet.set_column(column, column, WIDTHS[heading.kind], formats.get(heading.kind, text))
        sheet.write_string(0, column, heading.heading, head)
        rule = _validation(heading, column)
        if rule:
            sheet.data_validation(1, column, ROWS, column, rule)
    sheet.freeze_panes(1, 2)
    sheet.protect(options={"format_columns": True, "insert_rows": True, "delete_rows": True, "sort": True})


def _validation(heading: Heading, column: int) -> dict[str, Any] | None:
    common = {
        "ignore_blank": True,
        "input_title": heading.heading[:32],
        "input_message": heading.meaning[:255],
        "error_title": heading.heading[:32],
        "error_message": f"Allowed: {heading.allowed}."[:255],
    }
    if heading.kind == "count":
        return common | {"validate": "integer", "criteria": ">=", "value": 0}
    if heading.kind == "choice":
        return common | {"validate": "list", "source": list(heading.choices)}
    if heading.kind == "several":
        # Several may stand in one cell, so the list offers and does not forbid.
        return common | {"validate": "list", "source": list(heading.choices), "error_type": "information"}
    if heading.kind == "date":
        return common | {"validate": "date", "criteria": ">=", "value": "=DATE(2010,1,1)"}
    if heading.kind == "code":
        letter = xlsxwriter.utility.xl_col_to_name(column)
        return common | {"validate": "custom", "value": f"=LEN({letter}2)=6"}
    if heading.length:
        return common | {"validate": "length", "criteria": "<=", "value": heading.length}
    return common | {"validate": "any"}


TEMPLATES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
