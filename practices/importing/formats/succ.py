"""ODS's successions: 5 columns, predecessor and successor with a reason and a day. A predecessor may have several."""

import re

from practices.importing.formats.headerless import DAY, Headerless

CODE = re.compile(r"[0-9A-Z]{3,8}")

FORMATS = (
    Headerless(
        key="succ",
        words="ODS successions (succ)",
        kind="register",
        width=5,
        positions={"code": 0, "successor": 1, "reason": 2, "on": 3, "indicator": 4},
        pattern={"code": CODE, "successor": CODE, "on": DAY},
        note="No headings, 5 columns.",
    ),
)
