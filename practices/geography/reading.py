"""The geography out of the database."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Value
from django.db.models.functions import Cast

from core.cached import cached
from core.request_memory import once
from practices.geography.value import BoroughPlace, Geography, Icb, Membership, Place, Share, reach


def geography() -> Geography:
    """As of the data's version: whatever changes the register ends in a new one."""
    return once(("geography",), lambda: cached(("geography",), read_geography, worth=lambda found: bool(found.home)))


def read_geography(*, with_awaited: bool = False) -> Geography:
    """Afresh, in two queries, however many practices there are.

    with_awaited: also the CCGs that only a waiting import names, for its preview.
    """
    kinds = ["region", "stp", "icb", "ccg", *(["awaited"] if with_awaited else [])]
    places, parents, successions, home, icbs = _read_places(kinds)
    boroughs, shares, placed = _read_boroughs()
    return Geography(places, parents, successions, boroughs, shares, placed, home, icbs)


Links = dict[int, tuple[Membership, ...]]


class Places(NamedTuple):
    places: dict[int, Place]
    parents: Links
    successions: Links
    home: int | None
    icbs: dict[int, Icb]


def _read_places(kinds: list[str]) -> Places:
    rows = apps.get_model("practices", "Organisation").objects.filter(kind__in=kinds).order_by("pk")
    own = ("pk", "code", "kind", "name", "opened", "closed")
    relations = ("relations__kind", "relations__parent_id", "relations__starts", "relations__ends")
    places: dict[int, Place] = {}
    links: dict[str, dict[int, list[Membership]]] = {"member_of": {}, "succeeded_by": {}}
    home = None
    for is_home, kind, parent, starts, ends, *place in rows.values_list("is_home", *relations, *own):
        pk = place[0]
        places[pk] = Place(*place)
        home = pk if is_home else home
        if kind is not None:
            links[kind].setdefault(pk, []).append(Membership(parent, starts, ends))
    return _with_icbs_as_their_stps(places, links["member_of"], links["succeeded_by"], home)


def _with_icbs_as_their_stps(
    places: dict[int, Place],
    parents: dict[int, list[Membership]],
    successions: dict[int, list[Membership]],
    home: int | None,
) -> Places:
    """Who is a part of an ICB that followed an STP is a part of one area, which stands under the STP's code."""
    icbs: dict[int, Icb] = {}
    stp_of: dict[int, int] = {}
    for child, followed in successions.items():
        for each in followed if places[child].kind == "stp" else ():
            after = places.get(each.parent)
            if after is not None and after.kind == "icb":
                stp_of[after.pk], icbs[child] = child, Icb(each.starts, after.name)
    return Places(
        {pk: place for pk, place in places.items() if pk not in stp_of},
        {
            child: tuple(each._replace(parent=stp_of.get(each.parent, each.parent)) for each in memberships)
            for child, memberships in parents.items()
            if child not in stp_of
        },
        {
            child: tuple(each for each in followed if each.parent not in stp_of)
            for child, followed in successions.items()
        },
        home,
        icbs,
    )


def _read_boroughs() -> tuple[dict[int, BoroughPlace], tuple[Share, ...], frozenset[tuple[int, int | None]]]:
    own = ("pk", "gss_code", "slug", "name", "tile_row", "tile_column")
    boroughs = apps.get_model("practices", "Borough").objects.order_by()
    practices = apps.get_model("practices", "Organisation").objects.filter(kind="practice", borough__isnull=False)
    shared = boroughs.values_list(*own, "shares__ccg_id", "shares__percent_of_ccg")
    nothing = Cast(Value(None), models.DecimalField(max_digits=4, decimal_places=1))
    by_hand = practices.exclude(borough_source="ccg").order_by()
    placed = by_hand.values_list(*(f"borough__{name}" for name in own), "ccg_id", nothing)
    places: dict[int, BoroughPlace] = {}
    shares: list[Share] = []
    of_practices: set[tuple[int, int | None]] = set()
    for pk, gss_code, slug, name, row, column, ccg, percent in shared.union(placed):
        places[pk] = BoroughPlace(pk, gss_code, slug, name, (row, column))
        if percent is None:
            of_practices.add((pk, ccg))
        else:
            shares.append(Share(pk, ccg, percent))
    return places, tuple(shares), frozenset(of_practices)


def read_memberships(practices: Collection[int] | None = None) -> dict[int, list[Membership]]:
    """The CCGs of these practices (of all) with their days.

    What files of figures say counts only where nothing else says which CCG a practice belongs to.
    """
    rows: Any = apps.get_model("practices", "OrganisationRelation").objects.members()
    rows = rows.filter(parent__kind="ccg", child__kind="practice")
    if practices is not None:
        rows = rows.filter(child__in=practices)
    registered: dict[int, list[Membership]] = {}
    named: dict[int, list[Membership]] = {}
    for child, parent, starts, ends, source in rows.values_list("child_id", "parent_id", "starts", "ends", "source"):
        found = named if source == "figures" else registered
        found.setdefault(child, []).append(Membership(parent, starts, ends))
    return named | registered


def practices_following(practice: str) -> set[str]:
    """Codes of the practices that this one merged into, however many mergers later.

    Practices are too many for the value of all areas, so their mergers are asked for step by step.
    """
    successions = apps.get_model("practices", "OrganisationRelation").objects.successions()
    return reach(lambda code: successions.filter(child__code=code).values_list("parent__code", flat=True), [practice])
