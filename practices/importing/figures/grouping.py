"""A warning that is true of many practices at once is one thing to say and one reason to give, not hundreds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

import numpy as np

from core.months import month_key, month_label, parse_month
from practices.importing.figures.oddities import Oddity
from practices.importing.kinds import BY_CODE, rank, words_of
from practices.importing.limits import THRESHOLDS


class Group(TypedDict):
    """JSON of a preview: a kind of warning and a month in which it is true of many practices."""

    code: str
    month: str
    practices: int
    of: int


@dataclass
class Spread:
    """Which practices each kind of warning is about, month by month."""

    practices: dict[tuple[str, date], set[int]] = field(default_factory=lambda: defaultdict(set))

    def see(self, oddity: Oddity) -> None:
        told = oddity.values.iloc[np.flatnonzero(oddity.rows)]
        for month, rows in told.groupby("month"):
            self.practices[oddity.code, month].update(rows["practice_id"].tolist())  # type: ignore[index]

    def groups(self, sizes: Mapping[date, int]) -> list[Group]:
        """The kinds and months that are true of too many; `sizes` says how many practices each month has."""
        found = [
            Group(code=code, month=month_key(month), practices=len(practices), of=sizes[month])
            for (code, month), practices in self.practices.items()
            if len(practices) >= THRESHOLDS.group_least and len(practices) > THRESHOLDS.group_share * sizes[month]
        ]
        return sorted(found, key=lambda group: (rank(group["code"]), group["month"]))

    def reason_for(self, sizes: Mapping[date, int]) -> str:
        """One sentence for all kinds that ask for a reason, each in its worst month; empty where none does."""
        asking = [group for group in self.groups(sizes) if BY_CODE[group["code"]].asks]
        worst = {group["code"]: group for group in sorted(asking, key=lambda group: group["practices"])}
        named = "; ".join(f"{words_of(code)}: {in_words(worst[code])}" for code in sorted(worst, key=rank))
        return f"Many practices have the same warning. {named}." if named else ""


def in_words(group: Group) -> str:
    month = month_label(parse_month(group["month"]))
    return f"{group['practices']:,} of {group['of']:,} practices in {month}"
