"""ODS's membership of practices: 6 columns, a row a practice and parent, with the days of joining and leaving."""

import re

from practices.importing.formats.headerless import DAY, DAY_OR_NOTHING, Headerless

FORMATS = (
    Headerless(
        key="epcmem",
        words="ODS practice memberships (epcmem)",
        kind="register",
        width=6,
        positions={"code": 0, "parent": 1, "parent_type": 2, "joined": 3, "left": 4},
        pattern={
            "code": re.compile(r"[A-Z][0-9A-Z]{5}"),
            "parent_type": re.compile(r"[A-Z]"),
            "joined": DAY,
            "left": DAY_OR_NOTHING,
        },
        note="No headings, 6 columns.",
    ),
)
