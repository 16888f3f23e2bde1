"""What can be wrong or odd, in the order in which a person should look at it: what changes a score comes first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`asks`: where it is true of many practices at once, somebody says once why the file is right all the same."""

    code: str
    words: str
    asks: bool = False


REFUSALS = (
    Kind("identifier", "Words that look like a patient’s number"),
    Kind("practice_code", "Not the code of a practice"),
    Kind("month", "Not the end of a month"),
    Kind("ccg_code", "Not the code of a CCG"),
    Kind("region_code", "Not the code of a region"),
    Kind("field", "Unknown figure"),
    Kind("not_whole", "Not a whole number"),
    Kind("status", "Unknown status"),
    Kind("negative", "Below zero"),
    Kind("too_large", "Too large"),
    Kind("width", "Wrong number of columns"),
    Kind("double", "Given twice, differently"),
    Kind("incomplete", "Figures missing"),
    Kind("held_back", "Sound rows held back with a refused one"),
    Kind("above_denominator", "A part larger than its whole"),
    Kind("date", "Not a date"),
    Kind("too_long", "Too long"),
)
WARNINGS = (
    Kind("same_as_month_before", "The same figures as in the month before"),
    Kind("identifier_perhaps", "Words that may be about a patient"),
    Kind("not_reported", "Practice that did not report", asks=True),
    Kind("status_lost", "Function no longer enabled", asks=True),
    Kind("online_above_list", "More online patients than the list", asks=True),
    Kind("online_fell", "Online patients fell by over 30%", asks=True),
    Kind("list_moved", "List size moved by over 10%", asks=True),
    Kind("far_from_history", "Far from the practice’s own history", asks=True),
    Kind("practice_lost", "Practice missing since the month before"),
    Kind("practice_new", "Practice new since the month before"),
    Kind("unknown_practice", "Practice that the register does not know"),
    Kind("ccg_changed", "CCG changed", asks=True),
    Kind("supplier_changed", "Supplier changed"),
    Kind("double_same", "Given twice, the same"),
    Kind("merged_by_hand", "Entered as merged by hand"),
    Kind("uses_above_total", "Uses above their total"),
    Kind("uses_above_total_expected", "Uses above their total, as expected of EMIS before July 2020"),
)
BY_CODE = {kind.code: kind for kind in (*REFUSALS, *WARNINGS)}
RANK = {code: number for number, code in enumerate(BY_CODE)}


def words_of(code: str) -> str:
    return BY_CODE[code].words if code in BY_CODE else code.replace("_", " ").capitalize()


def rank(code: str) -> int:
    return RANK.get(code, len(RANK))
