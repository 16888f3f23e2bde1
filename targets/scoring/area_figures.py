"""An area's figures in a month as plain numbers, so that others can check what the pages show."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from core.months import month_end
from practices.geography import Area, AreaKind, geography, tree_on
from practices.reader import WHOLE
from targets.models import AreaScore, Programme
from targets.querysets import read_sums
from targets.rules import TARGETS, Rule
from targets.sums import Sums


class NoSuchArea(LookupError):
    pass


# As `manage.py scores --json` tells them
TOLD = ("numerator", "denominator", "met", "not_met", "no_data", "not_applicable", "practices", "reported", "shortfall")


class AgainstRule(NamedTuple):
    """An area's sums, and the version of the rule that they are held against; None where none is in force."""

    sums: Sums
    rule_version: int | None

    def as_dict(self) -> dict[str, int | None]:
        return {name: getattr(self.sums, name) for name in TOLD} | {"rule_version": self.rule_version}


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


def area_figures(kind: str, code: str, month: date, programme: Programme) -> dict[str, AgainstRule]:
    """By target, for every target that the programme ever had a rule for."""
    of_all = read_sums(AreaScore.objects.for_user(WHOLE).of_area(kind, code).filter(month=month))
    rules = {rule.pk: rule for rule in programme.rules.all().as_rules()}
    found = {
        rules[sums.rule].target: AgainstRule(sums, rules[sums.rule].version) for sums in of_all if sums.rule in rules
    }
    nobody = Sums(
        kind, code, month, 0, None, None, 0, 0, 0, 0, 0, max((s.practices for s in of_all), default=0), 0, None
    )
    wanted = [target for target in TARGETS if any(rule.target == target for rule in rules.values())]
    return {target: found.get(target) or _without_score(target, rules.values(), nobody) for target in wanted}


def _without_score(target: str, rules: Iterable[Rule], nobody: Sums) -> AgainstRule:
    """No rule in force at the month's end: not applicable to any practice. In force: an area without practices."""
    end = month_end(nobody.month)
    rule = next((rule for rule in rules if rule.target == target and rule.is_in_force(end)), None)
    if rule is None:
        return AgainstRule(replace(nobody, not_applicable=nobody.practices), None)
    return AgainstRule(replace(nobody, rule=rule.pk), rule.version)
