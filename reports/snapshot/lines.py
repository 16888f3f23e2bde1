"""Rows into the lines of a report: practices, areas, crossings, actions, definitions."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from core.months import add_months, long_date, month_end
from practices.geography import AreaKind as Kind
from practices.models import Doubt
from reports.snapshot.gathering import Read
from reports.snapshot.protection import Protected
from reports.snapshot.shape import (
    ActionLine,
    AgainstTarget,
    AreaLine,
    Crossing,
    Definition,
    DoubtLine,
    Gap,
    PracticeLine,
    TargetSums,
    VisitLine,
)
from targets import analysis
from targets.models import State, Target
from targets.presenters import dashboard, words
from targets.presenters.tiles import own_rows
from targets.reading.dashboard import OpenDoubt
from targets.reading.question import Question
from targets.rules import Rule
from targets.scoring.reasons import reason_words
from targets.sums import PracticeScore, Sums
from visits.models import Action, Visit


def month_of(question: Question) -> date:
    assert question.month is not None
    return question.month


def area_sums(question: Question, safe: Protected) -> list[TargetSums]:
    found = []
    for rule in question.rules:
        row = own_rows(question, safe.history, rule, question.area).get(month_of(question))
        if row:
            found.append(_sums(rule, row, safe))
    return found


def _sums(rule: Rule, row: Sums, safe: Protected) -> TargetSums:
    return TargetSums(
        target=rule.target,
        title=rule.name,
        unit=rule.unit,
        is_share=rule.is_ratio,
        published=rule.published,
        numerator=row.numerator,
        denominator=row.denominator,
        met=row.met,
        not_met=row.not_met,
        no_data=row.no_data,
        not_applicable=row.not_applicable,
        practices=row.practices,
        reported=row.reported,
        shortfall=row.shortfall,
        hidden=safe.hidden_of(row),
    )


def area_lines(question: Question, safe: Protected) -> list[AreaLine]:
    """The CCGs of London or an STP by name, with all targets."""
    if not safe.children or question.rule is None:
        return []
    now = dashboard.child_pairs(question, safe.children, Kind.CCG, month_of(question))
    before = {
        area.code: row
        for area, row in dashboard.child_pairs(question, safe.children, Kind.CCG, add_months(month_of(question), -1))
    }
    rows = {
        (row.area_code, row.rule): row
        for row in safe.children
        if row.area_kind == Kind.CCG and row.month == question.month
    }
    return [
        AreaLine(
            code=area.code,
            name=area.short_name,
            sums=tuple(
                _sums(rule, rows[area.code, rule.pk], safe) for rule in question.rules if (area.code, rule.pk) in rows
            ),
            change=analysis.change(row, before.get(area.code), question.course(question.rule, area)),
        )
        for area, row in sorted(now, key=lambda pair: (pair[0].name, pair[0].code))
    ]


def practice_lines(found: Read, safe: Protected) -> tuple[PracticeLine, ...]:
    """By name. Scores of the month make the standings, those of the month before the changes."""
    question = found.question
    rules = {rule.pk: rule for rule in question.rules}
    targets = {rule.pk: rule.target for rule in question.programme.rules} if question.programme else {}
    now: dict[int, list[PracticeScore]] = {}
    before: dict[tuple[int, str], PracticeScore] = {}
    for score in safe.scores:
        if score.month != question.month:
            before[score.practice, targets[score.rule]] = score
        elif score.rule in rules:
            now.setdefault(score.practice, []).append(score)
    visits = Counter(visit.practice_id for visit in found.work.visits)
    actions = Counter(action.practice_id for action in found.work.actions)
    doubts = Counter(doubt.practice for doubt in found.doubts)
    lines = []
    for pk, scores in now.items():
        one = scores[0]
        ccg = question.frame.tree.by_pk.get(one.ccg or 0)
        by_target = {rules[score.rule].target: score for score in scores}
        registration = by_target.get(Target.REGISTRATION.value)
        lines.append(
            PracticeLine(
                code=one.code,
                name=one.name,
                ccg=ccg.short_name if ccg else "",
                supplier=one.supplier,
                closed=long_date(one.closed) if one.closed else "",
                list_size=registration.denominator if registration else None,
                standings=tuple(
                    _standing(by_target[rule.target], before.get((pk, rule.target)), rule, safe, question)
                    for rule in question.rules
                    if rule.target in by_target
                ),
                visits=visits[pk],
                actions=actions[pk],
                doubts=doubts[pk],
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.name, line.code)))


def _standing(
    score: PracticeScore, before: PracticeScore | None, rule: Rule, safe: Protected, question: Question
) -> AgainstTarget:
    course = question.course_of_practices(rule)(score.supplier)
    moved = analysis.change(score, before, course) if rule.is_ratio else None
    return AgainstTarget(
        target=rule.target,
        state=score.state,
        within_margin=score.within_margin,
        reason=reason_words(score.reason),
        numerator=score.numerator,
        denominator=score.denominator,
        shortfall=score.shortfall,
        change=moved,
        hidden=safe.hidden_of(score),
    )


def crossing_lines(question: Question, scores: Sequence[PracticeScore]) -> list[Crossing]:
    """Practices that met a target in one of the two months and did not in the other, target by target."""
    return [
        Crossing(rule.target, rule.name, score.code, score.name, up)
        for rule in question.rules
        for score, up in analysis.crossings(
            scores, month_of(question), set(question.rules_of(rule.target)), question.course_of_practices(rule)
        )
    ]


def not_reported(question: Question, scores: Sequence[PracticeScore]) -> list[Gap]:
    found = []
    for rule in question.rules:
        by_reason: dict[str, list[str]] = {}
        for score in scores:
            if score.month == question.month and score.rule == rule.pk and score.state == State.NO_DATA:
                by_reason.setdefault(score.reason, []).append(score.name)
        for reason, names in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            found.append(Gap(rule.target, rule.name, reason_words(reason), tuple(sorted(names))))
    return found


def visit_line(visit: Visit) -> VisitLine:
    return VisitLine(visit.on.isoformat(), visit.practice.name, visit.practice.code, visit.get_kind_display())


def action_line(action: Action, question: Question) -> ActionLine:
    """As it stood: what was still to do at the end of the month, in the state of today."""
    end = month_end(month_of(question))
    return ActionLine(
        practice=action.practice.name,
        code=action.practice.code,
        words=action.words,
        role=action.get_owner_role_display(),
        due=action.due_on.isoformat(),
        state=f"{action.get_state_display()} since" if action.closed_at else action.get_state_display(),
        overdue=action.is_overdue(end + timedelta(days=1)),
    )


def doubt_line(doubt: OpenDoubt) -> DoubtLine:
    return DoubtLine(doubt.name, doubt.code, str(Doubt.Kind(doubt.kind).label), doubt.words)


def definition_line(rule: Rule) -> Definition:
    until = f" to {long_date(rule.effective_to)}" if rule.effective_to else ""
    return Definition(
        target=rule.target,
        title=rule.title,
        version=rule.version,
        in_force=f"In force from {long_date(rule.effective_from)}{until}",
        target_line=words.target_line(rule),
        definition=rule.definition,
        numerator=rule.numerator_words,
        denominator=rule.denominator_words,
        source=rule.source_words,
        note=rule.note,
    )
