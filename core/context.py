"""What every page shows around its content: the portal's name, who is signed in, where they can go."""

from functools import cached_property
from typing import NamedTuple

from django.http import HttpRequest

from core import presenters
from core.jobs import pulse
from core.models import PortalState
from core.navigation import Entry, address, footer_entries, main_entries

PORTAL_NAME = "London GP online services"


class Person(NamedTuple):
    name: str
    role_label: str
    scope_label: str


class PortalContext:
    """Worked out only when a template asks, and once a request: error pages and fragments cost no query."""

    name = PORTAL_NAME

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        user = getattr(request, "user", None)
        self._user = user if user is not None and user.is_authenticated else None

    @cached_property
    def illustrative(self) -> bool:
        return PortalState.seen().illustrative

    @cached_property
    def silence(self) -> str:
        """For the pages on which somebody may be waiting for work to be done."""
        return presenters.silence_words(pulse.silence(), for_administrator=self._role == "administrator")

    @cached_property
    def person(self) -> Person | None:
        user = self._user
        if user is None:
            return None
        return Person(user.name, user.get_role_display(), user.scope_label())

    @property
    def _role(self) -> str:
        return self._user.role if self._user is not None else ""

    @cached_property
    def nav(self) -> list[Entry]:
        return main_entries(self._role, self._request.path)

    @cached_property
    def nav_beneath(self) -> Entry | None:
        """The entry whose pages the reader is among, where it stands for several."""
        return next((entry for entry in self.nav if entry.current and entry.beneath), None)

    @cached_property
    def footer(self) -> list[Entry]:
        return footer_entries(self._role, self._request.path)

    @cached_property
    def account_url(self) -> str:
        return address("accounts:account")

    @cached_property
    def suggest_url(self) -> str:
        return address("targets:suggest")

    @cached_property
    def search_url(self) -> str:
        return address("targets:practice_list")


def portal(request: HttpRequest) -> dict[str, PortalContext]:
    return {"portal": PortalContext(request)}
