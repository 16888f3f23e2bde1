"""An area's figures in a month as plain numbers, so that others can check what the pages show."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from core.months import month_end
from practices.geography import Area, AreaKind, geography, tree_on
from targets.models import AreaScore, Programme, Target
from targets.rules import Rule


class NoSuchArea(LookupError):
    pass


@dataclass(frozen=True)
class TargetFigures:
    """Sums over the practices that reported, None where none did; counts over all practices of the area."""

    numerator: int | None
    denominator: int | None
    met: int
    not_met: int
    no_data: int
    not_applicable: int
    practices: int
    reported: int
    shortfall: int | None
    rule_version: int | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def find_area(text: str, month: date) -> Area:
    """By the name of a region, the code of a region, STP, ICB, CCG or sub-location, or a borough's slug or name.

    Raises NoSuchArea with a sentence.
    """
    wanted, tree = text.casefold(), tree_on(geography(), month_end(month))
    for kind in AreaKind:
        for area in tree.of_kind(kind):
            named = (area.name.casefold(),) if kind in (AreaKind.REGION, AreaKind.BOROUGH) else ()
            if wanted in (area.code.casefold(), *named):
                return area
    known = tree.home.name.casefold()
    raise NoSuchArea(
        f"There is no area {text!r}. Name {known}, a borough, or the code of a CCG, sub-location, STP or ICB."
    )


def area_figures(kind: str, code: str, month: date, programme: Programme) -> dict[str, TargetFigures]:
    """By target, for every target that the programme ever had a rule for."""
    scores = list(AreaScore.objects.of_area(kind, code).filter(month=month).select_related("rule"))
    practices = max((score.practices for score in scores), default=0)
    found = {score.rule.target: _of_score(score) for score in scores if score.rule.programme_id == programme.pk}
    rules = programme.rules.all().as_rules()
    wanted = [target for target in Target.values if any(rule.target == target for rule in rules)]
    return {target: found.get(target) or _without_score(target, rules, practices, month) for target in wanted}


def _of_score(score: AreaScore) -> TargetFigures:
    names = [name for name in TargetFigures.__dataclass_fields__ if name != "rule_version"]
    return TargetFigures(**{name: getattr(score, name) for name in names}, rule_version=score.rule.version)


def _without_score(target: str, rules: list[Rule], practices: int, month: date) -> TargetFigures:
    """No rule in force at the month's end: not applicable to any practice. In force: an area without practices."""
    rule = next((rule for rule in rules if rule.target == target and rule.is_in_force(month_end(month))), None)
    return TargetFigures(
        numerator=None,
        denominator=None,
        met=0,
        not_met=0,
        no_data=0,
        not_applicable=0 if rule else practices,
        practices=practices,
        reported=0,
        shortfall=None,
        rule_version=rule.version if rule else None,
    )
