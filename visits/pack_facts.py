"""What the pre-visit pack shows of one practice, read once."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from accounts.models import User
from core.months import add_months
from practices import measures
from practices.models import Doubt, MonthlyFigures, Organisation
from targets.analysis import Peers
from targets.models import Score, Target
from targets.querysets import read_scores_with
from targets.reading.frame import Frame, read_frame
from targets.reading.peers import peers_of
from targets.rules import Rule
from targets.sums import PracticeScore
from visits.models import Action, CaseloadEntry, Visit

MONTHS_BACK = 12
DOUBTS_SHOWN = 6


@dataclass(frozen=True)
class Source:
    """Where a score's figures came from: the source in words, and the day on which they came."""

    words: str
    landed: date | None


@dataclass(frozen=True)
class PackFacts:
    practice: Organisation
    frame: Frame
    month: date | None
    rules: tuple[Rule, ...]
    scores: dict[tuple[str, date], PracticeScore]
    sources: dict[str, Source]
    published: MonthlyFigures | None
    peers: Peers | None
    made: list[Visit]
    planned: list[Visit]
    actions: list[Action]
    doubts: list[Doubt]
    holder: str

    def score(self, target: str) -> PracticeScore | None:
        return self.scores.get((target, self.month)) if self.month else None

    def registration_by_month(self) -> dict[date, PracticeScore]:
        return {month: score for (target, month), score in self.scores.items() if target == Target.REGISTRATION}


def pack_facts(user: User, practice: Organisation, today: date) -> PackFacts:
    frame = read_frame()
    month = frame.latest.month if frame.latest else None
    programme = frame.default_programme
    targets = {rule.pk: rule.target for rule in programme.rules} if programme else {}
    scores, sources = _scores(user, practice, month, targets)
    visits = Visit.objects.for_user(user).filter(practice=practice).exclude(state=Visit.State.CANCELLED)
    visits = visits.select_related("facilitator").prefetch_related("barriers")
    everything = list(visits)
    holder = CaseloadEntry.objects.filter(practice=practice).in_force(today).select_related("facilitator").first()
    return PackFacts(
        practice=practice,
        frame=frame,
        month=month,
        rules=programme.rules_in(month) if programme and month else (),
        scores=scores,
        sources=sources,
        published=_published(user, practice, month),
        peers=peers_of(month) if month else None,
        made=[visit for visit in everything if visit.state != Visit.State.PLANNED],
        planned=[visit for visit in reversed(everything) if visit.state == Visit.State.PLANNED and visit.on >= today],
        actions=list(
            Action.objects.for_user(user).filter(practice=practice).unfinished().select_related("practice", "owner")
        ),
        doubts=list(Doubt.objects.for_user(user).filter(practice=practice).open()[:DOUBTS_SHOWN]),
        holder=holder.facilitator.name if holder else "",
    )


def _scores(
    user: User, practice: Organisation, month: date | None, targets: dict[int, str]
) -> tuple[dict[tuple[str, date], PracticeScore], dict[str, Source]]:
    """The practice's scores of thirteen months by target and month, and the sources of the last month's by target."""
    if month is None:
        return {}, {}
    rows = Score.objects.for_user(user).filter(
        practice=practice, rule__in=targets, month__gte=add_months(month, -MONTHS_BACK), month__lte=month
    )
    labels = dict(measures.source_choices())
    scores: dict[tuple[str, date], PracticeScore] = {}
    sources: dict[str, Source] = {}
    for score, (source, landed) in read_scores_with(("figures__source", "figures__landed_at"), rows):
        target = targets[score.rule]
        scores[target, score.month] = score
        if score.month == month and source:
            sources[target] = Source(labels[source], timezone.localdate(landed) if landed else None)
    return scores, sources


def _published(user: User, practice: Organisation, month: date | None) -> MonthlyFigures | None:
    if month is None:
        return None
    rows = MonthlyFigures.objects.for_user(user).live().published().in_month(month)
    found: MonthlyFigures | None = rows.filter(practice=practice).first()
    return found
