"""Who is like whom: the same supplier and the same fifth of list sizes, over all practices of the month."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date
from statistics import quantiles

from core.cached import cached
from practices.models import MonthlyFigures
from targets.analysis import Peers

FIFTHS = ("smallest fifth", "second fifth", "middle fifth", "fourth fifth", "largest fifth")


def peers_of(month: date) -> Peers:
    """Published figures only, so that anybody may see them; kept until the figures change."""
    return cached(("peers", month), lambda: _read(month))


def _read(month: date) -> Peers:
    rows = list(
        MonthlyFigures.objects.live()
        .published()
        .in_month(month)
        .filter(list_size__gt=0)
        .order_by()
        .values_list("supplier", "list_size", "online_patients", "dcr_enabled")
    )
    if len(rows) < 5:
        return Peers((), {}, {})
    cuts = tuple(quantiles([row[1] for row in rows], n=5, method="inclusive"))
    registration: dict[tuple[str, int], list[float]] = defaultdict(list)
    reach: dict[tuple[str, int], list[float]] = defaultdict(list)
    for supplier, list_size, online, dcr in rows:
        group = (supplier, bisect_right(cuts, list_size))
        if online is not None:
            registration[group].append(online / list_size)
        if dcr is not None:
            reach[group].append(dcr / list_size)
    return Peers(cuts, _sorted(registration), _sorted(reach))


def _sorted(groups: dict[tuple[str, int], list[float]]) -> dict[tuple[str, int], tuple[float, ...]]:
    return {group: tuple(sorted(values)) for group, values in groups.items()}
