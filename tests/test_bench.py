"""The bench's own arithmetic; what it measures is measured by script/bench."""

from pathlib import Path

import pytest

from tests.bench import table, weights
from tests.bench.databases import CannotMeasure, postgres_database
from tests.bench.floor import COLUMNS, FIELDS

IMPORTS = {
    "floor_seconds": 2.0,
    "rows": 542_490,
    "preview_seconds": 5.0,
    "landing_seconds": 7.0,
    "scores": 250_380,
    "peak_megabytes": 300.0,
}


def test_a_promise_that_is_not_kept_shows() -> None:
    preview, landing, memory = table.import_lines(IMPORTS)

    assert (preview.kept, landing.kept, memory.kept) == (True, False, True)
    assert not table.all_kept({"imports": IMPORTS})
    assert "7.0 s = 3.50x of 2.0 s" in table.whole({"imports": IMPORTS})


def test_the_floor_knows_every_field_of_the_long_file() -> None:
    from practices import measures

    assert set(FIELDS) == {measure.field.lower() for measure in measures.of_source(measures.POMI.key)}
    assert len(COLUMNS.split(",")) == 12


def test_a_page_weighs_what_a_first_visit_loads() -> None:
    page = '<link href="/static/portal/icon.svg"><script src="/static/portal/js/portal.js"></script>'
    weighed = weights.weigh(page)

    assert {"page", "portal/icon.svg", "portal/js/portal.js"} <= set(weighed["loads"])
    assert weighed["first_visit_kilobytes"] > weighed["page_kilobytes"]


def test_scripts_that_a_script_imports_are_weighed_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "a/one.js": b'import { two } from "./two.js";\nconst later = import("./three.js");',
        "a/two.js": b"export {}",
    }
    monkeypatch.setattr(weights, "read", files.__getitem__)

    assert weights.weigh('<script src="/static/a/one.js"></script>')["loads"] == ["a/one.js", "a/two.js", "page"]


def test_a_server_that_does_not_answer_is_said_in_a_sentence() -> None:
    closed = "postgresql://postgres@127.0.0.1:1/postgres"
    with pytest.raises(CannotMeasure, match="PostgreSQL does not let us in"), postgres_database(closed, "never"):
        pass


def test_the_command_is_there() -> None:
    assert (Path(__file__).parent.parent / "script" / "bench").stat().st_mode & 0o111
