"""The dashboards' charts: rows in, one description out. Nothing here knows a request or the database."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol, TypeVar

from core import wording
from core.charts import Break, Chart, Format, Kind, Mark, Point, Series, State, Target
from core.months import month_label
from targets.namesakes import labels
from targets.rules import Rule
from targets.series import Course
from targets.sums import PracticeScore, Sums


class Place(Protocol):
    """What a chart needs to know of an area."""

    @property
    def name(self) -> str: ...

    @property
    def short_name(self) -> str: ...

    @property
    def tile(self) -> tuple[int, int]: ...


P = TypeVar("P", bound=Place)
LEVELS = ("Not met", "Met")


def target_of(rule: Rule) -> Target | None:
    if rule.threshold is None or not rule.is_ratio:
        return None
    return Target(float(rule.threshold), f"Target {wording.percent(rule.threshold).replace('.0%', '%')}")


def moved(points: Sequence[tuple[date, float | None]], name: str, course: Course) -> str:
    """The sentence of a line: where it began, where it is, and the difference; since its last break, if it has one."""
    known = [(month, value) for month, value in points if value is not None]
    if not known:
        return f"{name}: nothing is known in these months."
    breaks = course.beginnings(month for month, _ in known)
    begun = max(breaks, default=known[0][0])
    return " ".join((_moved_since(known, begun, name), *dict.fromkeys(breaks.values())))


def _moved_since(known: Sequence[tuple[date, float]], begun: date, name: str) -> str:
    (first, start), (last, end) = next(pair for pair in known if pair[0] >= begun), known[-1]
    if first == last:
        only = "the only month known" if first == known[0][0] else "the first month counted in this way"
        return f"{name}: {wording.percent(end)} in {month_label(last)}, {only}."
    return (
        f"{name} went from {wording.percent(start)} in {month_label(first)} to {wording.percent(end)} in "
        f"{month_label(last)} ({wording.points(end - start)})."
    )


def line(name: str, points: Sequence[tuple[date, Point]], course: Course) -> Series:
    """A series by month, broken where its months cannot be compared."""
    breaks = course.beginnings(month for month, point in points if point.y is not None)
    return Series(
        name,
        tuple(point for _, point in points),
        tuple(Break(month_label(month), why) for month, why in breaks.items()),
    )


def sparkline(
    months: Sequence[date], values: Mapping[date, float | None], rule: Rule, name: str, course: Course
) -> Chart:
    points = [(month, values.get(month)) for month in months]
    return Chart(
        kind=Kind.SPARKLINE,
        title=f"{rule.name}, {name}",
        finding=moved(points, name, course),
        series=(line(rule.name, [(month, Point(month_label(month), value)) for month, value in points], course),),
        target=target_of(rule),
    )


class AreaHistory(NamedTuple):
    """The sums of an area by month."""

    area: Place
    sums: Mapping[date, Sums]
    course: Course


def area_trend(
    months: Sequence[date], lines: Sequence[AreaHistory], rule: Rule, visits: Mapping[date, int], source: str
) -> Chart:
    """The target's share by month in the area and in those beside it, the target as a line.

    Visits are counted, not marked: in an area there are some in every month, and marks of all of them mark nothing.
    """
    own = lines[0]
    first = min((month for each in lines for month in each.sums), default=months[-1])
    shown = [month for month in months if month >= first]
    finding = moved(
        [(month, own.sums[month].share if month in own.sums else None) for month in shown],
        own.area.short_name,
        own.course,
    )
    return Chart(
        kind=Kind.LINE,
        title=f"{rule.name} by month",
        finding=" ".join(part for part in (finding, _visits_sentence(shown, visits)) if part),
        series=tuple(_history_line(each, shown, visits if each is own else {}) for each in lines),
        target=target_of(rule),
        source=source,
    )


def _history_line(history: AreaHistory, months: Sequence[date], visits: Mapping[date, int]) -> Series:
    points = []
    for month in months:
        row = history.sums.get(month)
        made = wording.plural(visits[month], "visit") if visits.get(month) else ""
        note = ", ".join(part for part in (_sums_note(row), made) if part)
        points.append((month, Point(month_label(month), row.share if row else None, note=note)))
    return line(history.area.short_name, points, history.course)


def _visits_sentence(months: Sequence[date], visits: Mapping[date, int]) -> str:
    number = sum(visits.get(month, 0) for month in months)
    return f"{wording.plural(number, 'visit')} in these months." if number else ""


def _sums_note(row: Sums | None) -> str:
    return wording.of_words(row.numerator, row.denominator) if row else ""


def strip(scores: Sequence[PracticeScore], rule: Rule, area: Place, source: str, href: Callable[[str], str]) -> Chart:
    """Each practice a dot at its share, the target a line."""
    met = sum(score.state == "met" for score in scores)
    judged = sum(score.state in ("met", "not_met") for score in scores)
    return Chart(
        kind=Kind.STRIP,
        title=f"{rule.name}: each practice of {area.short_name}",
        finding=f"{wording.count(met)} of {wording.plural(judged, 'practice')} are at the target or beyond it.",
        series=(
            Series(
                "Practice",
                tuple(
                    Point(
                        f"{score.name} ({score.code})",
                        score.share,
                        href=href(score.code),
                        note=wording.of_words(score.numerator, score.denominator),
                        state=State.of(score.state, within_margin=score.within_margin),
                    )
                    for score in sorted(scores, key=lambda score: score.name)
                ),
            ),
        ),
        x_label="Practice",
        y_label="Share",
        target=target_of(rule),
        source=source,
    )


def gap(scores: Sequence[PracticeScore], rule: Rule, finding: str, source: str, href: Callable[[str], str]) -> Chart:
    """The shortfall of the practices that make up most of it, greatest first."""
    called = labels(scores)
    return Chart(
        kind=Kind.BARS,
        title=f"Where the gap is: {rule.unit} to target",
        finding=finding,
        series=(
            Series(
                f"{rule.unit.capitalize()} to target",
                tuple(
                    Point(
                        called[score.code],
                        float(score.shortfall or 0),
                        href=href(score.code),
                        note=f"{wording.share(score.numerator, score.denominator)} now",
                    )
                    for score in scores
                ),
            ),
        ),
        x_label="Practice",
        y_label=f"{rule.unit.capitalize()} to target",
        y_format=Format.COUNT,
        source=source,
    )


def area_gap(
    rows: Sequence[tuple[P, Sums]], rule: Rule, noun: str, finding: str, source: str, href: Callable[[P], str]
) -> Chart:
    return Chart(
        kind=Kind.BARS,
        title=f"Where the gap is: {rule.unit} to target by {noun}",
        finding=finding,
        series=(
            Series(
                f"{rule.unit.capitalize()} to target",
                tuple(
                    Point(
                        area.short_name,
                        float(row.shortfall or 0),
                        href=href(area),
                        note=f"{wording.count(row.met)} of {wording.plural(row.judged, 'practice')} meet it",
                    )
                    for area, row in rows
                ),
            ),
        ),
        x_label=noun[0].upper() + noun[1:],
        y_label=f"{rule.unit.capitalize()} to target",
        y_format=Format.COUNT,
        source=source,
    )


def tile_map(
    tiles: Sequence[tuple[P, Sums | None, tuple[str, bool]]],
    rule: Rule,
    title: str,
    source: str,
    href: Callable[[P], str],
) -> Chart:
    """Each borough a square with its share; (area, its sums, its state and whether within margin)."""
    labels = short_labels([area.name for area, _, _ in tiles])
    known = [(area, row) for area, row, _ in tiles if row is not None and row.share is not None]
    if known:
        low = min(known, key=lambda pair: pair[1].share or 0.0)
        high = max(known, key=lambda pair: pair[1].share or 0.0)
        lowest, highest = wording.percent(low[1].share), wording.percent(high[1].share)
        finding = f"From {lowest} in {low[0].name} to {highest} in {high[0].name}."
    else:
        finding = "Nothing is known of any borough in this month."
    return Chart(
        kind=Kind.TILES,
        title=title,
        finding=finding,
        series=(
            Series(
                rule.name,
                tuple(
                    Point(
                        area.name,
                        row.share if row else None,
                        href=href(area),
                        note=_sums_note(row),
                        state=State.of(state, within_margin=margin),
                        short=labels[area.name],
                        row=area.tile[0],
                        col=area.tile[1],
                    )
                    for area, row, (state, margin) in tiles
                ),
            ),
        ),
        x_label="Borough",
        y_label=rule.name,
        source=source,
    )


def short_labels(names: Sequence[str]) -> dict[str, str]:
    """A few letters for each tile: of several words the first letters, else how the name begins, longer where two would
    read the same.
    """
    return {name: _short(name, [other for other in names if other != name]) for name in names}


def _short(name: str, others: Sequence[str]) -> str:
    words = [word for word in name.split() if word[0].isupper()]
    if name == "City of London":
        return "City"
    if len(words) > 1:
        return "".join(word[0] for word in words)
    return name[:4] if any(other[:3] == name[:3] and " " not in other for other in others) else name[:3]


def practice_trend(
    months: Sequence[date],
    shares: Mapping[date, PracticeScore],
    rule: Rule,
    name: str,
    visits: Sequence[date],
    source: str,
    course: Course,
) -> Chart:
    """A ratio of one practice by month."""
    first = min(shares, default=months[-1])
    shown = [month for month in months if month >= first]
    values = [(month, shares[month].share if month in shares else None) for month in shown]
    points = [
        (
            month,
            Point(
                month_label(month),
                value,
                note=wording.of_words(shares[month].numerator, shares[month].denominator) if month in shares else "",
            ),
        )
        for month, value in values
    ]
    return Chart(
        kind=Kind.LINE,
        title=f"{rule.name} by month",
        finding=moved(values, name, course),
        series=(line(name, points, course),),
        target=target_of(rule),
        marks=tuple(Mark(month_label(day), "Visit") for day in sorted(visits)),
        source=source,
    )


def practice_steps(
    months: Sequence[date],
    scores: Mapping[date, PracticeScore],
    rule: Rule,
    name: str,
    visits: Sequence[date],
    source: str,
    course: Course,
) -> Chart:
    """A target that is met or not, in steps: a share would say nothing."""
    first = min(scores, default=months[-1])
    shown = [month for month in months if month >= first]
    levels = {"met": 1.0, "not_met": 0.0}
    values = [(month, levels.get(scores[month].state) if month in scores else None) for month in shown]
    met = sum(value == 1.0 for _, value in values)
    known = [month for month, value in values if value is not None]
    finding = (
        f"{name}: met in {met} of {wording.plural(len(known), 'month')} with an answer."
        if known
        else f"{name}: no answer yet."
    )
    return Chart(
        kind=Kind.STEPS,
        title=f"{rule.name} by month",
        finding=" ".join((finding, *dict.fromkeys(course.beginnings(known).values()))),
        series=(line(name, [(month, Point(month_label(month), value)) for month, value in values], course),),
        levels=LEVELS,
        marks=tuple(Mark(month_label(day), "Visit") for day in sorted(visits)),
        source=source,
    )


def reach_trend(values: Sequence[tuple[date, int | None, int | None]], name: str, source: str, course: Course) -> Chart:
    """Patients with the detailed coded record as a share of the list: (month, patients, list)."""
    shares = [(month, part / whole if part is not None and whole else None) for month, part, whole in values]
    points = [
        (month, Point(month_label(month), share, note=wording.of_words(part, whole)))
        for (month, part, whole), (_, share) in zip(values, shares, strict=True)
    ]
    return Chart(
        kind=Kind.LINE,
        title="Reach of the detailed coded record",
        finding=moved(shares, name, course),
        series=(line("Patients with access", points, course),),
        source=source,
    )
