"""The figures of an area's dashboard, as the reader may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from practices.geography import Area
from practices.geography import AreaKind as Kind
from practices.models import Doubt
from practices.reader import Reader
from practices.signals import PracticeWork, practice_rows, visit_months
from targets.models import AreaScore, Score
from targets.querysets import AreaScoreQuerySet, read_scores, read_sums
from targets.reading.question import Question
from targets.sums import PracticeScore, Sums

TOP_OF_REGION = 20


def history(question: Question, reader: Reader, with_children: bool = False) -> list[Sums]:
    """The area and its region over two years, all targets of the programme: one query by index.

    with_children: also all CCGs and boroughs in the month and in the one before, for maps and tables of areas.
    """
    if not question.programme or not question.month:
        return []
    area = question.area
    rows = AreaScore.objects.for_user(reader).filter(
        area_kind__in={area.kind, Kind.REGION.value},
        area_code__in={area.code, question.region.code},
        month__in=question.months_shown,
        rule_id__in=list(question.all_rules),
    )
    return read_sums(rows, _of_kinds(question, reader, (Kind.CCG, Kind.BOROUGH))) if with_children else read_sums(rows)


def children(question: Question, reader: Reader, kinds: Collection[str]) -> list[Sums]:
    """All areas of these kinds in the month and in the one before, for a page without a history."""
    return read_sums(_of_kinds(question, reader, kinds)) if question.month else []


def _of_kinds(question: Question, reader: Reader, kinds: Collection[str]) -> AreaScoreQuerySet:
    return AreaScore.objects.for_user(reader).filter(
        month__in=(question.month, question.month_before), area_kind__in=kinds, rule_id__in=list(question.all_rules)
    )


def practice_scores(question: Question, reader: Reader) -> list[PracticeScore]:
    """The practices of the area in the month, all targets; and the chosen target in the month before."""
    if not question.month or not question.rule:
        return []
    scores = Score.objects.for_user(reader).filter(within(question))
    return read_scores(
        scores.filter(month=question.month, rule_id__in=[rule.pk for rule in question.rules]),
        scores.filter(month=question.month_before, rule_id__in=list(question.rules_of(question.rule.target))),
    )


def within(question: Question) -> Q:
    """The practices of the area, by the same geography by which they were added up."""
    area = question.area
    if area.kind == Kind.BOROUGH:
        return Q(borough_id=area.pk)
    return Q(ccg_id__in=[ccg.pk for ccg in question.frame.tree.ccgs_of(area)])


def top_practices(question: Question, reader: Reader) -> list[PracticeScore]:
    """The practices of a region with the most to the target, of those that the reader sees, with all their targets."""
    if not question.month or not question.rule:
        return []
    scores = Score.objects.for_user(reader).filter(month=question.month)
    ccgs = [ccg.pk for ccg in question.frame.tree.ccgs_of(question.area)]
    behind = scores.filter(rule_id=question.rule.pk, ccg_id__in=ccgs, seen=True, shortfall__gt=0)
    furthest = behind.furthest_first().values("practice_id")[:TOP_OF_REGION]
    return read_scores(scores.filter(practice_id__in=furthest, rule_id__in=[rule.pk for rule in question.rules]))


@dataclass(frozen=True, slots=True)
class OpenDoubt:
    practice: int
    code: str
    name: str
    kind: str
    words: str
    state: str
    measure: str = ""
    published_value: int | None = None
    own_value: int | None = None


def open_doubts(question: Question, reader: Reader, practices: Collection[int]) -> list[OpenDoubt]:
    """Doubts about the month, and those without a month, of these practices."""
    rows = (
        Doubt.objects.for_user(reader)
        .open()
        .filter(Q(month=question.month) | Q(month__isnull=True), practice__pk__in=practices)
        .order_by("practice__name", "practice__code", "kind", "pk")
    )
    return [
        OpenDoubt(*row)
        for row in rows.values_list("practice_id", "practice__code", "practice__name", "kind", "words", "state")
    ]


def last_month_with_figures(reader: Reader, area: Area) -> date | None:
    """For an area that has none in the month shown."""
    rows = AreaScore.objects.for_user(reader).of_area(area.kind, area.code)
    found: date | None = rows.order_by("-month").values_list("month", flat=True).first()
    return found


def further_columns(practices: Collection[int], reader: Reader) -> dict[int, PracticeWork]:
    """What higher apps know of these practices: last visit, open actions."""
    answers = practice_rows(practice_ids=sorted(practices), user=reader)
    return {practice: work for answer in answers for practice, work in answer.items()}


def marks(practices: Collection[int], question: Question, reader: Reader) -> dict[date, int]:
    found: dict[date, int] = {}
    if not question.months_shown:
        return found
    window = (question.months_shown[0], question.months_shown[-1])
    for answer in visit_months(practice_ids=sorted(practices), since=window[0], until=window[1], user=reader):
        for month, number in answer.items():
            found[month] = found.get(month, 0) + number
    return found
