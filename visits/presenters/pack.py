"""The pre-visit pack: one page to read in the car park and to leave on the table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from core import wording
from core.charts import Chart
from core.months import add_months, long_date, month_end, month_of
from practices.models import Organisation
from targets import charts
from targets.analysis import among_peers, pace
from targets.models import Target
from targets.presenters.words import interval_words, pace_words, target_line, units
from targets.reading.peers import FIFTHS
from targets.rules import EVIDENCE, STATUS, Rule
from targets.scoring import reason_words
from targets.series import Course
from targets.sums import PracticeScore
from visits.models import Visit
from visits.pack_facts import PackFacts
from visits.presenters.form import crumbs
from visits.presenters.rows import ActionLine, action_rows
from visits.records import Role


@dataclass(frozen=True)
class TargetLine:
    """A target with its figure; the figure's words are empty where there is none."""

    name: str
    target: str
    guide_url: str
    state: str
    within_margin: bool
    reason: str
    source: str
    value: str = ""
    of: str = ""
    interval: str = ""
    to_target: str = ""


@dataclass(frozen=True)
class LastVisit:
    url: str
    title: str
    met: str
    commitment: str
    barriers: str
    readiness: str
    note: str


@dataclass(frozen=True)
class PackPage:
    practice: Organisation
    title: str
    place: list[str]
    month: str
    targets: list[TargetLine]
    trajectory: str
    reach: str
    peers: str
    chart: Chart | None
    last_visit: LastVisit | None
    contacts: list[str]
    planned: list[str]
    actions: list[ActionLine]
    doubts: list[str]
    may_write: bool
    printed: str
    breadcrumbs: list[dict[str, str]]
    log_url: str


def pack_page(facts: PackFacts, *, may_write: bool, today: date) -> PackPage:
    practice = facts.practice
    return PackPage(
        practice=practice,
        title=f"Pre-visit pack: {practice.name}",
        place=_place(facts),
        month=f"Figures to {long_date(month_end(facts.month))}" if facts.month else "",
        targets=[_target_line(facts, rule) for rule in facts.rules],
        trajectory=_trajectory_words(facts),
        reach=_reach_words(facts),
        peers=_peer_words(facts),
        chart=_chart(facts),
        last_visit=_last_visit(facts.made),
        contacts=contact_words(facts.made),
        planned=[f"{long_date(visit.on)}, {visit.get_kind_display().lower()}" for visit in facts.planned],
        actions=action_rows(facts.actions, today),
        doubts=[doubt.words for doubt in facts.doubts],
        may_write=may_write,
        printed=long_date(today),
        breadcrumbs=crumbs(practice),
        log_url=reverse("visits:log", args=[practice.code]),
    )


def _place(facts: PackFacts) -> list[str]:
    practice = facts.practice
    size = facts.published.list_size if facts.published else None
    parts = [
        f"ODS code {practice.code}",
        practice.ccg.name if practice.ccg else "",
        practice.postcode,
        practice.telephone,
        f"system {practice.supplier}" if practice.supplier else "",
        f"{wording.plural(size, 'patient')} on the list" if size is not None else "",
        f"facilitator {facts.holder}" if facts.holder else "no facilitator",
    ]
    return [part for part in parts if part]


def _target_line(facts: PackFacts, rule: Rule) -> TargetLine:
    score = facts.score(rule.target)
    source = facts.sources.get(rule.target)
    line = TargetLine(
        name=rule.name,
        target=_asked(rule),
        guide_url=reverse("targets:target", args=[rule.target]),
        state=score.state if score else "no_data",
        within_margin=bool(score and score.within_margin),
        reason=reason_words(score.reason) if score else "not scored in this month",
        source=_source_words(source.words, source.landed) if source else "",
    )
    if score is None or score.share is None or not rule.is_ratio:
        return line
    return replace(
        line,
        value=wording.share(score.numerator, score.denominator),
        of=wording.of_words(score.numerator, score.denominator),
        interval=interval_words(score.numerator, score.denominator),
        to_target=units(rule, score.shortfall) if score.shortfall else "",
    )


def _asked(rule: Rule) -> str:
    if rule.measured == STATUS:
        return "enabled"
    if rule.measured == EVIDENCE:
        return "evidence within twelve months"
    return target_line(rule).removeprefix("Target: ")


def _source_words(source: str, landed: date | None) -> str:
    return f"{source}, brought in {long_date(landed)}" if landed else source


def _trajectory_words(facts: PackFacts) -> str:
    """New accounts a month that the registration target needs, beside those of late: as on the practice's page."""
    rule = next((rule for rule in facts.rules if rule.target == Target.REGISTRATION), None)
    if facts.month is None or rule is None:
        return ""
    return pace_words(pace(facts.registration_by_month(), rule, facts.month, _course(facts, rule)), facts.month)


def _course(facts: PackFacts, rule: Rule) -> Course:
    return facts.frame.breaks.of_practice(rule, facts.practice.supplier)


def _reach_words(facts: PackFacts) -> str:
    """Enabled is not reaching patients: how many really have the detailed coded record."""
    figures = facts.published
    if figures is None or figures.dcr_enabled is None or not figures.list_size:
        return "How many patients have the detailed coded record is not known."
    share = wording.share(figures.dcr_enabled, figures.list_size)
    words = f"{wording.count(figures.dcr_enabled)} of {wording.count(figures.list_size)} patients ({share}) have it."
    if figures.dcr_status == 2 and figures.dcr_enabled * 100 < figures.list_size:
        return f"Enabled, not reaching patients: {words}"
    return words


def _peer_words(facts: PackFacts) -> str:
    """Beside practices with the same supplier in the same fifth of list sizes, where there are at least five."""
    figures, peers = facts.published, facts.peers
    if figures is None or peers is None:
        return ""
    found = among_peers(figures.online_patients, figures.list_size, figures.supplier, peers, peers.registration)
    if found is None or found.middle is None:
        return ""
    return (
        f"{wording.count(found.peers)} practices with {found.supplier} in the {FIFTHS[found.fifth]} of list sizes: "
        f"half have {wording.percent(found.middle)} registered or more."
    )


def _chart(facts: PackFacts) -> Chart | None:
    by_month = facts.registration_by_month()
    rule = next((rule for rule in facts.rules if rule.target == Target.REGISTRATION), None)
    if facts.month is None or rule is None or sum(score.share is not None for score in by_month.values()) < 2:
        return None
    months = [add_months(facts.month, back) for back in range(-12, 1)]
    shown: dict[date, PracticeScore] = {month: by_month[month] for month in months if month in by_month}
    visited = sorted({month_of(visit.on) for visit in facts.made} & set(shown))
    name, course = facts.practice.name, _course(facts, rule)
    return charts.practice_trend(months, shown, rule, name, visited, rule.source_words, course)


def _last_visit(made: Sequence[Visit]) -> LastVisit | None:
    if not made:
        return None
    last = made[0]
    return LastVisit(
        url=reverse("visits:visit", args=[last.pk]),
        title=f"{last.get_kind_display()}, {long_date(last.on)}, {last.facilitator.name}",
        met=", ".join(Role.LABELS.get(role, role) for role in last.roles_met),
        commitment=last.commitment,
        barriers=", ".join(str(barrier) for barrier in last.barriers.all()),
        readiness=f"{last.readiness} of 5" if last.readiness else "",
        note=last.note,
    )


def contact_words(made: Sequence[Visit]) -> list[str]:
    """Whom to ask for, by role: those met, with the last time."""
    last: dict[str, date] = {}
    for visit in made:
        for role in visit.roles_met:
            last[role] = max(visit.on, last.get(role, visit.on))
    return [f"{Role.LABELS.get(role, role)}, last met {long_date(on)}" for role, on in last.items()]
