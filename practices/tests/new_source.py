"""A publisher whom the portal does not know: what adding one takes, done in a process of its own.

1. two entries of practices/measures.py, 2. one module in practices/importing/formats/, 3. the migration that
`makemigrations` writes of the first. Nothing else is touched; the test that starts this is the fourth. Prints JSON.
"""

import io
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import django

from practices import measures
from practices.measures import Measure, Source

FORMAT = """
from practices.importing.formats.base import FigureFormat
from practices.measures import columns_of, of_source

FORMATS = (
    FigureFormat(
        key="gpad",
        words="Appointments in general practice",
        source="gpad",
        shape="{shape}",
        covers=columns_of("gpad"),
        fields={{measure.field: measure.column for measure in of_source("gpad")}},
        headings={headings},
    ),
)
"""
WIDE = {
    "practice_code": ("GP_CODE",),
    "month": ("MONTH_END",),
    "ccg_code": ("CCG",),
    "attended": ("ATTENDED",),
    "all_booked": ("BOOKED",),
}
LONG = {
    "practice_code": ("GP_CODE",),
    "practice_name": ("GP_NAME",),
    "month": ("MONTH_END",),
    "ccg_code": ("CCG",),
    "ccg_name": ("CCG_NAME",),
    "region_code": ("REGION",),
    "supplier": ("SYSTEM",),
    "field": ("WHAT",),
    "value": ("HOW_MANY",),
}


def main(folder: Path, shape: str) -> None:
    add_to_the_catalogue()
    add_a_format(folder, LONG if shape == "long" else WIDE, shape)
    django.setup()
    with migrated() as operations:
        sys.stdout.write(json.dumps({"operations": operations} | use(shape)))


def add_to_the_catalogue() -> None:
    gpad = Source("gpad", "Appointments in general practice", "GPAD", published=True, rank=5, regional=False)
    measures.SOURCES += (gpad,)
    measures.MEASURES = (
        Measure("attended", (gpad,), "flow", "Attended", field="Attended", part_of="all_booked", place=0),
        *measures.MEASURES,
        Measure("all_booked", (gpad,), "flow", "All booked", unit="appointments", field="Booked", place=1),
    )


def add_a_format(folder: Path, headings: dict[str, tuple[str, ...]], shape: str) -> None:
    from practices.importing import formats

    (folder / "gpad.py").write_text(FORMAT.format(shape=shape, headings=headings))
    formats.__path__.append(str(folder))


@contextmanager
def migrated() -> Iterator[list[str]]:
    """A database as `migrate` leaves it, with the migration that the two new columns ask for."""
    from django.apps import apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    call_command("migrate", verbosity=0)
    loader = MigrationLoader(connection)
    state = loader.project_state()
    changes = MigrationAutodetector(state, ProjectState.from_apps(apps)).changes(graph=loader.graph)
    [migration] = changes.pop("practices")
    assert not changes
    with connection.schema_editor() as editor:
        migration.apply(state, editor)
    yield [operation.describe() for operation in migration.operations]


def file_of(shape: str) -> bytes:
    rows = {
        "wide": [["A10001", "31/12/2018", "08L", "70", "100"], ["A10002", "31/12/2018", "08L", "101", "100"]],
        "long": [
            [code, f"PRACTICE {code}", "31DEC2018", "08L", "NHS LEWISHAM CCG", "Y56", "TPP", what, number]
            for code, attended in (("A10001", "70"), ("A10002", "101"))
            for what, number in (("ATTENDED", attended), ("booked", "100"))
        ],
    }[shape]
    headings = [names[0] for names in (LONG if shape == "long" else WIDE).values()]
    return "\n".join(",".join(row) for row in [headings, *rows]).encode()


def use(shape: str) -> dict[str, Any]:
    from accounts.tests.factories import UserFactory
    from practices.models import MonthlyFigures
    from practices.tests.factories import CCGFactory, OrganisationFactory
    from practices.tests.importing import brought_in, undone
    from targets.models import Score
    from targets.programmes.definitions import check_rule, read_all
    from targets.tests.factories import RuleFactory

    ccg = CCGFactory(code="08L")
    for code in ("A10001", "A10002"):
        OrganisationFactory(code=code, ccg=ccg)
    RuleFactory(numerator=["attended"], denominator=["all_booked"], threshold=Decimal("0.80"))
    ratio = next(each for programme in read_all() for each in programme.rules if each.target == "registration")
    check_rule(replace(ratio, numerator=("attended",), denominator=("all_booked",)), "the programme")
    brought_by = brought_in(file_of(shape), "gpad.csv")
    rows = MonthlyFigures.objects.for_user(UserFactory(facilitator=True)).live().order_by("practice__code")
    found = {
        "state": brought_by.state,
        "error": brought_by.error,
        "rows": list(rows.values_list("practice__code", "source", "attended", "all_booked")),
        "file_rows": [row.rows_of(["attended"]) + row.rows_of(["all_booked"]) for row in rows],
        "warnings": list(brought_by.issues.filter(code="parts_above_whole").values_list("message", flat=True)),
        "scores": list(Score.objects.order_by("practice__code").values_list("practice__code", "state", "numerator")),
        "dictionary": measures.label("all_booked") in dictionary(),
    }
    undone(brought_by)
    return found | {"after_undo": rows.all().count()}


def dictionary() -> str:
    """The page that explains every figure."""
    from django.test import Client
    from django.urls import reverse

    from accounts.tests.factories import UserFactory

    client = Client()
    client.force_login(UserFactory(viewer=True))
    return client.get(reverse("practices:data_dictionary")).content.decode()


if __name__ == "__main__":
    from ettf_portal import test_settings

    try:
        with redirect_stdout(io.StringIO()) as printed:
            main(Path(sys.argv[1]), sys.argv[2])
    finally:
        shutil.rmtree(test_settings.FOLDER, ignore_errors=True)
    sys.stdout.write(printed.getvalue().splitlines()[-1])
