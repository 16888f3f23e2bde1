"""The table of faults in docs/testing.md names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TABLE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8").split("## Faults, and the test")[1].split("\n## ")[0]
ROWS = [row for row in TABLE.splitlines() if row.startswith("| ") and "held by" not in row]


def named_in(row: str) -> list[tuple[str, str]]:
    """Files and the tests in them; `::name` alone is of the file before it."""
    found: list[tuple[str, str]] = []
    for path, name in re.findall(r"`([\w/]*(?:\.py)?)(?:::(\w+))?`", row.split("|")[-2]):
        found.append((path or found[-1][0], name))
    return found


def test_each_fault_is_held_by_tests_that_are_there():
    gone = [
        f"{path}::{name}"
        for row in ROWS
        for path, name in named_in(row)
        if not (ROOT / path).is_file()
        or not re.search(rf"(def|class) {name}" + (r"\b" if name else ""), (ROOT / path).read_text("utf-8"))
    ]

    assert [row for row in ROWS if not named_in(row)] == []
    assert gone == []


def test_no_fault_is_missing():
    numbers = {row.split("|")[1].strip() for row in ROWS}

    assert {str(number) for number in range(1, 24)} <= numbers
