"""Which areas a CCG counts to in a month: London, its STP and its principal borough."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from core.months import month_end
from practices.models import Borough, BoroughShare, Organisation, OrganisationRelation

LONDON_REGION = "Y56"


@dataclass(frozen=True)
class Membership:
    parent: int
    starts: date
    ends: date | None


@dataclass(frozen=True)
class Geography:
    """Read once a run. All keys and values are ids, but codes and slugs, which name areas."""

    codes: dict[int, str]
    kinds: dict[int, str]
    parents: dict[int, list[Membership]]
    principal_borough: dict[int, int]
    borough_slugs: dict[int, str]

    def parent_of(self, organisation: int, on: date) -> int | None:
        """The organisation that this one belonged to on that day; the nearest in time where the dates leave a gap."""
        memberships = self.parents.get(organisation, [])
        for membership in memberships:
            if membership.starts <= on and (membership.ends is None or membership.ends >= on):
                return membership.parent
        before = [membership for membership in memberships if membership.starts <= on]
        nearest = before[-1:] or memberships[:1]
        return nearest[0].parent if nearest else None

    def lineage(self, ccg: int, month: date) -> list[int]:
        """The CCG's STP and region, upwards."""
        found: list[int] = []
        step = self.parent_of(ccg, month_end(month))
        while step is not None and step not in found:
            found.append(step)
            step = self.parent_of(step, month_end(month))
        return found

    def stp_of(self, ccg: int, month: date) -> str | None:
        areas = {Organisation.Kind.STP.value, Organisation.Kind.ICB.value}
        return next((self.codes[above] for above in self.lineage(ccg, month) if self.kinds[above] in areas), None)

    def is_london(self, ccg: int, month: date) -> bool:
        return any(self.codes[above] == LONDON_REGION for above in self.lineage(ccg, month))


def read_geography() -> Geography:
    """Five small queries, however many practices there are."""
    above_practices = Organisation.objects.exclude(kind=Organisation.Kind.PRACTICE)
    organisations = list(above_practices.values_list("pk", "code", "kind"))
    parents: dict[int, list[Membership]] = defaultdict(list)
    relations = OrganisationRelation.objects.members().exclude(child__kind=Organisation.Kind.PRACTICE)
    for child, *membership in relations.order_by("starts").values_list("child_id", "parent_id", "starts", "ends"):
        parents[child].append(Membership(*membership))
    shares = BoroughShare.objects.order_by("percent_of_ccg", "-borough__gss_code").values_list("ccg_id", "borough_id")
    return Geography(
        codes={pk: code for pk, code, _ in organisations},
        kinds={pk: kind for pk, _, kind in organisations},
        parents=dict(parents),
        principal_borough=dict(shares),
        borough_slugs=dict(Borough.objects.values_list("pk", "slug")),
    )
