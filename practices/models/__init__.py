from practices.models.breaks import MeasureBreak
from practices.models.doubts import Doubt
from practices.models.figures import MonthlyFigures
from practices.models.imports import Import, ImportFile, ImportIssue, RegisterChange
from practices.models.organisations import (
    Borough,
    BoroughShare,
    Organisation,
    OrganisationRelation,
    PostcodeBorough,
    ReferenceStamp,
)
from practices.models.touches import PracticeTouch

__all__ = [
    "Borough",
    "BoroughShare",
    "Doubt",
    "Import",
    "ImportFile",
    "ImportIssue",
    "MeasureBreak",
    "MonthlyFigures",
    "Organisation",
    "OrganisationRelation",
    "PostcodeBorough",
    "PracticeTouch",
    "ReferenceStamp",
    "RegisterChange",
]
