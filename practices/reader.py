"""What a reader may see of what practices return and what was noted there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from core.request_memory import once
from practices.geography import geography

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything, or the practices of these CCGs: their ODS codes by id, those that merged into them among them."""

    everything: bool = False
    ccgs: Mapping[int, str] = field(default_factory=dict)
    signed_in: bool = True

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(self.ccgs.values())

    @property
    def key(self) -> tuple[str, ...]:
        """The same for all who see the same."""
        return ("everything",) if self.everything else tuple(sorted(self.ccgs.values()))


WHOLE = Scope(everything=True)
"""For what is made for nobody in particular, such as a report: who may open it is decided where it is opened."""
NOTHING = Scope(signed_in=False)

Person: TypeAlias = "User | AnonymousUser"
Reader: TypeAlias = "Person | Scope"


def scope_of(reader: Reader) -> Scope:
    """Read once a request, however many queries ask by it."""
    if isinstance(reader, Scope):
        return reader
    if not reader.is_authenticated:
        return NOTHING
    return once(("scope of", reader.pk), lambda: _read(reader))


def _read(user: "User") -> Scope:
    if user.sees_everything:
        return WHOLE
    grants = user.scope_grants.in_force(timezone.localdate()).order_by().values_list("ccg_code", "ccg_name")
    names = dict(grants)
    # The header of the same page shows the names.
    once(("scope names", user.pk), lambda: sorted(names.values()))
    return Scope(ccgs=geography().with_predecessors(names))
