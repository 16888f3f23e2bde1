"""What the preview says of figures: JSON for the page and for the command, in which nothing is left to compute."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from core.months import month_key, month_label
from practices.importing.issues import REFUSAL, WARNING
from practices.models import Organisation

MOVERS = 10


def grid(waiting: pd.DataFrame, kinds: "np.ndarray", issues: Iterable[Any]) -> list[dict[str, Any]]:
    """Per month and CCG: how many practices are new, changed and unchanged, and how many rows were refused or odd."""
    counts = waiting.assign(kind=kinds).groupby(["month", "ccg_id", "kind"], dropna=False).size().unstack(fill_value=0)
    names = dict(
        Organisation.objects.filter(pk__in={int(pk) for pk in waiting["ccg_id"].dropna()}).values_list("pk", "name")
    )
    codes = dict(Organisation.objects.filter(pk__in=names).values_list("pk", "code"))
    ccg_of = dict(zip(waiting["practice_code"], waiting["ccg_id"], strict=True))
    told: Counter[tuple[Any, Any, str]] = Counter(
        (issue.month, ccg_of.get(issue.practice_code), issue.severity) for issue in issues
    )
    entries = []
    for (month, ccg), row in zip(counts.index.tolist(), counts.to_dict("records"), strict=True):
        known = not np.isnan(ccg)
        entries.append(
            {
                "month": month_key(month),
                "month_label": month_label(month),
                "code": codes.get(int(ccg), "") if known else "",
                "name": names.get(int(ccg), "") if known else "CCG not named",
                "new": int(row.get("new", 0)),
                "changed": int(row.get("changed", 0)),
                "unchanged": int(row.get("unchanged", 0)),
                "refused": told[month, ccg, REFUSAL],
                "warned": told[month, ccg, WARNING],
            }
        )
    return sorted(entries, key=lambda entry: (entry["month"], entry["name"]))


def movers(
    waiting: pd.DataFrame, kinds: "np.ndarray", beside: pd.DataFrame, before: pd.DataFrame
) -> list[dict[str, Any]]:
    """The largest moves of online patients: against what is live for the month, or against the month before."""
    old_live = beside["online_patients"].to_numpy(dtype=float)
    old_before = before["online_patients"].to_numpy(dtype=float)
    is_new = kinds == "new"
    old = np.where(is_new, old_before, old_live)
    new = waiting["online_patients"].to_numpy(dtype=float)
    moved = np.nan_to_num(np.abs(new - old), nan=0.0)
    largest = [place for place in np.argsort(-moved, kind="stable")[:MOVERS] if moved[place] > 0]
    return [
        {
            "code": str(waiting["practice_code"].iloc[place]),
            "name": str(waiting["practice_name"].iloc[place]),
            "month": month_key(waiting["month"].iloc[place]),
            "month_label": month_label(waiting["month"].iloc[place]),
            "old": int(old[place]),
            "new": int(new[place]),
            "against": "the month before" if is_new[place] else "what is live",
        }
        for place in largest
    ]


def moving(waiting: pd.DataFrame, kinds: "np.ndarray") -> dict[str, Any]:
    """How many practices would change, and in which months."""
    moved = waiting[kinds != "unchanged"]
    return {
        "moving": int(moved["practice_id"].nunique()),
        "moving_months": [month_key(month) for month in sorted(set(moved["month"]))],
    }
