"""The practice return, as one list: it makes the template, the form, the parser and the data dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from core.months import long_date, month_end
from practices import measures

Kind = Literal["code", "month", "count", "words", "choice", "several", "date"]

SYSTEM_STATES = ("In use", "Planned", "Not in use", "Not known")
PLACES = ("Website", "Phone message", "Posters", "Text messages", "Reception script", "New-patient form")
ROLES = ("Practice manager", "GP", "Reception lead", "Administrator", "Facilitator", "CCG")
NO_PRODUCT = "None"


@dataclass(frozen=True)
class Heading:
    """A column of the return. `column` is the field of MonthlyFigures, save for the practice and the month."""

    column: str
    heading: str
    kind: Kind
    meaning: str
    group: str = ""
    feeds: str = ""
    choices: tuple[str, ...] = ()
    length: int = 0
    example: str = ""
    # The column that this one is a part of: it can never be the larger.
    part_of: str = ""

    @property
    def allowed(self) -> str:
        """What may stand in the column, in words."""
        return {
            "code": "an ODS code: a letter and five digits",
            "month": "a month, such as 2018-12 or 31/12/2018",
            "count": "a whole number, 0 or more; empty if not known",
            "date": "a date, such as 14/12/2018",
            "words": f"up to {self.length} characters",
            "choice": ", ".join(self.choices),
            "several": f"{', '.join(self.choices)} or other words; several with a semicolon between",
        }[self.kind]


APPOINTMENTS, E_COMMUNICATION, SYSTEMS, ABOUT = (
    "Routine appointments",
    "E-communication",
    "Systems",
    "About this return",
)


def _figure(
    column: str,
    group: str,
    meaning: str,
    *,
    feeds: str = "",
    choices: tuple[str, ...] = (),
    several: bool = False,
    example: str = "",
) -> Heading:
    """A column of the return that is a measure: what the catalogue says of it, and what the return adds."""
    measure = measures.by_column()[column]
    kind: Kind = "count" if measure.is_count else "date" if measure.kind == "date" else "words"
    if choices:
        kind = "several" if several else "choice"
    return Heading(
        column,
        measure.label,
        kind,
        meaning,
        group=group,
        feeds=feeds,
        choices=choices,
        length=measure.length,
        example=example,
        part_of=measure.part_of,
    )


FIGURES = (
    _figure(
        "routine_slots",
        APPOINTMENTS,
        "All routine GP appointments that the practice offered in the month, however they could be booked.",
        feeds="Appointments online: out of how many",
        example="2400",
    ),
    _figure(
        "routine_slots_online",
        APPOINTMENTS,
        "Those of them that patients could book online. Slots released late or embargoed until a day count, too.",
        feeds="Appointments online: how many",
        example="1950",
    ),
    _figure(
        "bookings",
        APPOINTMENTS,
        "All bookings of routine GP appointments made in the month.",
        feeds="Utilisation: out of how many",
        example="2300",
    ),
    _figure(
        "bookings_online",
        APPOINTMENTS,
        "Those of them that patients made online.",
        feeds="Utilisation: how many",
        example="1180",
    ),
    _figure(
        "cancellations",
        APPOINTMENTS,
        "All cancellations of routine GP appointments made in the month.",
        feeds="Utilisation: out of how many",
        example="240",
    ),
    _figure(
        "cancellations_online",
        APPOINTMENTS,
        "Those of them that patients made online.",
        feeds="Utilisation: how many",
        example="130",
    ),
    _figure(
        "routine_definition",
        APPOINTMENTS,
        "What the practice counts as a routine appointment, in its own words. It is kept beside the figures.",
        feeds="Appointments online and utilisation: how they are read",
        example="Pre-bookable with a GP, 10 minutes",
    ),
    _figure(
        "ecommunication_product",
        E_COMMUNICATION,
        f"The product with which the practice and its patients write to each other, or {NO_PRODUCT}.",
        feeds="E-communication",
        example="Text messages from the clinical system",
    ),
    _figure(
        "ecommunication_promoted_where",
        E_COMMUNICATION,
        "Where patients were told of it.",
        feeds="E-communication: evidence",
        choices=PLACES,
        example="Website; Posters",
        several=True,
    ),
    _figure(
        "ecommunication_promoted_on",
        E_COMMUNICATION,
        "The latest day in the month, or before it, on which that was seen. Evidence counts for twelve months.",
        feeds="E-communication: evidence",
        example="14/12/2018",
    ),
    _figure(
        "summary_care_record",
        SYSTEMS,
        "Whether the practice uploads Summary Care Records.",
        choices=SYSTEM_STATES,
        example="In use",
    ),
    _figure(
        "gp2gp",
        SYSTEMS,
        "Whether records move electronically when patients change practice.",
        choices=SYSTEM_STATES,
        example="In use",
    ),
    _figure(
        "electronic_prescriptions",
        SYSTEMS,
        "Whether prescriptions go to pharmacies electronically.",
        choices=SYSTEM_STATES,
        example="In use",
    ),
    _figure(
        "ereferrals",
        SYSTEMS,
        "Whether referrals are made electronically.",
        choices=SYSTEM_STATES,
        example="In use",
    ),
    _figure(
        "completed_by_role",
        ABOUT,
        "The role of the person who filled the return in. Never a name.",
        choices=ROLES,
        example="Practice manager",
    ),
    _figure(
        "note",
        ABOUT,
        "Anything that helps to read the figures. Never anything about a patient.",
    ),
)
HEADINGS = (
    Heading("practice_code", "Practice code", "code", "The practice's ODS code.", example="A12345"),
    Heading("month", "Month", "month", "The month that the figures are about.", example="2018-12"),
    *FIGURES,
)
BY_COLUMN = {heading.column: heading for heading in HEADINGS}
COLUMNS = tuple(heading.column for heading in FIGURES)
GROUPS = tuple(
    (group, tuple(heading.column for heading in FIGURES if heading.group == group))
    for group in (APPOINTMENTS, E_COMMUNICATION, SYSTEMS, ABOUT)
)
ECOMMUNICATION = tuple(heading.column for heading in FIGURES if heading.group == E_COMMUNICATION)
# What a row says besides who filled it in and what to bear in mind
SAYING = tuple(heading.column for heading in FIGURES if heading.group != ABOUT)


@dataclass(frozen=True)
class Problem:
    """Why a row of a return cannot be taken, told at the column that is to be mended."""

    column: str
    code: str
    message: str


def problems(values: Mapping[str, Any], month: date) -> list[Problem]:
    """All that is impossible in a practice's figures of a month; `values` are typed, by column of MonthlyFigures."""
    found = [
        Problem(
            heading.column,
            "part_above_whole",
            f"{heading.heading} ({values[heading.column]:,}) cannot be above {BY_COLUMN[heading.part_of].heading} "
            f"({values[heading.part_of]:,}), of which it is a part.",
        )
        for heading in FIGURES
        if heading.part_of and _is_above(values.get(heading.column), values.get(heading.part_of))
    ]
    promoted_on = values.get("ecommunication_promoted_on")
    if promoted_on and promoted_on > month_end(month):
        words = (
            f"E-communication cannot have been promoted after the month, which ended on {long_date(month_end(month))}."
        )
        found.append(Problem("ecommunication_promoted_on", "promoted_after_month", words))
    if promoted_on and not values.get("ecommunication_promoted_where"):
        words = "Say where e-communication was promoted, so that the date is evidence of something."
        found.append(Problem("ecommunication_promoted_where", "promoted_nowhere", words))
    if all(values.get(column) in (None, "") for column in SAYING):
        found.append(Problem(SAYING[0], "nothing_reported", "The row has no figures and no answers."))
    return found


def _is_above(part: int | None, whole: int | None) -> bool:
    return part is not None and whole is not None and part > whole


def answers_ecommunication(values: Mapping[str, Any]) -> bool:
    """True where the source said anything of e-communication, so that its silence is not taken for a "no"."""
    return any(values.get(column) for column in ECOMMUNICATION)
