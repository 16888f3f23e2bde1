"""What the practice page asks the database."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Value

from accounts.models import User
from core.cached import cached
from core.request_memory import once
from practices.models import Doubt, MonthlyFigures, Organisation, OrganisationRelation
from practices.reader import Reader, scope_of
from practices.signals import PracticeCare, TimelineEntry, practice_care, timeline
from practices.touches import also_touched, remember
from targets.models import Score
from targets.querysets import read_scores_with
from targets.reading.dashboard import OpenDoubt
from targets.reading.question import Question
from targets.sums import PracticeScore


def key_of(code: str, reader: Reader) -> int | None:
    """The practice under this ODS code: it never becomes another, so that a kept page asks no register for it."""

    def read() -> int | None:
        found = find(code, reader)
        return found.pk if found else None

    return cached(("practice", code.upper()), read, worth=lambda key: key is not None)


def find(code: str, reader: Reader) -> Organisation | None:
    """The practice under its ODS code, with `in_scope`, whether this reader may see its returns and visits; read once
    a request.
    """
    scope = scope_of(reader)

    def read() -> Organisation | None:
        within = Exists(Organisation.objects.practices().within_scope(scope).filter(pk=OuterRef("pk")))
        practices = also_touched(Organisation.objects.for_user(reader).practices().filter(code=code.upper()))
        found = practices.annotate(in_scope=Value(True) if scope.everything else within).first()
        if found:
            remember(found)
        return found

    return once(("practice", code.upper(), scope.key), read)


def scores(
    question: Question, reader: Reader, practice: Organisation, merged: Iterable[int]
) -> tuple[list[tuple[PracticeScore, int | None]], list[PracticeScore]]:
    """All targets over the two years shown and since, each with the row of figures that it was made from; and the
    latest score of the chosen target of practices that are no more, for the history of their successor.
    """
    if not question.programme or not question.month:
        return [], []
    of_all = Score.objects.for_user(reader)
    own = of_all.filter(practice=practice, month__gte=question.months_shown[0], rule_id__in=list(question.all_rules))
    parts = [own]
    before = list(merged)
    if before:
        parts.append(of_all.filter(practice_id__in=before, rule_id__in=list(question.rules_of(question.target))))
    found = [(score, figures) for score, (figures,) in read_scores_with(("figures_id",), *parts)]
    others = sorted((score for score, _ in found if score.practice != practice.pk), key=lambda score: score.month)
    latest = {score.practice: score for score in others}
    return [pair for pair in found if pair[0].practice == practice.pk], list(latest.values())


def figures(question: Question, reader: Reader, practice: Organisation) -> list[MonthlyFigures]:
    """Every version of the practice's rows of these two years that has landed, newest first."""
    if not question.month:
        return []
    rows = (
        MonthlyFigures.objects.for_user(reader)
        .filter(practice=practice, month__in=question.months_shown, landed_at__isnull=False)
        .select_related("file", "brought_by")
        .order_by("-month", "-landed_at")
    )
    return list(rows)


def successions(practice: Organisation) -> list[OrganisationRelation]:
    """Whom the practice followed and who followed it."""
    return [relation for relation in practice.both_ways if relation.kind == OrganisationRelation.Kind.SUCCEEDED_BY]


def doubts(practice: Organisation, user: User) -> list[tuple[date | None, OpenDoubt]]:
    rows = Doubt.objects.for_user(user).open().filter(practice=practice).order_by("-month", "kind")
    about = ("month", "practice_id", "practice__code", "practice__name", "kind", "words", "state")
    figures = ("measure", "published_value", "own_value")
    return [(month, OpenDoubt(*rest)) for month, *rest in rows.values_list(*about, *figures)]


def care(practice: Organisation, user: User) -> PracticeCare | None:
    return next(iter(practice_care(practice=practice, user=user)), None)


def events(practice: Organisation, user: User) -> Iterable[TimelineEntry]:
    return [entry for answer in timeline(practice=practice, user=user) for entry in answer]
