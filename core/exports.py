"""Tables that leave the portal: safe to open in a spreadsheet, and telling where they come from."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> Any:
    """The value, or for text that a spreadsheet would run as a formula the text behind an apostrophe (ASVS 1.2.10)."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]], about: Sequence[str] = ()) -> Iterator[str]:
    """Lines of a CSV with a byte order mark, so that Excel reads it as UTF-8; `about` goes below the table."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([safe_cell(heading) for heading in headings])
    for row in rows:
        yield writer.writerow(["" if cell is None else safe_cell(cell) for cell in row])
    if about:
        yield writer.writerow([])
    for words in about:
        yield writer.writerow([safe_cell(words)])


def csv_response(
    *, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], about: Sequence[str] = ()
) -> StreamingHttpResponse:
    """A download named for what it is and the day it was made."""
    response = StreamingHttpResponse(csv_lines(headings, rows, about), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response
