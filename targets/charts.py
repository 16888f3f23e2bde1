"""The dashboards' charts: rows in, one description out. Nothing here knows a request or the database."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol, TypeVar

from core import wording
from core.charts import Chart, Format, Kind, Mark, Point, Series, State, Target
from core.months import month_label
from targets.rules import Rule
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


def moved(points: Sequence[tuple[date, float | None]], name: str) -> str:
    """The sentence of a line: where it began, where it is, and the difference."""
    known = [(month, value) for month, value in points if value is not None]
    if not known:
        return f"{name}: nothing is known in these months."
    (first, start), (last, end) = known[0], known[-1]
    if first == last:
        return f"{name}: {wording.percent(end)} in {month_label(last)}, the only month known."
    return (
        f"{name} went from {wording.percent(start)} in {month_label(first)} to {wording.percent(end)} in "
        f"{month_label(last)} ({wording.points(end - start)})."
    )


def sparkline(months: Sequence[date], values: Mapping[date, float | None], rule: Rule, name: str) -> Chart:
    points = [(month, values.get(month)) for month in months]
    return Chart(
        kind=Kind.SPARKLINE,
        title=f"{rule.name}, {name}",
        finding=moved(points, name),
        series=(Series(rule.name, tuple(Point(month_label(month), value) for month, value in points)),),
        target=target_of(rule),
    )


def area_trend(
    months: Sequence[date],
    area: Place,
    region: Place,
    own: Mapping[date, Sums],
    beside: Mapping[date, Sums],
    rule: Rule,
    visits: Mapping[date, int],
    source: str,
) -> Chart:
    """The target's share in the area and in its region by month, the target as a line, visits as marks."""
    first = min([*own, *beside], default=months[-1])
    shown = [month for month in months if month >= first]
    lines = [(area.short_name, own)]
    if area is not region:
        lines.append((region.short_name, beside))
    series = tuple(
        Series(
            name,
            tuple(
                Point(
                    month_label(month), rows[month].share if month in rows else None, note=_sums_note(rows.get(month))
                )
                for month in shown
            ),
        )
        for name, rows in lines
    )
    finding = moved([(month, own[month].share if month in own else None) for month in shown], area.short_name)
    return Chart(
        kind=Kind.LINE,
        title=f"{rule.name} by month",
        finding=finding,
        series=series,
        target=target_of(rule),
        marks=tuple(
            Mark(month_label(month), wording.plural(number, "visit"), "Visits")
            for month, number in sorted(visits.items())
            if number
        ),
        source=source,
    )


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
    return Chart(
        kind=Kind.BARS,
        title=f"Where the gap is: {rule.unit} to target",
        finding=finding,
        series=(
            Series(
                f"{rule.unit.capitalize()} to target",
                tuple(
                    Point(
                        score.name,
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
) -> Chart:
    """A ratio of one practice by month."""
    first = min(shares, default=months[-1])
    shown = [month for month in months if month >= first]
    values = [(month, shares[month].share if month in shares else None) for month in shown]
    points = tuple(
        Point(
            month_label(month),
            value,
            note=wording.of_words(shares[month].numerator, shares[month].denominator) if month in shares else "",
        )
        for month, value in values
    )
    return Chart(
        kind=Kind.LINE,
        title=f"{rule.name} by month",
        finding=moved(values, name),
        series=(Series(name, points),),
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
) -> Chart:
    """A target that is met or not, in steps: a share would say nothing."""
    first = min(scores, default=months[-1])
    shown = [month for month in months if month >= first]
    levels = {"met": 1.0, "not_met": 0.0}
    values = [(month, levels.get(scores[month].state) if month in scores else None) for month in shown]
    met = sum(value == 1.0 for _, value in values)
    known = sum(value is not None for _, value in values)
    finding = (
        f"{name}: met in {met} of {wording.plural(known, 'month')} with an answer."
        if known
        else f"{name}: no answer yet."
    )
    return Chart(
        kind=Kind.STEPS,
        title=f"{rule.name} by month",
        finding=finding,
        series=(Series(name, tuple(Point(month_label(month), value) for month, value in values)),),
        levels=LEVELS,
        marks=tuple(Mark(month_label(day), "Visit") for day in sorted(visits)),
        source=source,
    )


def reach_trend(values: Sequence[tuple[date, int | None, int | None]], name: str, source: str) -> Chart:
    """Patients with the detailed coded record as a share of the list: (month, patients, list)."""
    shares = [(month, part / whole if part is not None and whole else None) for month, part, whole in values]
    points = tuple(
        Point(month_label(month), share, note=wording.of_words(part, whole))
        for (month, part, whole), (_, share) in zip(values, shares, strict=True)
    )
    return Chart(
        kind=Kind.LINE,
        title="Reach of the detailed coded record",
        finding=moved(shares, name),
        series=(Series("Patients with access", points),),
        source=source,
    )
