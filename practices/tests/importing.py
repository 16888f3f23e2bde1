"""Small POMI files made up on the spot, and the way of a file through the desk as the command takes it."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from django.test.utils import override_settings

from practices.importing.formats.pomi_long import FIELDS
from practices.models import Import, MonthlyFigures
from practices.services import imports

HEADINGS = [
    *("report_period_end", "region_code", "region_name", "subregion_code", "subregion_name", "ccg_code", "ccg_name"),
    *("practice_code", "practice_name", "system_supplier", "field", "value"),
]
VALUES = {
    "patient_list_size": 5000,
    "Sys_Appts_Enbld": 2,
    "Sys_Presc_Enbld": 2,
    "Sys_DetCodeRec_Enbld": 2,
    "Pat_Appts_Enbld": 900,
    "Pat_Presc_Enbld": 800,
    "Pat_DetCodeRec_Enbld": 50,
    "Pat_Appts_Use": 100,
    "Pat_Presc_Use": 200,
    "Pat_DetCodeRec_Use": 10,
    "Total_Pat_Enbld": 1200,
    "New_Pat_Enbld": 25,
    "Total_Use": 400,
}
KEPT = ("id", "standing", "landed_at", "superseded_by", "brought_by", "file", "row", "field_rows")


def lines(code: str = "A10001", month: str = "30APR2018", values: Mapping[str, Any] | None = None) -> list[list[str]]:
    """The thirteen rows of a practice-month."""
    own = VALUES | dict(values or {})
    start = [month, "Y56", "LONDON COMMISSIONING REGION", "Q71", "NHS ENGLAND LONDON", "08L", "NHS Lewisham CCG"]
    return [[*start, code, f"PRACTICE {code}", "TPP", name, str(own[name])] for name in FIELDS]


def pomi(rows: Iterable[list[str]], headings: Iterable[str] = HEADINGS) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(headings), *rows])
    return text.getvalue().encode()


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return packed.getvalue()


def checked(data: bytes, name: str = "pomi.csv", regions: list[str] | None = None) -> Import:
    """The file after its check: refused or waiting."""
    from core.models import Job

    with override_settings(JOBS_INLINE=True):
        brought_by = imports.upload(file=io.BytesIO(data), name=name, by=None, regions=regions)
        run_waiting(Job)
    brought_by.refresh_from_db()
    return brought_by


def brought_in(data: bytes, name: str = "pomi.csv", reason: str = "the file is small", **options: Any) -> Import:
    from core.models import Job

    brought_by = checked(data, name, **options)
    if brought_by.state == Import.State.PREVIEW:
        with override_settings(JOBS_INLINE=True):
            imports.confirm(brought_by=brought_by, by=None, reason=reason)
            run_waiting(Job)
        brought_by.refresh_from_db()
    return brought_by


def undone(brought_by: Import) -> Import:
    from core.models import Job

    with override_settings(JOBS_INLINE=True):
        imports.request_undo(brought_by=brought_by, by=None, reason="wrong file")
        run_waiting(Job)
    brought_by.refresh_from_db()
    return brought_by


def run_waiting(jobs_model: Any) -> None:
    """Inside a test's transaction nothing commits, so the jobs are run by hand."""
    from core import jobs

    for job in jobs_model.objects.filter(state="queued").order_by("created_at"):
        jobs.run(job.pk)


def live_values(**which: Any) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What counts: by practice code, month and source, all values but those that say where they come from."""
    fields = [field for field in MonthlyFigures._meta.concrete_fields if field.name not in KEPT]
    rows = MonthlyFigures.objects.live().filter(**which).select_related("practice", "ccg")
    return {
        (row.practice.code, f"{row.month:%Y-%m}", row.source): {
            field.name: getattr(row, field.name if not field.is_relation else field.attname) for field in fields
        }
        for row in rows
    }
