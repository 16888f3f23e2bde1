"""What is written about a visit as one value: the form makes it, the service stores it, two of them can be compared."""

from dataclasses import dataclass, field
from datetime import date, time
from uuid import UUID

from core.months import long_date
from practices import measures
from targets.models import Target
from visits.models import Action, BarrierCode, Evidence, Visit


class Role:
    """People met are written down by role, never by name and never as patients."""

    CHOICES: tuple[tuple[str, str], ...] = (
        ("practice_manager", "Practice manager"),
        ("deputy_manager", "Deputy or operations manager"),
        ("gp_partner", "GP partner"),
        ("gp", "Salaried or locum GP"),
        ("nurse", "Nurse"),
        ("pharmacist", "Pharmacist"),
        ("reception_lead", "Reception lead"),
        ("receptionist", "Receptionist"),
        ("it_lead", "IT or data lead"),
        ("patient_group", "Patient group's chair"),
    )
    LABELS = dict(CHOICES)


@dataclass(frozen=True)
class FigureSeen:
    """A figure that a practice may show on the spot, by its column in the monthly figures."""

    column: str
    label: str


FIGURES_SEEN: tuple[FigureSeen, ...] = tuple(
    FigureSeen(measure.column, measure.asked) for measure in measures.of_source(measures.VISIT.key) if measure.asked
)
SEEN_COLUMNS = tuple(figure.column for figure in FIGURES_SEEN)
PARTS_OF = tuple((part, whole) for whole, parts in measures.parts(measures.VISIT.key).items() for part in parts)
DEFINITION = "routine_definition"
TAKEN_OUT = "Taken out of the visit's record before it was signed off"


@dataclass(frozen=True, order=True)
class EvidenceSeen:
    where: str
    seen_on: date
    words: str = ""

    def __str__(self) -> str:
        return f"{Evidence.Where(self.where).label}, {long_date(self.seen_on)}" + (
            f": {self.words}" if self.words else ""
        )


@dataclass(frozen=True, order=True)
class ActionWords:
    """An action as the visit's form states it. Empty words take an open action back out of the record."""

    id: UUID
    words: str
    owner_role: str
    due_on: date | None
    target: str = ""

    def __str__(self) -> str:
        if not self.words or self.due_on is None:
            return "(taken out)"
        return f"{self.words} ({Action.OwnerRole(self.owner_role).label}, by {long_date(self.due_on)})"


@dataclass(frozen=True)
class ActionStep:
    """What became of an action of an earlier visit: its new state with the evidence or the reason."""

    id: UUID
    state: str
    words: str = ""


@dataclass(frozen=True)
class VisitRecord:
    kind: str
    on: date
    starts_at: time | None = None
    ends_at: time | None = None
    purpose: str = ""
    roles_met: tuple[str, ...] = ()
    readiness: int | None = None
    materials_left: str = ""
    commitment: str = ""
    next_contact_on: date | None = None
    note: str = ""
    ecommunication_asked: bool = False
    observed: dict[str, int | str] = field(default_factory=dict)
    discussions: dict[str, str] = field(default_factory=dict)
    barriers: frozenset[str] = frozenset()
    evidence: frozenset[EvidenceSeen] = frozenset()
    actions: tuple[ActionWords, ...] = ()


# Fields that are columns of Visit; the rest are rows of their own.
COLUMNS = (
    "kind",
    "on",
    "starts_at",
    "ends_at",
    "purpose",
    "roles_met",
    "readiness",
    "materials_left",
    "commitment",
    "next_contact_on",
    "note",
    "ecommunication_asked",
    "observed",
)
LABELS: dict[str, str] = {
    "kind": "Kind",
    "on": "Date",
    "starts_at": "Start",
    "ends_at": "End",
    "purpose": "Purpose",
    "roles_met": "People met",
    "readiness": "Readiness",
    "materials_left": "Materials left",
    "commitment": "The practice's own commitment",
    "next_contact_on": "Next contact",
    "note": "Note",
    "ecommunication_asked": "Promotion of e-communication looked for",
    "observed": "Figures seen",
    "discussions": "Targets discussed",
    "barriers": "Barriers",
    "evidence": "Evidence of e-communication",
    "actions": "Actions",
}


def record_of(visit: Visit) -> VisitRecord:
    """The record as it stands in the database."""
    return VisitRecord(
        **{name: getattr(visit, name) for name in COLUMNS if name != "roles_met"},
        roles_met=tuple(visit.roles_met),
        discussions={row.target: row.words for row in visit.discussions.all()},
        barriers=frozenset(row.code for row in visit.barriers.all()),
        evidence=frozenset(EvidenceSeen(row.where, row.seen_on, row.words) for row in visit.evidence.all()),
        actions=tuple(
            ActionWords(row.pk, row.words, row.owner_role, row.due_on, row.target)
            for row in as_agreed(visit)
            if row.dropped_reason != TAKEN_OUT
        ),
    )


def as_agreed(visit: Visit) -> list[Action]:
    """The visit's actions in the order in which they were agreed."""
    return sorted(visit.actions.all(), key=lambda action: (action.created_at, action.pk))


@dataclass(frozen=True)
class Difference:
    """A field in which two records of one visit differ, in the words of each."""

    name: str
    label: str
    saved: str
    mine: str


def says_the_same(saved: VisitRecord, mine: VisitRecord) -> bool:
    """Whether to save `mine` would change nothing: the mark of a save that was sent twice."""
    known = {action.id: action for action in saved.actions}
    return not differences(saved, mine) and all(action.id in known or not action.words for action in mine.actions)


def differences(saved: VisitRecord, mine: VisitRecord) -> list[Difference]:
    return [
        Difference(name, LABELS[name], in_words(saved, name), in_words(mine, name))
        for name in LABELS
        if name != "actions" and getattr(saved, name) != getattr(mine, name)
    ] + _differing_actions(saved, mine)


def _differing_actions(saved: VisitRecord, mine: VisitRecord) -> list[Difference]:
    """Only what both have and put differently: an action that only one of them has is added, never lost."""
    before = {action.id: action for action in saved.actions}
    pairs = [(before[action.id], action) for action in mine.actions if before.get(action.id, action) != action]
    if not pairs:
        return []
    return [
        Difference(
            "actions",
            LABELS["actions"],
            "\n".join(str(old) for old, _ in pairs),
            "\n".join(str(new) for _, new in pairs),
        )
    ]


def in_words(record: VisitRecord, name: str) -> str:
    """A field of the record as a person would read it; empty where nothing is said."""
    value = getattr(record, name)
    if name == "kind":
        return str(Visit.Kind(value).label)
    if name == "roles_met":
        return ", ".join(Role.LABELS.get(role, role) for role in value)
    if name == "discussions":
        return "\n".join(f"{target.label}: {value[target]}" for target in Target if target in value)
    if name == "barriers":
        return "\n".join(code.label for code in BarrierCode if code in value)
    if name in ("evidence", "actions"):
        return "\n".join(str(item) for item in (sorted(value) if name == "evidence" else value))
    if name == "observed":
        labels = {figure.column: figure.label for figure in FIGURES_SEEN} | {DEFINITION: "Routine means"}
        return "\n".join(f"{labels[column]}: {value[column]}" for column in labels if column in value)
    return _plain_words(value)


def _plain_words(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case date():
            return long_date(value)
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)
