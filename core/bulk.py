"""Many rows into one table at once, past the ORM's objects: COPY on PostgreSQL, executemany on SQLite."""

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, repeat
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection, models

ROWS_AT_A_TIME = 20_000
VALUES_AT_A_TIME = 9_000


@dataclass(frozen=True)
class Same:
    """A column that says the same in every row."""

    value: Any


Column = Same | Sequence[Any] | np.ndarray


def insert_columns(model: type[models.Model], columns: Mapping[str, Column], height: int) -> int:
    """Inserts rows that are there as columns, as many as `height` says; fields and values as insert_rows() takes them.

    An array of floats holds whole numbers, and NaN for nothing. Columns repeat themselves, so that each distinct value
    is put into words once: that takes a third of the time that going row by row does.
    """
    if connection.vendor != "postgresql":
        return insert_rows(
            model, list(columns), zip(*(listed(column, height) for column in columns.values()), strict=True)
        )
    concrete = {field.name: str(field.column) for field in model._meta.concrete_fields}
    varying = {concrete[name]: column for name, column in columns.items() if not isinstance(column, Same)}
    same = {concrete[name]: column.value for name, column in columns.items() if isinstance(column, Same)}
    end = [_line(list(same.values()))] if same else []
    texts = [_texts(column) for column in varying.values()]
    for first in range(0, height, ROWS_AT_A_TIME):
        some = [column[first : first + ROWS_AT_A_TIME] for column in texts]
        lines = map("\t".join, zip(*some, *map(repeat, end), strict=False))
        _copy_lines(model._meta.db_table, [*varying, *same], lines)
    return height


def listed(column: Column, height: int) -> Iterable[Any]:
    """A column's plain values."""
    if isinstance(column, Same):
        return repeat(column.value, height)
    if isinstance(column, np.ndarray) and column.dtype.kind == "f":
        return [None if value != value else int(value) for value in column.tolist()]
    return column.tolist() if isinstance(column, np.ndarray) else column


def _texts(column: Sequence[Any] | np.ndarray) -> list[str]:
    """Each value as COPY reads it; nothing is -1 among the codes, and so the last of the words."""
    array = column if isinstance(column, np.ndarray) else np.array([*column, None], dtype=object)[:-1]
    codes, distinct = pd.factorize(array)
    if array.dtype.kind in "fiu":
        texts = list(map(str, distinct.astype(np.int64).tolist()))
    else:
        texts = list(map(_text, distinct.tolist()))
    words = np.array([*texts, _text(None)], dtype=object)
    listed: list[str] = words[codes].tolist()
    return listed


def insert_rows(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]], *, skip_existing: bool = False
) -> int:
    """Inserts rows of plain values and returns how many.

    `fields` are the model's field names (a foreign key by its `_id` value); every column not named must have a database
    default or allow null. Values are str, int, float, bool, date, aware datetime, UUID, Decimal or None: no defaults,
    validation or signals run. With `skip_existing` a row that a unique constraint refuses is left out, and counted all
    the same.
    """
    concrete = {field.name: field for field in model._meta.concrete_fields}
    named = [concrete[name] for name in fields]
    if connection.vendor == "sqlite":
        rows = _as_sqlite_stores(named, rows)
    columns = [str(field.column) for field in named]
    return insert_into(model._meta.db_table, columns, rows, skip_existing=skip_existing)


def _as_sqlite_stores(fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """UUIDs and moments in the text form that Django gives them where the database has no such type."""
    targets = [field.target_field if field.is_relation else field for field in fields]
    special = {
        position: field
        for position, field in enumerate(targets)
        if isinstance(field, models.UUIDField | models.DateTimeField)
    }
    if not special:
        return rows
    return (
        [
            special[position].get_db_prep_value(value, connection) if position in special else value
            for position, value in enumerate(row)
        ]
        for row in rows
    )


def insert_into(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, skip_existing: bool = False
) -> int:
    insert = _skipping if skip_existing else _copy if connection.vendor == "postgresql" else _executemany
    iterator = iter(rows)
    total = 0
    while batch := list(islice(iterator, ROWS_AT_A_TIME)):
        insert(table, columns, batch)
        total += len(batch)
    return total


def _beginning(table: str, columns: Sequence[str]) -> str:
    """Names come from the model; values are bound."""
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    return f"{connection.ops.quote_name(table)} ({names})"


def _executemany(table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {_beginning(table, columns)} VALUES ({marks})"  # noqa: S608  # nosec B608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _skipping(table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    if connection.vendor == "postgresql":
        _copy_skipping(table, columns, rows)
        return
    marks = f"({', '.join(['%s'] * len(columns))})"
    at_a_time = VALUES_AT_A_TIME // len(columns)
    with connection.cursor() as cursor:
        for number in range(0, len(rows), at_a_time):
            some = rows[number : number + at_a_time]
            values = ", ".join([marks] * len(some))
            statement = f"INSERT INTO {_beginning(table, columns)} VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  # nosec B608
            cursor.execute(statement, list(chain.from_iterable(some)))


def _copy_skipping(table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    """COPY knows no exceptions, so that the rows come into a table of their own first."""
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        like = f"SELECT {names} FROM {connection.ops.quote_name(table)}"  # noqa: S608  # nosec B608
        cursor.execute(f"CREATE TEMPORARY TABLE bulk_rows ON COMMIT DROP AS {like} WITH NO DATA")
        _copy("bulk_rows", columns, rows)
        insert = f"INSERT INTO {_beginning(table, columns)} SELECT {names} FROM bulk_rows ON CONFLICT DO NOTHING"  # noqa: S608  # nosec B608
        cursor.execute(insert)
        cursor.execute("DROP TABLE bulk_rows")


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NEEDS_ESCAPE = re.compile(r"[\\\t\n\r]")


def _escaped(value: str) -> str:
    return value.translate(_ESCAPES) if _NEEDS_ESCAPE.search(value) else value


# Looked up by type: a half-year of England asks five million times.
_AS_TEXT: dict[type, Callable[[Any], str]] = {
    str: _escaped,
    int: int.__repr__,
    float: float.__repr__,
    type(None): lambda _nothing: "\\N",
    bool: lambda value: "t" if value else "f",
    date: date.isoformat,
}


def _text(value: Any) -> str:
    return _AS_TEXT.get(type(value), str)(value)


def _line(row: Sequence[Any]) -> str:
    return "\t".join(map(_text, row))


def _copy(table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    _copy_lines(table, columns, map(_line, rows))


def _copy_lines(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    statement = f"COPY {_beginning(table, columns)} FROM STDIN"
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(statement, io.StringIO("\n".join(lines) + "\n"))
