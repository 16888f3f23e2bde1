"""The question that an address asks, with bad values mended, and who asks it."""

from dataclasses import dataclass
from datetime import date

from accounts.access import PersonRequest
from accounts.models import User
from core.months import month_label, parse_month
from practices.geography import Area, AreaKind
from practices.reader import Scope, scope_of
from targets.reading.frame import Frame, ProgrammeInfo, read_frame
from targets.reading.question import Question
from targets.rules import TARGETS

REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Page:
    """notices say what was not as asked for, `asked` names the parameters of the address."""

    user: User
    question: Question
    notices: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()

    @property
    def scope(self) -> Scope:
        return scope_of(self.user)

    @property
    def own_ccgs(self) -> list[Area]:
        """The person's CCGs that there were in the month: of a merged one, those that it was made of."""
        ccgs = [ccg for ccg in self.question.frame.tree.of_kind(AreaKind.CCG) if ccg.code in self.scope.codes]
        month = self.question.month
        return [ccg for ccg in ccgs if month and self.question.frame.is_of_month(ccg, month)] or ccgs

    @property
    def own_area(self) -> Area:
        """Whose dashboard is the person's: the first of their CCGs, or the home region."""
        return next(iter(self.own_ccgs), self.question.frame.tree.home)


def page_of(request: PersonRequest, area: Area | None = None) -> Page:
    frame = read_frame()
    notices: list[str] = []
    month = _month(frame, request.GET.get("month", ""), notices)
    frame = frame.in_month(month)
    question = Question(
        frame=frame,
        area=(frame.tree.find(area.kind, area.code) if area else None) or frame.tree.home,
        month=month,
        programme=_programme(frame, request.GET.get("programme", ""), notices),
        target=_target(request.GET.get("target", ""), notices),
    )
    return Page(request.user, question, tuple(notices), frozenset(request.GET))


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
    if text and text not in TARGETS:
        notices.append("There is no target of that name. This is registration.")
    return text if text in TARGETS else REGISTRATION
