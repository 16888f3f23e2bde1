"""What is asked: an area's figures of a month by a programme's rules, with one target before the others.

Who asks is another matter (practices.reader), and so is the page that shows the answer (targets.reading.page).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from core.months import add_months, month_key
from practices.geography import Area, Term
from practices.geography import AreaKind as Kind
from targets.reading.areas import path_of
from targets.reading.frame import Frame, MonthInfo, ProgrammeInfo
from targets.rules import Rule
from targets.series import Course

MONTHS_BEFORE = 24


@dataclass(frozen=True, slots=True)
class Question:
    """frame: the areas, months and programmes that there are. `month` is None while the portal holds no scores."""

    frame: Frame
    area: Area
    month: date | None
    programme: ProgrammeInfo | None
    target: str

    def of(self, area: Area) -> "Question":
        """The same of another area."""
        return replace(self, area=area)

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
    def all_rules(self) -> dict[int, Rule]:
        """Every version of every rule of the programme, by id."""
        return {rule.pk: rule for rule in self.programme.rules} if self.programme else {}

    def rules_of(self, target: str) -> dict[int, Rule]:
        """All versions of the programme's rule for a target, by id: a trend may cross from one to the next."""
        return {pk: rule for pk, rule in self.all_rules.items() if rule.target == target}

    def course(self, rule: Rule, area: Area | None = None) -> Course:
        """Which months of an area's sums may be compared; of the area asked for, if no other is named."""
        place = area or self.area
        return self.frame.breaks.of_area(rule, place.kind, place.code)

    def course_of_practices(self, rule: Rule) -> Callable[[str], Course]:
        """The same of a practice, by its supplier."""
        return lambda supplier: self.frame.breaks.of_practice(rule, supplier)

    @property
    def month_info(self) -> MonthInfo | None:
        return self.frame.month_info(self.month) if self.month else None

    @property
    def month_before(self) -> date | None:
        return add_months(self.month, -1) if self.month else None

    @property
    def months_shown(self) -> list[date]:
        """The month and the two years before it: what a trend and its changes look back on."""
        return [add_months(self.month, back) for back in range(-MONTHS_BEFORE, 1)] if self.month else []

    def term(self, kind: Kind) -> Term:
        """What areas of the kind were called in the month."""
        return self.frame.term(kind, self.month)

    @property
    def region(self) -> Area:
        """Beside which the area is shown: its own, or the home region."""
        if self.area.kind == Kind.REGION:
            return self.area
        return self.frame.tree.find(Kind.REGION, self.area.region) or self.frame.tree.home

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
