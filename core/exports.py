"""Tables that leave the portal: safe to open in a spreadsheet, and telling where they come from."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify

# What a spreadsheet would run, behind as many apostrophes as there may be already; a number is only a number.
FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
NUMBER = re.compile(r"-\d[\d,]*(\.\d+)?%?")
GUARD = re.compile(r"^'(?='*[=+\-@\t\r\n])")


def safe_cell(value: object) -> object:
    """The value, or for text that a spreadsheet would run as a formula the text behind an apostrophe (ASVS 1.2.10)."""
    if isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def unguarded(text: str) -> str:
    """What `safe_cell` was given: a file that comes back says what it said before it left."""
    return GUARD.sub("", text)


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[object]], about: Sequence[str] = ()) -> Iterator[str]:
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
    *, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]], about: Sequence[str] = ()
) -> StreamingHttpResponse:
    """A download named for what it is and the day it was made."""
    response = StreamingHttpResponse(csv_lines(headings, rows, about), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "no-store"
    return response
