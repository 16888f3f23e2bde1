"""POMI since April 2017: a row a practice, month and field. Three sets of headings, one shape."""

from practices.importing.formats.base import FigureFormat
from practices.measures import POMI, columns_of, of_source

FIELDS = {measure.field: measure.column for measure in of_source(POMI.key)}


def pomi_long(key: str, words: str, ccg_code: str, ccg_name: str, **subregion: tuple[str, ...]) -> FigureFormat:
    return FigureFormat(
        key=key,
        words=words,
        source=POMI.key,
        shape="long",
        covers=columns_of(POMI.key),
        fields=FIELDS,
        headings={
            "month": ("report_period_end",),
            "region_code": ("region_code",),
            "region_name": ("region_name",),
            **subregion,
            "ccg_code": (ccg_code,),
            "ccg_name": (ccg_name,),
            "practice_code": ("practice_code",),
            "practice_name": ("practice_name",),
            "supplier": ("system_supplier",),
            "field": ("field",),
            "value": ("value",),
        },
    )


# The narrower layouts come after the wider ones that hold the same headings.
FORMATS = (
    pomi_long(
        "pomi_long_12",
        "POMI, long format",
        "ccg_code",
        "ccg_name",
        subregion_code=("subregion_code",),
        subregion_name=("subregion_name",),
    ),
    pomi_long("pomi_long_10", "POMI, long format without sub-regions", "ccg_code", "ccg_name"),
    pomi_long(
        "pomi_long_sub_icb",
        "POMI, long format by sub-ICB location",
        "sub_ICB_location_code",
        "sub_ICB_location_name",
    ),
)
