"""Many rows into one table at once, past the ORM's objects: COPY on PostgreSQL, executemany on SQLite."""

import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any

from django.db import connection, models

ROWS_AT_A_TIME = 20_000
VALUES_AT_A_TIME = 9_000


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
    marks = f"({', '.join(['%s'] * len(columns))})"
    at_a_time = VALUES_AT_A_TIME // len(columns)
    with connection.cursor() as cursor:
        for number in range(0, len(rows), at_a_time):
            some = rows[number : number + at_a_time]
            values = ", ".join([marks] * len(some))
            statement = f"INSERT INTO {_beginning(table, columns)} VALUES {values} ON CONFLICT DO NOTHING"  # noqa: S608  # nosec B608
            cursor.execute(statement, list(chain.from_iterable(some)))


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


def _line(row: Sequence[Any]) -> str:
    return "\t".join([_AS_TEXT.get(type(value), str)(value) for value in row])


def _copy(table: str, columns: Sequence[str], rows: list[Sequence[Any]]) -> None:
    statement = f"COPY {_beginning(table, columns)} FROM STDIN"
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(statement, io.StringIO("\n".join(map(_line, rows)) + "\n"))
