"""Where everything lies: which areas there are, what each was called on a day, and what lies in what.

One value, read in two queries. Pages take it from the cache (`geography`); what changes figures in its own transaction
reads it afresh (`read_geography`).

An STP and the ICB that followed it are one area under one ODS code, and so are a merged CCG and the sub-location of the
ICB that it became on 1 July 2022. What an area is called follows from the day; its figures run on under its code.
"""

from practices.geography.areas import Area, AreaTree, tree_on
from practices.geography.reading import geography, practices_following, read_geography, read_memberships
from practices.geography.terms import AreaKind, Term, term_of
from practices.geography.value import Geography, Membership, latest_first, parent_on

__all__ = [
    "Area",
    "AreaKind",
    "AreaTree",
    "Geography",
    "Membership",
    "Term",
    "geography",
    "latest_first",
    "parent_on",
    "practices_following",
    "read_geography",
    "read_memberships",
    "term_of",
    "tree_on",
]
