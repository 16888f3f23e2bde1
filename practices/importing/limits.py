"""Every threshold of the import desk in one place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may be at most; upload, unpacked size, rows and columns are Django settings."""

    longest_line: int = 64 * 1024
    members: int = 200
    largest_ratio: int = 500
    # Below this size an archive may be as dense as it likes.
    ratio_counts_from: int = 16 * 1024 * 1024
    workbook_bytes: int = 50 * 1024 * 1024
    workbook_unpacked: int = 400 * 1024 * 1024
    workbook_cells: int = 5_000_000
    refusals_kept: int = 5_000
    warnings_kept_a_kind: int = 1_000
    block: int = 4 * 1024 * 1024


@dataclass(frozen=True)
class Thresholds:
    """From when on a figure is odd enough for a warning, or a whole file for a question. Shares are proportions."""

    list_size_moved: float = 0.10
    online_patients_fell: float = 0.30
    rows_fell: float = 0.05
    # A month of which nothing came before, beside what the register has open; some practices never report.
    open_missing: float = 0.20
    register_least: int = 20
    # A month that repeats the one before it to the last figure.
    repeated_share: float = 0.95
    repeated_least: int = 5
    # A kind of warning that is true of so many practices of a month is one thing, with one reason.
    group_share: float = 0.05
    group_least: int = 20
    largest_count: int = 10_000_000
    earliest_year: int = 2010
    # A count far outside the practice's own history: median +/- deviations x MAD, from so many months on.
    history_months: int = 6
    history_deviations: float = 10.0
    history_smallest_difference: int = 200
    history_smallest_share: float = 0.25


LIMITS = Limits()
THRESHOLDS = Thresholds()
