"""The list of practices."""

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery

from core.cached import cached
from practices.models import Organisation
from targets.models import Score
from targets.reading.areas import Kind
from targets.reading.context import PageContext
from targets.reading.dashboard import SCORES, PracticeScore

SORTS = {
    "name": ("name", "code"),
    "code": ("code",),
    "ccg": ("ccg__name", "name", "code"),
    "shortfall": ("shortfall", "name", "code"),
}
DEFAULT_SORT = "name"


def practices(context: PageContext) -> QuerySet[Organisation]:
    found: QuerySet[Organisation] = Organisation.objects.for_user(context.user).practices()
    return found.select_related("ccg", "borough")


def suppliers() -> list[str]:
    """What the register names as system suppliers of practices."""
    return cached(("suppliers",), Organisation.objects.practices().suppliers)


def called(context: PageContext, text: str) -> str:
    """The address of what an ODS code or a postcode names, if it names just one."""
    code = "".join(text.split()).upper()
    ccg = context.frame.tree.find(Kind.CCG, code)
    if ccg:
        return context.url(ccg)
    codes = list(
        Organisation.objects.for_user(context.user).practices().called(text).values_list("code", flat=True)[:2]
    )
    return f"/practices/{codes[0]}/{context.query()}" if len(codes) == 1 else ""


def counted(rows: QuerySet[Organisation], context: PageContext) -> QuerySet[Organisation]:
    """Those that count in the month shown."""
    scores = Score.objects.for_user(context.user).filter(practice=OuterRef("pk"), month=context.month)
    return rows.filter(Exists(scores))


def in_order(rows: QuerySet[Organisation], context: PageContext, sort: str) -> QuerySet[Organisation]:
    """By a column; the distance to the chosen target, greatest first, with those that have none at the end."""
    column, descending = sort.lstrip("-"), sort.startswith("-")
    rule = context.rule
    if column == "shortfall" and (rule is None or not (rule.is_published or context.user.sees_everything)):
        # The order would tell what the figures of other CCGs' practices are.
        column = DEFAULT_SORT
    if column == "shortfall" and rule:
        score = Score.objects.for_user(context.user).filter(
            practice=OuterRef("pk"), month=context.month, rule_id=rule.pk
        )
        rows = rows.annotate(shortfall=Subquery(score.values("shortfall")[:1], output_field=IntegerField()))
    # Empty values last, in both directions and on both databases.
    fields = [F(name) for name in SORTS[column]]
    return rows.order_by(*(f.desc(nulls_last=True) if descending else f.asc(nulls_last=True) for f in fields))


def scores_of(rows: list[Organisation], context: PageContext) -> list[PracticeScore]:
    if not context.month:
        return []
    found = Score.objects.for_user(context.user).filter(
        practice__in=[row.pk for row in rows], month=context.month, rule_id__in=[rule.pk for rule in context.rules]
    )
    return [PracticeScore(*row) for row in found.values_list(*SCORES)]
