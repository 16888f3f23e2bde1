"""Which practice to go to next, and why, in words. The weights are one object; the facts are read in five queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q

from accounts.models import User
from core.wording import plural
from practices.models import Organisation
from targets.models import Score, State, Target
from targets.querysets import read_scores
from targets.reading.frame import Frame
from visits.models import Action, CaseloadEntry, Visit
from visits.querysets import ActionQuerySet, VisitQuerySet

DAYS_A_MONTH = 30.4


@dataclass(frozen=True)
class PriorityWeights:
    """Points that each fact adds. They put a caseload in order; they say nothing about a practice by themselves."""

    per_100_patients_to_target: float = 3.0
    most_patients: int = 1500
    per_target_not_met: float = 2.0
    per_month_unseen: float = 1.5
    most_months: int = 12
    per_overdue_action: float = 4.0
    per_blocked_action: float = 3.0
    # Somebody who comes within these days anyway can wait.
    planned_soon: float = -30.0
    soon_days: int = 28


WEIGHTS = PriorityWeights()


@dataclass(frozen=True)
class PracticeFacts:
    practice: Organisation
    patients_to_target: int | None = None
    not_met: int = 0
    scored: bool = False
    last_visit: date | None = None
    next_visit: date | None = None
    open_actions: int = 0
    overdue: int = 0
    blocked: int = 0

    def months_unseen(self, today: date) -> int | None:
        return None if self.last_visit is None else max(0, int((today - self.last_visit).days / DAYS_A_MONTH))


@dataclass(frozen=True)
class Priority:
    facts: PracticeFacts
    points: float
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        text = ", ".join(self.reasons)
        return text[:1].upper() + text[1:]


def prioritise(facts: Iterable[PracticeFacts], *, today: date, weights: PriorityWeights = WEIGHTS) -> list[Priority]:
    """The practices in the order in which to go to them; equal ones by name and code."""
    ranked = [Priority(one, points_of(one, today, weights), reasons_of(one, today, weights)) for one in facts]
    return sorted(ranked, key=lambda one: (-one.points, one.facts.practice.name, one.facts.practice.code))


def points_of(facts: PracticeFacts, today: date, weights: PriorityWeights) -> float:
    unseen = facts.months_unseen(today)
    months = weights.most_months if unseen is None else min(unseen, weights.most_months)
    patients = min(facts.patients_to_target or 0, weights.most_patients)
    return (
        weights.per_100_patients_to_target * patients / 100
        + weights.per_target_not_met * facts.not_met
        + weights.per_month_unseen * months
        + weights.per_overdue_action * facts.overdue
        + weights.per_blocked_action * facts.blocked
        + (weights.planned_soon if comes_soon(facts, today, weights) else 0)
    )


def comes_soon(facts: PracticeFacts, today: date, weights: PriorityWeights = WEIGHTS) -> bool:
    return facts.next_visit is not None and facts.next_visit <= today + timedelta(days=weights.soon_days)


def reasons_of(facts: PracticeFacts, today: date, weights: PriorityWeights) -> tuple[str, ...]:
    """What speaks for going there, the weightiest kind first."""
    reasons = []
    if facts.patients_to_target:
        reasons.append(f"{plural(facts.patients_to_target, 'patient')} to target")
    elif facts.scored and facts.not_met:
        reasons.append(f"{plural(facts.not_met, 'target')} not met")
    reasons.append(_seen_words(facts.months_unseen(today)))
    if facts.overdue:
        reasons.append(f"{_few(facts.overdue, 'action')} overdue")
    if facts.blocked:
        reasons.append(f"{_few(facts.blocked, 'action')} blocked")
    if comes_soon(facts, today, weights) and facts.next_visit:
        reasons.append(f"a visit is planned for {facts.next_visit.day} {facts.next_visit:%B}")
    return tuple(reasons)


def _seen_words(months: int | None) -> str:
    if months is None:
        return "never seen"
    return "seen within the month" if months == 0 else f"not seen for {plural(months, 'month')}"


def _few(number: int, one: str) -> str:
    return f"one {one}" if number == 1 else plural(number, one)


def caseload_facts(user: User, frame: Frame, today: date) -> list[PracticeFacts]:
    """The practices in this facilitator's caseload today."""
    entries = CaseloadEntry.objects.of(user).in_force(today).select_related("practice__ccg")
    return _facts([entry.practice for entry in entries], user, frame, today)


def _facts(practices: Sequence[Organisation], user: User, frame: Frame, today: date) -> list[PracticeFacts]:
    """Facts of many practices in three queries: their scores, their visits, their actions."""
    ids = [practice.pk for practice in practices]
    shortfalls, not_met = _scores(ids, user, frame)
    seen = last_and_next_visits(Visit.objects.filter(practice__in=ids), today)
    actions = action_counts(Action.objects.filter(practice__in=ids), today)
    return [
        PracticeFacts(
            practice=practice,
            patients_to_target=shortfalls.get(practice.pk),
            not_met=not_met.get(practice.pk, 0),
            scored=practice.pk in not_met,
            last_visit=seen.get(practice.pk, {}).get("last"),
            next_visit=seen.get(practice.pk, {}).get("next"),
            open_actions=actions.get(practice.pk, {}).get("unfinished", 0),
            overdue=actions.get(practice.pk, {}).get("overdue", 0),
            blocked=actions.get(practice.pk, {}).get("blocked", 0),
        )
        for practice in practices
    ]


def _scores(ids: Sequence[int], user: User, frame: Frame) -> tuple[dict[int, int], dict[int, int]]:
    """Patients to the registration target, and how many targets are not met, in the latest month by practice."""
    if frame.latest is None or frame.default_programme is None:
        return {}, {}
    rules = {rule.pk: rule.target for rule in frame.default_programme.rules_in(frame.latest.month)}
    scores = Score.objects.for_user(user).in_month(frame.latest.month)
    shortfalls: dict[int, int] = {}
    not_met: dict[int, int] = {}
    for score in read_scores(scores.filter(practice__in=ids, rule__in=rules)):
        not_met[score.practice] = not_met.get(score.practice, 0) + (score.state == State.NOT_MET)
        if rules[score.rule] == Target.REGISTRATION and score.shortfall is not None:
            shortfalls[score.practice] = score.shortfall
    return shortfalls, not_met


def last_and_next_visits(visits: VisitQuerySet, today: date) -> dict[int, dict[str, date | None]]:
    rows = (
        visits.order_by()
        .values("practice_id")
        .annotate(
            last=Max("on", filter=Q(state__in=("logged", "signed_off"))),
            next=Min("on", filter=Q(state="planned", on__gte=today)),
        )
    )
    return {row["practice_id"]: {"last": row["last"], "next": row["next"]} for row in rows}


def action_counts(actions: ActionQuerySet, today: date) -> dict[int, dict[str, int]]:
    rows = (
        actions.unfinished()
        .order_by()
        .values("practice_id")
        .annotate(
            unfinished=Count("pk"),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            blocked=Count("pk", filter=Q(state="blocked")),
        )
    )
    return {row.pop("practice_id"): row for row in rows}
