"""Whether anything that pages show beside the figures of some practices has changed, told by one look.

Pages are kept as they were rendered. Visits, actions, doubts and the register change while figures do not, so the
database notes each change of their rows by a trigger: no service can forget it, and no writer waits for another.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, Max, Model, OuterRef, QuerySet, Subquery
from django.utils import timezone

from core.request_memory import once
from practices.models import Organisation, PracticeTouch

NOTE = "INSERT INTO practices_practicetouch (practice_id) VALUES ({row}.{column})"
NOTES = "SELECT COUNT(*), MAX(id) FROM practices_practicetouch WHERE practice_id IN ({which})"
EVENTS = ("INSERT", "UPDATE", "DELETE")
# No kept page is older.
KEPT = timedelta(days=1)

_watched: dict[str, str] = {}


class Touched(NamedTuple):
    """Two are the same as long as nothing has changed. Both, because what was begun first may become true last."""

    number: int
    last: int | None


def touched(practices: Collection[int]) -> Touched:
    """The state of what stands beside these practices: one query by index, however much there is."""
    return once(("touched", frozenset(practices)), lambda: _touched(practices))


def _touched(practices: Collection[int]) -> Touched:
    # Asked at every view of a kept page: to build it from the models takes longer than the rest of the page.
    which = ", ".join("%s" for _ in practices) or "NULL"
    with connection.cursor() as cursor:
        cursor.execute(NOTES.format(which=which), list(practices))
        return Touched(*cursor.fetchone())


def also_touched(practices: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The practices with what `touched` would say of each, without a query of its own; for `remember`."""
    own = PracticeTouch.objects.filter(practice_id=OuterRef("pk")).order_by().values("practice_id")
    number, last = (own.annotate(found=found).values("found") for found in (Count("*"), Max("id")))
    return practices.annotate(touches=Subquery(number), last_touch=Subquery(last))


def remember(practice: Any) -> None:
    """For the rest of the request, what came with a practice of `also_touched`."""
    once(("touched", frozenset({practice.pk})), lambda: Touched(practice.touches or 0, practice.last_touch))


def forget_old() -> None:
    """Only where the version of the data changes in the same transaction, and all kept pages with it."""
    PracticeTouch.objects.filter(at__lt=timezone.now() - KEPT).delete()


def watch(model: type[Model], column: str) -> None:
    """From the next migrate on, each change of a row touches the practice that this column names."""
    _watched[f"{model._meta.db_table}.{column}"] = column


def install(*, using: str, **kwargs: Any) -> None:
    """After each migrate: SQLite drops a table's triggers when a migration changes the table."""
    _on_each_table(connections[using], statements)


def remove(*, using: str, **kwargs: Any) -> None:
    """Before each migrate: SQLite changes no table while a trigger speaks of one that is gone."""
    _on_each_table(connections[using], removals)


Statements = Callable[[BaseDatabaseWrapper, str, str], list[str]]


def _on_each_table(connection: BaseDatabaseWrapper, statements_of: Statements) -> None:
    there = set(connection.introspection.table_names())
    if PracticeTouch._meta.db_table not in there:
        return
    with connection.cursor() as cursor:
        for key, column in _watched.items():
            table = key.removesuffix(f".{column}")
            for statement in statements_of(connection, table, column) if table in there else ():
                cursor.execute(statement)


def removals(connection: BaseDatabaseWrapper, table: str, column: str) -> list[str]:
    name = f"touch_{table}_{column}"
    if connection.vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}_{event.lower()}" for event in EVENTS]
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}"]


def statements(connection: BaseDatabaseWrapper, table: str, column: str) -> list[str]:
    old, new = (NOTE.format(row=row, column=column) for row in ("OLD", "NEW"))
    name = f"touch_{table}_{column}"
    if connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name}_{event.lower()} AFTER {event} ON {table} "
            f"BEGIN {old if event == 'DELETE' else new}; END"
            for event in EVENTS
        ]
    return [
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' THEN {old}; ELSE {new}; END IF; RETURN NULL; END $$"
        ),
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
