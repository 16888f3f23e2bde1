"""Which area, month, programme and target a page shows, to whom: read from the address, with bad values mended."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from core.months import add_months, month_key, month_label, parse_month
from practices.geography import Area
from practices.geography import AreaKind as Kind
from practices.querysets.organisations import scope_ccgs
from targets.models import Target
from targets.reading.areas import path_of
from targets.reading.frame import Frame, MonthInfo, ProgrammeInfo, Rule, read_frame


@dataclass
class PageContext:
    """What a page shows. `month` is None while the portal holds no scores, `notices` say what was not as asked for,
    `asked` names the parameters of the address."""

    user: Any
    frame: Frame
    area: Area
    month: date | None
    programme: ProgrammeInfo | None
    target: str
    notices: list[str] = field(default_factory=list)
    asked: frozenset[str] = frozenset()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The programme's rules in force in the month, one a target."""
        return self.programme.rules_in(self.month) if self.programme and self.month else ()

    @property
    def rule(self) -> Rule | None:
        """The rule of the chosen target; the first one where the programme has none for it."""
        first = self.rules[0] if self.rules else None
        return next((rule for rule in self.rules if rule.target == self.target), first)

    @property
    def month_info(self) -> MonthInfo | None:
        return self.frame.month_info(self.month) if self.month else None

    @property
    def months_shown(self) -> list[date]:
        """The month and the two years before it: what a trend and its changes look back on."""
        return [add_months(self.month, back) for back in range(-24, 1)] if self.month else []

    @property
    def region(self) -> Area:
        """Beside which the area is shown: its own, or the home region."""
        if self.area.kind == Kind.REGION:
            return self.area
        return self.frame.tree.find(Kind.REGION, self.area.region) or self.frame.tree.home

    def rules_of(self, target: str) -> dict[int, Rule]:
        """All versions of the programme's rule for a target, by id: a trend may cross from one to the next."""
        rules = self.programme.rules if self.programme else ()
        return {rule.pk: rule for rule in rules if rule.target == target}

    def query(self, **changes: str) -> str:
        """The address's question, so that a link shows the same month and programme."""
        parts: dict[str, str] = {}
        if self.month:
            parts["month"] = month_key(self.month)
        if self.programme and not self.programme.is_default:
            parts["programme"] = self.programme.slug
        return "?" + urlencode({**parts, **{name: value for name, value in changes.items() if value}})

    def url(self, area: Area, **changes: str) -> str:
        return path_of(area) + self.query(**changes)

    @cached_property
    def scope_codes(self) -> frozenset[str]:
        """CCGs whose returns and visits the person may read, with those that merged into them."""
        return frozenset(scope_ccgs(self.user).values())

    def may_see(self, rule: Rule) -> bool:
        """Whether the area's figures of this rule are for this person: published ones are, a region's and an STP's are;
        what practices return is for those whose CCGs they are.
        """
        if rule.is_published or self.user.sees_everything or self.area.kind in (Kind.REGION, Kind.STP):
            return True
        return bool(self.area.asks) and self.scope_codes.issuperset(self.area.asks)

    def may_see_practice(self, rule: Rule, ccg: str) -> bool:
        return rule.is_published or self.user.sees_everything or ccg in self.scope_codes


def page_context(request: HttpRequest, area: Area | None = None) -> PageContext:
    frame = read_frame()
    notices: list[str] = []
    month = _month(frame, request.GET.get("month", ""), notices)
    frame = frame.in_month(month)
    return PageContext(
        user=request.user,
        frame=frame,
        area=(frame.tree.find(area.kind, area.code) if area else None) or frame.tree.home,
        month=month,
        programme=_programme(frame, request.GET.get("programme", ""), notices),
        target=_target(request.GET.get("target", ""), notices),
        notices=notices,
        asked=frozenset(request.GET),
    )


def _month(frame: Frame, text: str, notices: list[str]) -> date | None:
    latest = frame.latest
    if latest is None or not text:
        return latest.month if latest else None
    instead = f"This is {month_label(latest.month)}, the latest."
    try:
        month = parse_month(text)
    except ValueError:
        notices.append(f"The address names no month that can be read. {instead}")
        return latest.month
    if frame.month_info(month) is None:
        notices.append(f"There are no figures for {month_label(month)}. {instead}")
        return latest.month
    return month


def _programme(frame: Frame, slug: str, notices: list[str]) -> ProgrammeInfo | None:
    found = frame.programme(slug) if slug else frame.default_programme
    if found is None and frame.default_programme:
        notices.append(f"There is no programme of that name. This is {frame.default_programme.name}.")
    return found or frame.default_programme


def _target(text: str, notices: list[str]) -> str:
    if text and text not in Target.values:
        notices.append("There is no target of that name. This is registration.")
    return text if text in Target.values else Target.REGISTRATION.value
