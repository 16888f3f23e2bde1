"""What is measured and by whom: the one catalogue of sources and measures. Knows no Django.

The columns of MonthlyFigures, labels, checks, the return, wide files, visits and rules follow from it. A
measure stands for a column by its name; nothing goes by the order of these lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["stock", "flow", "status", "date", "words", "yes_no"]


@dataclass(frozen=True)
class Source:
    """Who says it.

    key        stored with each row
    label      what people read; `rows` is what its rows are called in a sentence
    published  whether anybody may see its figures; the others stay with the CCGs that a person was granted
    rank       whose word counts first where several speak: of the CCG of a practice, of a figure; 1 is first
    regional   whether its files hold the whole country and are filtered by region
    """

    key: str
    label: str
    rows: str
    published: bool
    rank: int
    regional: bool


@dataclass(frozen=True)
class Measure:
    """A column of MonthlyFigures.

    sources  who gives it
    kind     a stock is never added up over months, a flow is; a status is one of STATUSES
    label    what people read; `asked` is how the form of a visit asks for it, where it does
    unit     what is counted
    field    the publisher's own name
    part_of  the column that this one is a part of: it, or all parts together, cannot be more than the whole
    place    its place in `field_rows`, in which rows already stand: never changed, never given to another of its source
    watched  whether a count far outside the practice's own history is told
    signed   whether it may be below zero
    length   the longest text
    """

    column: str
    sources: tuple[Source, ...]
    kind: Kind
    label: str
    unit: str = ""
    field: str = ""
    part_of: str = ""
    place: int | None = None
    asked: str = ""
    watched: bool = False
    signed: bool = False
    length: int = 0

    @property
    def is_count(self) -> bool:
        return self.kind in ("stock", "flow")

    @property
    def is_number(self) -> bool:
        return self.is_count or self.kind == "status"


POMI = Source("pomi", "POMI", "POMI", published=True, rank=1, regional=True)
RETURN = Source("return", "Practice return", "practice returns", published=False, rank=2, regional=False)
VISIT = Source("visit", "Visit", "visits", published=False, rank=3, regional=False)
LIST_SIZE = Source("list_size", "List sizes", "list sizes", published=True, rank=4, regional=True)
SOURCES: tuple[Source, ...] = (POMI, RETURN, VISIT, LIST_SIZE)

_PUBLISHER, _PRACTICE, _BY_RETURN = (POMI,), (RETURN, VISIT), (RETURN,)

MEASURES: tuple[Measure, ...] = (
    Measure(
        "list_size",
        (POMI, LIST_SIZE),
        "stock",
        "Patients registered at the practice",
        unit="patients",
        field="patient_list_size",
        place=0,
        watched=True,
    ),
    Measure(
        "appointments_status",
        _PUBLISHER,
        "status",
        "Online appointments: function status",
        field="Sys_Appts_Enbld",
        place=1,
    ),
    Measure(
        "prescriptions_status",
        _PUBLISHER,
        "status",
        "Repeat prescriptions: function status",
        field="Sys_Presc_Enbld",
        place=2,
    ),
    Measure(
        "dcr_status",
        _PUBLISHER,
        "status",
        "Detailed coded record: function status",
        field="Sys_DetCodeRec_Enbld",
        place=3,
    ),
    Measure(
        "appointments_enabled",
        _PUBLISHER,
        "stock",
        "Patients registered for online booking",
        unit="patients",
        field="Pat_Appts_Enbld",
        place=4,
    ),
    Measure(
        "prescriptions_enabled",
        _PUBLISHER,
        "stock",
        "Patients registered for repeat prescriptions",
        unit="patients",
        field="Pat_Presc_Enbld",
        place=5,
    ),
    Measure(
        "dcr_enabled",
        _PUBLISHER,
        "stock",
        "Patients with access to the detailed coded record",
        unit="patients",
        field="Pat_DetCodeRec_Enbld",
        place=6,
        watched=True,
    ),
    Measure(
        "appointments_used",
        _PUBLISHER,
        "flow",
        "Online bookings and cancellations",
        unit="transactions",
        field="Pat_Appts_Use",
        part_of="online_transactions",
        place=7,
        watched=True,
    ),
    Measure(
        "prescriptions_used",
        _PUBLISHER,
        "flow",
        "Repeat prescriptions ordered online",
        unit="transactions",
        field="Pat_Presc_Use",
        part_of="online_transactions",
        place=8,
        watched=True,
    ),
    Measure(
        "dcr_used",
        _PUBLISHER,
        "flow",
        "Record views",
        unit="transactions",
        field="Pat_DetCodeRec_Use",
        part_of="online_transactions",
        place=9,
    ),
    Measure(
        "online_patients",
        _PUBLISHER,
        "stock",
        "Patients registered for at least one online service",
        unit="patients",
        field="Total_Pat_Enbld",
        part_of="list_size",
        place=10,
        watched=True,
    ),
    Measure(
        "new_online_patients",
        _PUBLISHER,
        "flow",
        "New online patients in the month",
        unit="patients",
        field="New_Pat_Enbld",
        place=11,
        signed=True,
    ),
    Measure(
        "online_transactions",
        _PUBLISHER,
        "flow",
        "All online transactions",
        unit="transactions",
        field="Total_Use",
        place=12,
    ),
    Measure("routine_slots", _PRACTICE, "flow", "Routine slots", unit="slots", asked="Routine GP slots in the month"),
    Measure(
        "routine_slots_online",
        _PRACTICE,
        "flow",
        "Routine slots released online",
        unit="slots",
        part_of="routine_slots",
        asked="Of these, released online",
    ),
    Measure("bookings", _PRACTICE, "flow", "Bookings", unit="bookings", asked="Bookings of routine GP appointments"),
    Measure(
        "bookings_online",
        _PRACTICE,
        "flow",
        "Online bookings",
        unit="bookings",
        part_of="bookings",
        asked="Of these, online",
    ),
    Measure(
        "cancellations",
        _PRACTICE,
        "flow",
        "Cancellations",
        unit="cancellations",
        asked="Cancellations of routine GP appointments",
    ),
    Measure(
        "cancellations_online",
        _PRACTICE,
        "flow",
        "Online cancellations",
        unit="cancellations",
        part_of="cancellations",
        asked="Of these, online",
    ),
    Measure("routine_definition", _PRACTICE, "words", "Definition of routine used", length=300),
    Measure("ecommunication_product", _BY_RETURN, "words", "E-communication in use", length=120),
    Measure("ecommunication_promoted_where", _PRACTICE, "words", "E-communication promoted where", length=200),
    Measure("ecommunication_promoted_on", _PRACTICE, "date", "E-communication promoted on"),
    # Yes where the source answered the question, so that silence is not taken for "no".
    Measure("ecommunication_answered", _PRACTICE, "yes_no", "E-communication asked about"),
    Measure("summary_care_record", _BY_RETURN, "words", "Summary Care Record", length=20),
    Measure("gp2gp", _BY_RETURN, "words", "GP2GP", length=20),
    Measure("electronic_prescriptions", _BY_RETURN, "words", "Electronic Prescription Service", length=20),
    Measure("ereferrals", _BY_RETURN, "words", "e-Referral Service", length=20),
    Measure("completed_by_role", _BY_RETURN, "words", "Return completed by", length=80),
    Measure("note", _BY_RETURN, "words", "Note", length=1000),
)

STATUSES = {
    0: "no function",
    1: "available but not enabled",
    2: "enabled by the practice",
    9: "not known",
}


@cache
def by_column() -> dict[str, Measure]:
    return {measure.column: measure for measure in MEASURES}


@cache
def by_key() -> dict[str, Source]:
    return {source.key: source for source in SOURCES}


def source(key: str) -> Source:
    return by_key()[key]


def source_choices() -> list[tuple[str, str]]:
    return [(each.key, each.label) for each in SOURCES]


def rank(key: str) -> int:
    return source(key).rank


@cache
def ranked_sources() -> tuple[str, ...]:
    """Keys of the sources, the one whose word counts first at the beginning."""
    return tuple(sorted(by_key(), key=rank))


@cache
def sources(*, published: bool) -> tuple[str, ...]:
    """Keys of the sources whose figures anybody, or not everybody, may see; by rank."""
    return tuple(key for key in ranked_sources() if source(key).published == published)


@cache
def of_source(key: str) -> tuple[Measure, ...]:
    return tuple(measure for measure in MEASURES if source(key) in measure.sources)


@cache
def columns_of(key: str, *kinds: Kind) -> tuple[str, ...]:
    """Columns that a source gives, or those of some kinds among them."""
    return tuple(measure.column for measure in of_source(key) if not kinds or measure.kind in kinds)


@cache
def columns(*kinds: Kind, published: bool | None = None) -> tuple[str, ...]:
    """Columns of some kinds, whoever gives them; `published` asks for those that anybody may see, or may not."""
    return tuple(
        measure.column
        for measure in MEASURES
        if (not kinds or measure.kind in kinds) and published in (None, _is_published(measure))
    )


def _is_published(measure: Measure) -> bool:
    return any(each.published for each in measure.sources)


def published(columns: Iterable[str]) -> bool:
    """Whether anybody may see what is made of these columns. What the catalogue does not know, nobody may."""
    known = by_column()
    return all(column in known and _is_published(known[column]) for column in columns)


def given_by(columns: Iterable[str]) -> tuple[str, ...]:
    """Keys of the sources that give all of these columns, by rank."""
    wanted = set(columns)
    return tuple(key for key in ranked_sources() if wanted <= set(columns_of(key)))


def first_source(column: str) -> Source:
    """The source of a column whose word counts first."""
    return min(by_column()[column].sources, key=lambda each: each.rank)


def label(column: str) -> str:
    """What people call a column; its own name in words where the catalogue does not know it."""
    measure = by_column().get(column)
    return measure.label if measure else column.replace("_", " ").capitalize()


def parts(key: str) -> dict[str, tuple[str, ...]]:
    """Whole -> its parts, among the columns of a source."""
    found: dict[str, tuple[str, ...]] = {}
    for measure in of_source(key):
        if measure.part_of:
            found[measure.part_of] = (*found.get(measure.part_of, ()), measure.column)
    return found


def steps_texts(columns: Sequence[str], patterns: Iterable[Sequence[int]]) -> list[str]:
    """Row numbers of a source's fields as short texts: the differences from the first row, each at its place.

    patterns: for each text the differences in the order of the columns, below 0 where there is no row.
    """
    places = [by_column()[column].place or 0 for column in columns]
    order = [places.index(place) if place in places else None for place in range(max(places, default=-1) + 1)]
    return [
        ",".join(["" if at is None or pattern[at] < 0 else str(pattern[at]) for at in order]).rstrip(",")
        for pattern in patterns
    ]


def steps_of(text: str, columns: Iterable[str]) -> list[int]:
    """The differences that steps_texts() wrote for these columns, those that it knows."""
    written = text.split(",") if text else []
    places = [measure.place for column in columns if (measure := by_column().get(column))]
    return [int(written[place]) for place in places if place is not None and place < len(written) and written[place]]
