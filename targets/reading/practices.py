"""The list of practices."""

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery

from accounts.models import User
from core.cached import cached
from practices.geography import AreaKind as Kind
from practices.models import Organisation
from practices.reader import Reader
from targets.models import Score
from targets.querysets import read_scores
from targets.reading.question import Question
from targets.sums import PracticeScore

SORTS = {
    "name": ("name", "code"),
    "code": ("code",),
    "ccg": ("ccg__name", "name", "code"),
    "shortfall": ("shortfall", "name", "code"),
}
DEFAULT_SORT = "name"


def practices(reader: User) -> QuerySet[Organisation]:
    found: QuerySet[Organisation] = Organisation.objects.for_user(reader).practices()
    return found.select_related("ccg", "borough")


def suppliers() -> list[str]:
    """What the register names as system suppliers of practices."""
    return cached(("suppliers",), Organisation.objects.practices().suppliers)


def called(question: Question, reader: User, text: str) -> str:
    """The address of what an ODS code or a postcode names, if it names just one."""
    code = "".join(text.split()).upper()
    ccg = question.frame.tree.find(Kind.CCG, code)
    if ccg:
        return question.url(ccg)
    codes = list(Organisation.objects.for_user(reader).practices().called(text).values_list("code", flat=True)[:2])
    return f"/practices/{codes[0]}/{question.query()}" if len(codes) == 1 else ""


def counted(rows: QuerySet[Organisation], question: Question, reader: Reader) -> QuerySet[Organisation]:
    """Those that count in the month shown."""
    scores = Score.objects.for_user(reader).filter(practice=OuterRef("pk"), month=question.month)
    return rows.filter(Exists(scores))


def in_order(rows: QuerySet[Organisation], question: Question, reader: Reader, sort: str) -> QuerySet[Organisation]:
    """By a column; the distance to the chosen target, greatest first, with those that have none at the end."""
    column, descending = sort.lstrip("-"), sort.startswith("-")
    rule = question.rule
    if column == "shortfall" and rule is None:
        column = DEFAULT_SORT
    if column == "shortfall" and rule:
        # Those that the reader may see: the order of the others tells nothing of their figures.
        score = Score.objects.for_user(reader).filter(
            practice=OuterRef("pk"), month=question.month, rule_id=rule.pk, seen=True
        )
        rows = rows.annotate(shortfall=Subquery(score.values("shortfall")[:1], output_field=IntegerField()))
    # Empty values last, in both directions and on both databases; equals always by name and code.
    first, *others = (F(name) for name in SORTS[column])
    order = first.desc(nulls_last=True) if descending else first.asc(nulls_last=True)
    return rows.order_by(order, *(field.asc(nulls_last=True) for field in others))


def scores_of(rows: list[Organisation], question: Question, reader: Reader) -> list[PracticeScore]:
    if not question.month:
        return []
    return read_scores(
        Score.objects.for_user(reader).filter(
            practice__in=[row.pk for row in rows],
            month=question.month,
            rule_id__in=[rule.pk for rule in question.rules],
        )
    )
