"""Rows that wait for confirmation: written as versions with standing "staged", which nothing counts."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.bulk import Column, Same, insert_columns, insert_rows
from practices import measures
from practices.importing.figures.versions import KEY, NUMBER_COLUMNS, WORD_COLUMNS, live_table, plain
from practices.models import Import, ImportFile, MonthlyFigures, Organisation
from practices.models.figures import silent_values

Kind = Organisation.Kind
YES_NO = frozenset(measures.columns("yes_no"))


def with_organisations(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures with practice_id and ccg_id. Codes that the register does not know become awaited organisations."""
    known = {code: (pk, name, ccg) for code, pk, name, ccg in organisations()}
    codes, named = figures["practice_code"].tolist(), figures["practice_name"].tolist()
    ccg_codes, ccg_names = figures["ccg_code"].tolist(), figures["ccg_name"].tolist()
    ensure(zip(codes, named, figures["supplier"].tolist(), strict=True), known)
    ensure(((code, name, "") for code, name in zip(ccg_codes, ccg_names, strict=True) if code), known)
    rows = [known[code] for code in codes]
    ccg = [(known[code][0] if code else None) or row[2] for code, row in zip(ccg_codes, rows, strict=True)]
    return figures.assign(
        practice_id=np.array([row[0] for row in rows], dtype=np.int64),
        ccg_id=np.array([np.nan if each is None else each for each in ccg], dtype=float),
        practice_name=pd.Series([own or row[1] for own, row in zip(named, rows, strict=True)], dtype=object),
    )


def organisations() -> Iterable[tuple[str, int, str, int | None]]:
    kinds = (Kind.PRACTICE, Kind.CCG, Kind.ICB, Kind.AWAITED)
    return Organisation.objects.filter(kind__in=kinds).values_list("code", "pk", "name", "ccg_id")


# What a code that only waits is said to be besides its code and name
_BLANK = Organisation(kind=Kind.AWAITED.value, status=Organisation.Status.ACTIVE.value)
AWAITED = {
    field.name: getattr(_BLANK, field.name)
    for field in Organisation._meta.concrete_fields
    if not (field.primary_key or field.is_relation)
}


def _awaited(code: str, name: str, supplier: str) -> list[object]:
    return list((AWAITED | {"code": code, "name": name or code, "supplier": supplier[:60]}).values())


def ensure(named: Iterable[tuple[str, str, str]], known: dict[str, tuple[int, str, int | None]]) -> None:
    """Codes with name and supplier; the last that is said of a code counts."""
    missing = {code: (name, supplier) for code, name, supplier in named if code not in known}
    # Another check may be bringing in the same codes at this moment.
    insert_rows(
        Organisation,
        tuple(AWAITED),
        (_awaited(code, *said) for code, said in sorted(missing.items())),
        skip_existing=True,
    )
    for number in range(0, len(missing), 5000):
        codes = sorted(missing)[number : number + 5000]
        for code, pk, name, ccg in Organisation.objects.filter(code__in=codes).values_list(
            "code", "pk", "name", "ccg_id"
        ):
            known[code] = (pk, name, ccg)


def carried(figures: pd.DataFrame, source: str, covers: Sequence[str]) -> pd.DataFrame:
    """Columns that the files do not speak of keep what is live: a file about one service must not empty the others."""
    columns = measures.columns_of(source)
    silent = [column for column in columns if column not in covers]
    missing = {column: "" if column in WORD_COLUMNS else np.nan for column in columns if column not in figures}
    figures = figures.assign(**missing)
    if silent and len(figures):
        live = live_table(source, set(figures["month"]), silent)
        beside = figures[KEY].merge(live[[*KEY, *silent]], on=KEY, how="left")
        for column in silent:
            values = beside[column]
            figures[column] = (
                values.where(values.notna(), missing[column]).to_numpy() if column in missing else values.to_numpy()
            )
    return figures


def insert(figures: pd.DataFrame, brought_by: Import, source: str, files: dict[int, ImportFile]) -> None:
    file_of = {number: file.pk for number, file in files.items()}
    values: dict[str, Column] = {name: Same(empty) for name, empty in silent_values().items()}
    values |= {
        "practice": figures["practice_id"].to_numpy(),
        "month": figures["month"].to_numpy(),
        "source": Same(source),
        "standing": Same("staged"),
        "ccg": figures["ccg_id"].to_numpy(dtype=float),
        "practice_name": _cut(figures["practice_name"], 160),
        "supplier": _cut(figures["supplier"], 60),
        "brought_by": Same(brought_by.pk if not_sqlite() else brought_by.pk.hex),
        "file": figures["file"].map(file_of).to_numpy(),
        "row": figures["row"].to_numpy(),
        "field_rows": figures["field_rows"].to_numpy(),
    }
    values |= {column: _stored(figures[column], column) for column in measures.columns_of(source)}
    insert_columns(MonthlyFigures, values, len(figures))


def _cut(names: "pd.Series[Any]", length: int) -> list[str]:
    return [str(name)[:length] for name in names.tolist()]


def _stored(column: "pd.Series[Any]", name: str) -> Column:
    if name in NUMBER_COLUMNS:
        return column.to_numpy(dtype=float)
    if name in YES_NO:
        return [bool(cell) for cell in plain(column)]
    if name in WORD_COLUMNS:
        return ["" if cell is None else str(cell) for cell in plain(column)]
    return plain(column)


def not_sqlite() -> bool:
    from django.db import connection

    return connection.features.has_native_uuid_field
