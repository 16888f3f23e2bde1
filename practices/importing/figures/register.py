"""What files of figures say of the register: practices it does not know yet, their CCGs and suppliers.

The register's own word counts before it: names, membership and status of a practice that ODS has published stay.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import PROTECT, Exists, F, Max, Min, OuterRef, Q, Subquery, Window
from django.db.models.functions import Lag
from django.utils import timezone

from core.bulk import insert_rows
from practices.models import BoroughShare, Import, MonthlyFigures, Organisation, OrganisationRelation

Kind, Status = Organisation.Kind, Organisation.Status
Relation = OrganisationRelation
AT_ONCE = 5000
STANDING = ("live", "superseded", "repeat")


def admit(brought_by: Import) -> None:
    """Organisations that waited with the import's rows enter the register: CCGs, and practices as provisional."""
    mine = MonthlyFigures.objects.filter(brought_by=brought_by, standing="staged")
    awaited = Organisation.objects.filter(kind=Kind.AWAITED)
    awaited.filter(pk__in=mine.order_by().values("ccg").distinct()).update(kind=Kind.CCG)
    awaited.filter(pk__in=mine.order_by().values("practice").distinct()).update(
        kind=Kind.PRACTICE, status=Status.PROVISIONAL
    )


def dismiss(brought_by: Import) -> None:
    """After an undo: provisional practices of which nothing but withdrawn rows is left wait again, unseen."""
    mine = MonthlyFigures.objects.filter(brought_by=brought_by)
    standing = MonthlyFigures.objects.filter(standing__in=STANDING)
    practices = Organisation.objects.practices().filter(
        status=Status.PROVISIONAL, pk__in=mine.order_by().values("practice")
    )
    practices = practices.exclude(Exists(standing.filter(practice=OuterRef("pk")))).exclude(_is_held())
    gone = list(practices.values_list("pk", flat=True))
    Relation.objects.filter(child__in=gone, source=Relation.Source.FIGURES).delete()
    Organisation.objects.filter(pk__in=gone).update(kind=Kind.AWAITED, ccg=None, borough=None, supplier="")
    ccgs = Organisation.objects.ccgs().filter(pk__in=mine.order_by().values("ccg"), ons_code="", opened__isnull=True)
    ccgs = ccgs.exclude(Exists(standing.filter(ccg=OuterRef("pk"))))
    ccgs = ccgs.exclude(Exists(Relation.objects.filter(Q(child=OuterRef("pk")) | Q(parent=OuterRef("pk")))))
    ccgs.exclude(Exists(Organisation.objects.filter(ccg=OuterRef("pk")))).update(kind=Kind.AWAITED)


def _is_held() -> Q:
    """True of practices to which something that must stay refers: visits, caseloads, whatever protects them."""
    held = Q()
    for relation in Organisation._meta.related_objects:
        if relation.related_model is MonthlyFigures or relation.on_delete is not PROTECT:
            continue
        if relation.related_model is Organisation:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        held |= Q(Exists(rows))
    return held


def forget_awaited() -> None:
    """Awaited organisations that no row names any more."""
    named = MonthlyFigures.objects.filter(Q(practice=OuterRef("pk")) | Q(ccg=OuterRef("pk")))
    Organisation.objects.filter(kind=Kind.AWAITED).exclude(Exists(named)).delete()


def follow_figures(brought_by: Import) -> None:
    """Supplier, and where ODS has not spoken name and CCG, follow the latest live row of each practice of the import.

    It depends on what is live and on nothing else, so that the order of imports does not matter and undo undoes it.
    """
    mine = MonthlyFigures.objects.filter(brought_by=brought_by)
    practices = set(mine.order_by().values_list("practice", flat=True).distinct())
    _update_words(_latest_rows(practices))
    _update_membership(brought_by, practices)


def _latest_rows(practices: set[int]) -> dict[int, tuple[str, str]]:
    """Supplier and name of each practice's latest live row."""
    live = MonthlyFigures.objects.live().published()
    columns = ("practice", "supplier", "practice_name")
    found: dict[int, tuple[str, str]] = {}
    last = live.latest_month()
    if last:
        # Most practices are in the last month; only the others are looked for further back.
        found = {pk: (supplier, name) for pk, supplier, name in live.in_month(last).values_list(*columns)}
    for some in batches(practices - set(found)):
        earlier = live.filter(practice__in=some).order_by("month").values_list(*columns)
        found |= {pk: (supplier, name) for pk, supplier, name in earlier}
    return {pk: words for pk, words in found.items() if pk in practices}


def _update_words(latest: dict[int, tuple[str, str]]) -> None:
    renamed: list[Organisation] = []
    by_supplier: dict[str, list[int]] = defaultdict(list)
    known = Organisation.objects.practices().values_list("pk", "supplier", "name", "status")
    for pk, supplier, name, status in known:
        if pk not in latest:
            continue
        now_supplier, now_name = latest[pk]
        if now_supplier and now_supplier != supplier:
            by_supplier[now_supplier].append(pk)
        if now_name and now_name != name and status == Status.PROVISIONAL:
            renamed.append(Organisation(pk=pk, name=now_name))
    for supplier, members in by_supplier.items():
        for some in batches(members):
            Organisation.objects.filter(pk__in=some).update(supplier=supplier)
    Organisation.objects.bulk_update(renamed, ["name"], batch_size=500)


def _update_membership(brought_by: Import, practices: set[int]) -> None:
    """Rebuilds the membership of practices of which ODS says nothing, where live rows and relations do not agree."""
    told: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    spoken: set[int] = set()
    columns = ("child", "parent", "starts", "ends", "source")
    for child, parent, starts, ends, source in Relation.objects.members().values_list(*columns):
        told[child].append((parent, starts, ends))
        if source != Relation.Source.FIGURES:
            spoken.add(child)
    mine = MonthlyFigures.objects.filter(brought_by=brought_by, ccg__isnull=False).order_by()
    # A practice's months under one CCG together: where one membership does not hold them all, it is worked out anew.
    spans = mine.values_list("practice", "ccg", "standing").annotate(first=Min("month"), last=Max("month"))
    wrong = set()
    for practice, ccg, standing, first, last in spans:
        covered = any(p == ccg and s <= first and (e is None or e >= last) for p, s, e in told.get(practice, ()))
        if practice not in spoken and (not covered or standing != "live"):
            wrong.add(practice)
    _rebuild_membership(sorted(wrong & practices))


def batches(ids: Iterable[int]) -> Iterator[list[int]]:
    every = sorted(ids)
    for number in range(0, len(every), AT_ONCE):
        yield every[number : number + AT_ONCE]


def _rebuild_membership(practices: list[int]) -> None:
    """Membership by what live rows name, month by month; the last one is open."""
    runs = _memberships(practices)
    for some in batches(practices):
        Relation.objects.members().filter(child__in=some, source=Relation.Source.FIGURES).delete()
    now = timezone.now()
    same = (Relation.Kind.MEMBER_OF.value, Relation.Source.FIGURES.value, "", now)
    insert_rows(
        Relation,
        ("kind", "source", "reason", "recorded_at", "child", "parent", "starts", "ends"),
        ((*same, run["child_id"], run["parent_id"], run["starts"], run["ends"]) for run in runs),
    )
    last = Relation.objects.members().filter(child=OuterRef("pk"), source=Relation.Source.FIGURES, ends__isnull=True)
    principal = BoroughShare.objects.filter(ccg=OuterRef("ccg")).principal_first()
    for some in batches(run["child_id"] for run in runs if run["ends"] is None):
        rows = Organisation.objects.filter(pk__in=some)
        rows.update(ccg=Subquery(last.values("parent")[:1]))
        by_ccg = rows.filter(borough_source=Organisation.BoroughSource.CCG)
        by_ccg.filter(Q(borough__isnull=False) | Exists(principal)).update(
            borough=Subquery(principal.values("borough")[:1])
        )


def _memberships(practices: list[int]) -> list[dict[str, Any]]:
    """The months in which a practice came under a CCG, each with the day before the next."""
    own = Window(Lag("ccg"), partition_by="practice", order_by="month")
    runs: list[dict[str, Any]] = []
    for some in batches(practices):
        live = MonthlyFigures.objects.live().published().filter(practice__in=some, ccg__isnull=False)
        starts = live.annotate(before=own).filter(~Q(before=F("ccg")) | Q(before__isnull=True))
        for practice, ccg, month in starts.order_by("practice", "month").values_list("practice", "ccg", "month"):
            last = runs[-1] if runs and runs[-1]["child_id"] == practice else None
            if last:
                last["ends"] = month - timedelta(days=1)
            runs.append({"child_id": practice, "parent_id": ccg, "starts": month, "ends": None})
    return runs
