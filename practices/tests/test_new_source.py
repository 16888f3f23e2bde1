"""What a new published source touches: the catalogue, one format, a migration and tests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BASE_DIR = Path(__file__).parents[2]


def run(folder: Path, shape: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "practices.tests.new_source", str(folder), shape],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "ettf_portal.test_settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("shape", "file_rows"), [("wide", [[2, 2], [3, 3]]), ("long", [[2, 3], [4, 5]])])
def test_its_figures_come_in_are_seen_and_scored_by_the_catalogue_and_a_format(
    tmp_path: Path, shape: str, file_rows: list[list[int]]
) -> None:
    found = run(tmp_path, shape)

    assert (found["state"], found["error"]) == ("landed", "")
    assert sorted(found["operations"]) == [
        "Add field all_booked to monthlyfigures",
        "Add field attended to monthlyfigures",
        "Alter field source on measurebreak",
        "Alter field source on monthlyfigures",
    ]
    assert found["rows"] == [["A10001", "gpad", 70, 100], ["A10002", "gpad", 101, 100]]
    assert found["file_rows"] == file_rows
    assert found["warnings"] == ["A10002: Attended (101), more than All booked (100)."]
    assert found["scores"] == [["A10001", "not_met", 70], ["A10002", "met", 101]]
    assert found["dictionary"]
    assert found["after_undo"] == 0
