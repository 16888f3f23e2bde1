"""ODS's commissioners: 27 columns like the practices, known apart by their codes of 3 or 5 characters."""

import re

from practices.importing.formats.headerless import DAY, DAY_OR_NOTHING, Headerless

FORMATS = (
    Headerless(
        key="eccg",
        words="ODS commissioners (eccg)",
        kind="register",
        width=27,
        positions={"code": 0, "name": 1, "region_code": 2, "parent": 3, "opened": 10, "closed": 11, "roles": 13},
        pattern={
            "code": re.compile(r"[0-9A-Z]{3}|[A-Z][0-9A-Z]{4}"),
            "opened": DAY,
            "closed": DAY_OR_NOTHING,
        },
        note="No headings, 27 columns.",
    ),
)
