"""The practice return, as one list: it makes the template, the form, the parser and the data dictionary."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from core.months import long_date, month_end

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


HEADINGS = (
    Heading("practice_code", "Practice code", "code", "The practice's ODS code.", example="A12345"),
    Heading("month", "Month", "month", "The month that the figures are about.", example="2018-12"),
    Heading(
        "routine_slots",
        "Routine slots",
        "count",
        "All routine GP appointments that the practice offered in the month, however they could be booked.",
        feeds="Appointments online: out of how many",
        example="2400",
    ),
    Heading(
        "routine_slots_online",
        "Routine slots released online",
        "count",
        "Those of them that patients could book online. Slots released late or embargoed until a day count, too.",
        feeds="Appointments online: how many",
        example="1950",
        part_of="routine_slots",
    ),
    Heading(
        "bookings",
        "Bookings",
        "count",
        "All bookings of routine GP appointments made in the month.",
        feeds="Utilisation: out of how many",
        example="2300",
    ),
    Heading(
        "bookings_online",
        "Online bookings",
        "count",
        "Those of them that patients made online.",
        feeds="Utilisation: how many",
        example="1180",
        part_of="bookings",
    ),
    Heading(
        "cancellations",
        "Cancellations",
        "count",
        "All cancellations of routine GP appointments made in the month.",
        feeds="Utilisation: out of how many",
        example="240",
    ),
    Heading(
        "cancellations_online",
        "Online cancellations",
        "count",
        "Those of them that patients made online.",
        feeds="Utilisation: how many",
        example="130",
        part_of="cancellations",
    ),
    Heading(
        "routine_definition",
        "Definition of routine used",
        "words",
        "What the practice counts as a routine appointment, in its own words. It is kept beside the figures.",
        feeds="Appointments online and utilisation: how they are read",
        length=300,
        example="Pre-bookable with a GP, 10 minutes",
    ),
    Heading(
        "ecommunication_product",
        "E-communication in use",
        "words",
        f"The product with which the practice and its patients write to each other, or {NO_PRODUCT}.",
        feeds="E-communication",
        length=120,
        example="Text messages from the clinical system",
    ),
    Heading(
        "ecommunication_promoted_where",
        "E-communication promoted where",
        "several",
        "Where patients were told of it.",
        feeds="E-communication: evidence",
        choices=PLACES,
        length=200,
        example="Website; Posters",
    ),
    Heading(
        "ecommunication_promoted_on",
        "E-communication promoted on",
        "date",
        "The latest day in the month, or before it, on which that was seen. Evidence counts for twelve months.",
        feeds="E-communication: evidence",
        example="14/12/2018",
    ),
    Heading(
        "summary_care_record",
        "Summary Care Record",
        "choice",
        "Whether the practice uploads Summary Care Records.",
        choices=SYSTEM_STATES,
        length=20,
        example="In use",
    ),
    Heading(
        "gp2gp",
        "GP2GP",
        "choice",
        "Whether records move electronically when patients change practice.",
        choices=SYSTEM_STATES,
        length=20,
        example="In use",
    ),
    Heading(
        "electronic_prescriptions",
        "Electronic Prescription Service",
        "choice",
        "Whether prescriptions go to pharmacies electronically.",
        choices=SYSTEM_STATES,
        length=20,
        example="In use",
    ),
    Heading(
        "ereferrals",
        "e-Referral Service",
        "choice",
        "Whether referrals are made electronically.",
        choices=SYSTEM_STATES,
        length=20,
        example="In use",
    ),
    Heading(
        "completed_by_role",
        "Return completed by",
        "choice",
        "The role of the person who filled the return in. Never a name.",
        choices=ROLES,
        length=80,
        example="Practice manager",
    ),
    Heading(
        "note",
        "Note",
        "words",
        "Anything that helps to read the figures. Never anything about a patient.",
        length=1000,
    ),
)
FIGURES = HEADINGS[2:]
BY_COLUMN = {heading.column: heading for heading in HEADINGS}
COLUMNS = tuple(heading.column for heading in FIGURES)
GROUPS = (
    ("Routine appointments", COLUMNS[:7]),
    ("E-communication", COLUMNS[7:10]),
    ("Systems", COLUMNS[10:14]),
    ("About this return", COLUMNS[14:]),
)
ECOMMUNICATION = ("ecommunication_product", "ecommunication_promoted_where", "ecommunication_promoted_on")


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
    if all(values.get(column) in (None, "") for column in COLUMNS[:-2]):
        found.append(Problem(COLUMNS[0], "nothing_reported", "The row has no figures and no answers."))
    return found


def _is_above(part: int | None, whole: int | None) -> bool:
    return part is not None and whole is not None and part > whole


def answers_ecommunication(values: Mapping[str, Any]) -> bool:
    """True where the source said anything of e-communication, so that its silence is not taken for a "no"."""
    return any(values.get(column) for column in ECOMMUNICATION)
