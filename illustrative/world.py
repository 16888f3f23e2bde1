"""The illustrative London as arrays: pure functions from a seed, no database.

Its shape follows what was published of April to December 2018 (docs/illustrative.md): 28 to 30 % of patients registered
and growing by 0.3 percentage points a month, CCGs from 18 to 44 %, DCR enabled at 97 % of practices but reaching few
patients, about 60 % of practices at or above the target. Every practice, name and figure is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from core.months import month_end
from illustrative.names import practice_names

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# How many practices POMI of April 2018 names in each CCG (NHS Digital, OGL v3.0)
CCG_PRACTICES = {
    "07L": 36,
    "07M": 53,
    "07N": 26,
    "07P": 60,
    "07Q": 45,
    "07R": 34,
    "07T": 42,
    "07V": 49,
    "07W": 75,
    "07X": 47,
    "07Y": 47,
    "08A": 35,
    "08C": 29,
    "08D": 36,
    "08E": 33,
    "08F": 44,
    "08G": 46,
    "08H": 33,
    "08J": 21,
    "08K": 44,
    "08L": 38,
    "08M": 51,
    "08N": 42,
    "08P": 27,
    "08Q": 38,
    "08R": 23,
    "08T": 23,
    "08V": 36,
    "08W": 41,
    "08X": 40,
    "08Y": 43,
    "09A": 33,
}
MEDIAN_LIST = 6_700
SMALLEST_LIST = 900
SUPPLIERS = ("EMIS", "TPP", "VISION", "EMIS (I)", "MICROTEST")
SUPPLIER_SHARES = (0.725, 0.185, 0.08, 0.007, 0.003)
GROWTH_A_MONTH = 0.003
DCR_OFF_EVERY = 30
DCR_GROWTH_A_MONTH = 0.012
NEVER = 10**6
SHARE_WITH_RETURNS = 2 / 3
# Stands for an empty cell; a count of new patients may well be -1
BLANK = -(2**40)
# What the publisher does not get from this supplier
SILENT_ON_TOTAL_USE = "VISION"
ROUTINE_WORDS = (
    "Routine GP appointments of 10 minutes, face to face or by phone",
    "All pre-bookable GP slots except duty doctor and extended hours",
    "GP slots of type 'routine'; nurses not counted",
)
PRODUCTS = ("AskFirst Online", "eConsult", "Patches", "")
PLACES = ("website", "phone message", "posters", "texts", "reception script")


@dataclass(frozen=True)
class Practices:
    """Arrays of one entry a practice, in the order of their codes."""

    codes: list[str]
    names: list[str]
    ccg: Ints  # index into the list of CCGs that was given
    list_size: Ints
    supplier: list[str]
    start_share: Floats  # registered share in the first month
    growth: Floats  # a month
    dcr_since: Ints  # number of the month from which the detailed coded record is on
    dcr_share: Floats  # of patients who have it, in the first month
    returns: Flags
    released: Floats  # routine slots released online, share in the first month
    used: Floats  # transactions made online, share in the first month
    promotes: Flags


@dataclass(frozen=True)
class Faults:
    """Practices, by index, to which something true to life happens, and the month number in which it does."""

    gap: dict[int, int]
    long_gap: dict[int, int]
    over_list: dict[int, int]
    tiny_list: dict[int, int]
    fall: dict[int, int]
    new_supplier: dict[int, int]
    merged: dict[int, tuple[int, int]]  # practice -> (month number, successor)


def make_practices(*, number: int, ccg_weights: list[float], seed: int) -> Practices:
    """`number` practices over CCGs in proportion to `ccg_weights`, at least one in each."""
    rng = np.random.default_rng(seed)
    shares = np.array(ccg_weights, dtype=float) / sum(ccg_weights)
    ccg = np.sort(
        np.concatenate([np.arange(len(shares)), rng.choice(len(shares), size=max(0, number - len(shares)), p=shares)])
    )[:number]
    level = rng.uniform(-0.75, 0.75, size=len(shares))
    list_size = np.maximum(SMALLEST_LIST, rng.lognormal(np.log(MEDIAN_LIST), 0.52, size=number)).astype(np.int64)
    logit = -1.40 + level[ccg] + rng.normal(0, 0.80, size=number)
    start_share = 1 / (1 + np.exp(-logit))
    dcr_share = np.minimum(0.85 * start_share, rng.lognormal(np.log(0.024), 1.25, size=number))
    return Practices(
        codes=[f"Z{index + 1:05d}" for index in range(number)],
        names=practice_names(number, rng),
        ccg=ccg.astype(np.int64),
        list_size=list_size,
        supplier=list(rng.choice(SUPPLIERS, size=number, p=SUPPLIER_SHARES)),
        start_share=start_share,
        growth=np.clip(rng.normal(GROWTH_A_MONTH, 0.0022, size=number), -0.001, 0.014),
        dcr_since=_dcr_since(number, rng),
        dcr_share=dcr_share,
        returns=rng.random(number) < SHARE_WITH_RETURNS,
        released=np.clip(rng.normal(0.62, 0.22, size=number), 0.02, 1.0),
        used=np.clip(rng.normal(0.27, 0.13, size=number), 0.01, 0.9),
        promotes=rng.random(number) < 0.62,
    )


def _dcr_since(number: int, rng: np.random.Generator) -> Ints:
    """On from the beginning at nearly all practices; about 3 % keep it off and every other of them comes round.

    Spread over the practices in the order of their CCGs, so that a CCG has one or two and hardly any has none.
    """
    since = np.zeros(number, dtype=np.int64)
    places = np.arange(DCR_OFF_EVERY // 2, number, DCR_OFF_EVERY)
    off = places + rng.integers(-DCR_OFF_EVERY // 4, DCR_OFF_EVERY // 4, size=len(places))
    off = np.minimum(off, number - 1)
    since[off] = np.where(rng.random(len(off)) < 0.8, NEVER, rng.integers(1, 36, size=len(off)))
    return since


def make_faults(*, practices: Practices, months: int, seed: int) -> Faults:
    rng = np.random.default_rng(seed + 1)
    number = len(practices.codes)
    share = max(1, number // 400)
    drawn = iter(rng.permutation(number).tolist())

    def some(count: int) -> dict[int, int]:
        return {next(drawn): int(rng.integers(1, max(2, months))) for _ in range(min(count, number // 8))}

    over_list, tiny_list, fall = some(1), some(1), some(share)
    long_gap, new_supplier = some(1), some(2 * share)
    # A few in every month and in the last one, which is what most pages show
    gap = some(months * share) | dict.fromkeys(some(share + 1), months - 1)
    merged: dict[int, tuple[int, int]] = {}
    taken = set(over_list) | set(tiny_list) | set(fall) | set(gap) | set(long_gap) | set(new_supplier)
    for index in drawn:
        mate = index + 1
        if mate < number and practices.ccg[mate] == practices.ccg[index] and mate not in taken and mate not in merged:
            merged[index] = (max(1, months // 2), mate)
        if len(merged) >= share:
            break
    return Faults(gap, long_gap, over_list, tiny_list, fall, new_supplier, merged)


@dataclass(frozen=True)
class MonthOfPomi:
    """One published month. Arrays of one entry a practice that the file names."""

    month: date
    index: Ints
    supplier: list[str]
    columns: dict[str, Ints]


@dataclass(frozen=True)
class MonthOfReturns:
    """One month of practice returns; arrays of one entry a practice that sent one."""

    month: date
    index: Ints
    columns: dict[str, Ints]
    routine_words: list[str]
    product: list[str]
    promoted_where: list[str]
    promoted_on: list[date | None]


def pomi_months(*, practices: Practices, faults: Faults, months: list[date], seed: int) -> Iterator[MonthOfPomi]:
    """The published figures, a month at a time, so that ten years of England need the memory of one month."""
    rng = np.random.default_rng(seed + 2)
    number = len(practices.codes)
    everyone = np.arange(number)
    before = _registered(practices, practices.list_size, np.zeros(number), 0)
    size = practices.list_size.astype(float)
    for position, month in enumerate(months):
        size = size * (1 + rng.normal(0.0006, 0.0024, size=number))
        for old, (merge_month, mate) in faults.merged.items():
            if position == merge_month:
                size[mate] += size[old]
                before[mate] += before[old]
        sizes = np.maximum(SMALLEST_LIST, size).astype(np.int64)
        online = _registered(practices, sizes, rng.normal(0, 0.0012, size=number), position)
        columns = _pomi_columns(practices, sizes, online, online - before, position, rng)
        supplier = [
            "TPP" if index in faults.new_supplier and position >= faults.new_supplier[index] else name
            for index, name in enumerate(practices.supplier)
        ]
        _silence(
            columns, np.array([name == SILENT_ON_TOTAL_USE for name in supplier]), ("online_transactions", "dcr_used")
        )
        _break(columns, faults, position)
        named = _still_there(faults, number, position)
        yield MonthOfPomi(
            month=month,
            index=everyone[named],
            supplier=[name for name, keep in zip(supplier, named, strict=True) if keep],
            columns={name: values[named] for name, values in columns.items()},
        )
        before = online


def _still_there(faults: Faults, number: int, position: int) -> Flags:
    there = np.ones(number, dtype=np.bool_)
    there[[index for index, (month, _) in faults.merged.items() if position >= month]] = False
    return there


def _registered(practices: Practices, sizes: Ints, noise: Floats, position: int) -> Ints:
    share = np.clip(practices.start_share + practices.growth * position + noise, 0.004, 0.97)
    return (sizes * share).astype(np.int64)


def _pomi_columns(
    practices: Practices, sizes: Ints, online: Ints, new: Ints, position: int, rng: np.random.Generator
) -> dict[str, Ints]:
    number = len(sizes)
    dcr_on = practices.dcr_since <= position
    reach = practices.dcr_share * (1 + DCR_GROWTH_A_MONTH * (position - np.minimum(practices.dcr_since, position)))
    dcr = np.where(dcr_on, np.minimum(0.9 * online, sizes * reach), 0).astype(np.int64)
    appointments_used = rng.poisson(online * 0.11)
    prescriptions_used = rng.poisson(online * 0.24)
    dcr_used = rng.poisson(dcr * 0.5)
    on = np.full(number, 2, dtype=np.int64)
    return {
        "list_size": sizes,
        "appointments_status": on,
        "prescriptions_status": on.copy(),
        "dcr_status": np.where(dcr_on, 2, 1).astype(np.int64),
        "appointments_enabled": (online * 0.97).astype(np.int64),
        "prescriptions_enabled": (online * 0.95).astype(np.int64),
        "dcr_enabled": dcr,
        "appointments_used": appointments_used,
        "prescriptions_used": prescriptions_used,
        "dcr_used": dcr_used,
        "online_patients": online.copy(),
        "new_online_patients": new,
        "online_transactions": appointments_used + prescriptions_used + dcr_used,
    }


def _silence(columns: dict[str, Ints], where: Flags, names: tuple[str, ...]) -> None:
    for name in names:
        columns[name] = np.where(where, BLANK, columns[name])


def _break(columns: dict[str, Ints], faults: Faults, position: int) -> None:
    """Puts the faults of the month into its columns."""
    statuses = ("appointments_status", "prescriptions_status", "dcr_status")
    for index, month in faults.gap.items():
        if position == month:
            _blank(columns, index, statuses)
    for index, month in faults.long_gap.items():
        if month <= position < month + 4:
            _blank(columns, index, statuses)
    for index, month in faults.over_list.items():
        if position >= month:
            columns["online_patients"][index] = int(columns["list_size"][index] * 1.19)
    for index, month in faults.tiny_list.items():
        if position >= month:
            columns["list_size"][index] = 13
            columns["online_patients"][index] = 4
    for index, month in faults.fall.items():
        if position >= month:
            columns["online_patients"][index] = int(columns["online_patients"][index] * 0.62)


def _blank(columns: dict[str, Ints], index: int, statuses: tuple[str, ...]) -> None:
    for name in (*statuses, "online_patients", "new_online_patients", "online_transactions"):
        columns[name][index] = BLANK
    for name in ("appointments_enabled", "prescriptions_enabled", "dcr_enabled"):
        columns[name][index] = 0


def return_months(*, practices: Practices, faults: Faults, months: list[date], seed: int) -> Iterator[MonthOfReturns]:
    """Practice returns of two thirds of the practices; each misses a month now and then."""
    rng = np.random.default_rng(seed + 3)
    senders = np.flatnonzero(practices.returns)
    words = rng.choice(len(ROUTINE_WORDS), size=len(practices.codes))
    product = rng.choice(len(PRODUCTS), size=len(practices.codes), p=(0.3, 0.3, 0.15, 0.25))
    place = rng.choice(len(PLACES), size=len(practices.codes))
    for position, month in enumerate(months):
        sent = rng.random(len(senders)) < 0.94
        open_ = _still_there(faults, len(practices.codes), position)[senders]
        index = senders[sent & open_]
        slots = np.maximum(60, rng.poisson(practices.list_size[index] * 0.27))
        released = rng.binomial(slots, np.clip(practices.released[index] + 0.006 * position, 0, 1))
        bookings = rng.binomial(slots, 0.9)
        cancellations = rng.binomial(bookings, 0.09)
        share = np.clip(practices.used[index] + 0.005 * position, 0, 0.95)
        refreshed = practices.promotes[index] & ((index + position) % 9 == 0)
        yield MonthOfReturns(
            month=month,
            index=index,
            columns={
                "routine_slots": slots,
                "routine_slots_online": released,
                "bookings": bookings,
                "bookings_online": rng.binomial(bookings, share),
                "cancellations": cancellations,
                "cancellations_online": rng.binomial(cancellations, share),
            },
            routine_words=[ROUTINE_WORDS[words[i]] for i in index],
            product=[PRODUCTS[product[i]] for i in index],
            promoted_where=[PLACES[place[i]] if new else "" for i, new in zip(index, refreshed, strict=True)],
            promoted_on=[
                month.replace(day=int(rng.integers(1, month_end(month).day + 1))) if new else None for new in refreshed
            ],
        )
