"""Versions of figures: the one place in which standings change, and from which everybody hears that figures did.

Rows change their standing by sets, whatever their number; none is rewritten and none deleted. One version a practice,
month and source is live (the database holds it); under it lie those that it superseded and those that say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Lookup, OuterRef, Q, Subquery

from core.bulk import insert_rows
from core.models import PortalState
from practices import measures
from practices.models import Import, MonthlyFigures
from practices.models.figures import silent_values
from practices.querysets.figures import MonthlyFiguresQuerySet
from practices.signals import figures_changed
from practices.touches import forget_old

Standing = MonthlyFigures.Standing
Rows = MonthlyFiguresQuerySet
KEY = ("practice", "month", "source")
UNDER_THE_LIVE_ONE = (Standing.SUPERSEDED, Standing.REPEAT)
# Above so many practices the change says "all of them" to those who score anew.
MANY_PRACTICES = 500
# What a row says besides its figures, and what makes it another version
SAID = ("practice_name", "supplier", "ccg")


@dataclass(frozen=True)
class Changed:
    """What became true or ceased to be: months (first days), practices and sources (None: any of them)."""

    months: frozenset[date] = frozenset()
    practices: frozenset[int] | None = frozenset()
    sources: frozenset[str] | None = None

    @classmethod
    def of(cls, version: MonthlyFigures) -> "Changed":
        return cls(frozenset({version.month}), frozenset({version.practice_id}), frozenset({version.source}))


NO_FIGURES = Changed()


def announce(changed: Changed) -> None:
    """Tells the apps above that live figures changed, and makes stale what was cached of them.

    Call it in the transaction that changed them. NO_FIGURES where no figure moved, but what pages show beside the
    figures did: then only the caches are told. The version comes last, so that nothing that a receiver reads on its way
    is cached under it.
    """
    if changed.months:
        figures_changed.send(
            sender=MonthlyFigures,
            months=set(changed.months),
            practices=None if changed.practices is None else set(changed.practices),
            sources=None if changed.sources is None else set(changed.sources),
        )
        forget_old()
    PortalState.figures_changed()


# --- files


@transaction.atomic
def land(brought_by: Import, source: str, *, at: datetime) -> Changed:
    """An import's staged rows become live, those under them superseded; rows that say the same are kept as repeats."""
    waiting = MonthlyFigures.objects.filter(brought_by=brought_by, standing=Standing.STAGED)
    months = _months(waiting)
    live = MonthlyFigures.objects.live().filter(source=source, month__in=months)
    if not live.exists():
        waiting.update(standing=Standing.LIVE, landed_at=at)
        return Changed(months, None, frozenset({source}))
    waiting.filter(Exists(_beside(live).filter(*_says_the_same(source)))).update(standing=Standing.REPEAT, landed_at=at)
    changed = _changed(waiting, source)
    live.filter(Exists(_beside(waiting))).update(
        standing=Standing.SUPERSEDED, superseded_by=Subquery(_beside(waiting).values("pk")[:1])
    )
    waiting.update(standing=Standing.LIVE, landed_at=at)
    return changed


def _beside(rows: Rows) -> Rows:
    """For a subquery: those of the rows that are about the outer row's practice, month and source."""
    return rows.filter(**{name: OuterRef(name) for name in KEY}).order_by()


class Same(Lookup):
    """Equal, or both unknown."""

    lookup_name = "same"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        one, one_values = self.process_lhs(compiler, connection)
        other, other_values = self.process_rhs(compiler, connection)
        operator = "IS" if connection.vendor == "sqlite" else "IS NOT DISTINCT FROM"
        return f"{one} {operator} {other}", (*one_values, *other_values)


def _says_the_same(source: str) -> list[Same]:
    """For a subquery: the row says what the outer row says, in every column of the source."""
    return [Same(F(column), OuterRef(column)) for column in (*SAID, *measures.columns_of(source))]


def _months(rows: Rows) -> frozenset[date]:
    return frozenset(rows.order_by().values_list("month", flat=True).distinct())


def _changed(rows: Rows, source: str) -> Changed:
    practices = set(rows.order_by().values_list("practice", flat=True).distinct()[: MANY_PRACTICES + 1])
    few = len(practices) <= MANY_PRACTICES
    return Changed(_months(rows), frozenset(practices) if few else None, frozenset({source}))


@transaction.atomic
def withdraw(brought_by: Import, source: str) -> Changed:
    """Takes back what an import landed. What lay under its live rows is live again; later imports keep their place."""
    return _withdraw(MonthlyFigures.objects.filter(brought_by=brought_by), source)


def _withdraw(mine: Rows, source: str) -> Changed:
    """`mine` goes by where the rows come from, never by their standing, which changes here."""
    changed = _changed(mine.live(), source)
    of_source = MonthlyFigures.objects.filter(source=source, month__in=_months(mine))
    pointing = MonthlyFigures.objects.filter(superseded_by__in=mine.order_by().values("pk"))
    mine.exclude(standing=Standing.WITHDRAWN).update(standing=Standing.WITHDRAWN, superseded_by=None)
    under = of_source.filter(standing__in=UNDER_THE_LIVE_ONE)
    later = _beside(under).filter(
        Q(landed_at__gt=OuterRef("landed_at")) | Q(landed_at=OuterRef("landed_at"), pk__gt=OuterRef("pk"))
    )
    orphaned = under.filter(Exists(_beside(mine)), ~Exists(_beside(of_source.live())))
    orphaned.filter(~Exists(later)).update(standing=Standing.LIVE, superseded_by=None)
    pointing.update(superseded_by=Subquery(_beside(of_source.live()).values("pk")[:1]))
    return changed


# --- forms and visits, a row at a time


@transaction.atomic
def land_typed(version: MonthlyFigures, former: MonthlyFigures | None) -> Changed:
    """A version that a person typed becomes live. The former leaves first: the database allows one live row a key."""
    version.standing = Standing.LIVE
    if former:
        former.standing = Standing.SUPERSEDED
        former.save(update_fields=["standing"])
    version.save(force_insert=True)
    if former:
        former.superseded_by = version
        former.save(update_fields=["superseded_by"])
    return Changed.of(version)


@transaction.atomic
def withdraw_typed(*, source: str, reference: str) -> Changed:
    """Takes back what a visit or form said; without months where nothing of it was live."""
    return _withdraw(MonthlyFigures.objects.filter(source=source, reference=reference), source)


# --- made-up figures


def insert_live(source: str, fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Rows that are live from the start, in a portal that has none of these: nothing lies under them.

    `fields` are names of MonthlyFigures with `landed_at` among them; those that are never null and not named are empty.
    Returns how many.
    """
    same = {name: value for name, value in silent_values().items() if name not in fields}
    same |= {"source": source, "standing": Standing.LIVE.value}
    constant = tuple(same.values())
    return insert_rows(MonthlyFigures, (*fields, *same), ((*row, *constant) for row in rows))
