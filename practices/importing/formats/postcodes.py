"""A lookup from postcode to borough, by the borough's ONS code or its name, under the headings of common lookups."""

from practices.importing.formats.base import Format

FORMATS = (
    Format(
        key="postcodes",
        words="Postcodes and their boroughs",
        kind="lookup",
        headings={
            "postcode": ("postcode", "pcds", "pcd", "pcd2", "pcd7", "pcd8"),
            "borough": (
                "borough",
                "borough code",
                "borough_code",
                "borough name",
                "borough_name",
                "oslaua",
                "laua",
                "ladcd",
                "lad_code",
                "lad_name",
                "ladnm",
            ),
        },
        note="Two columns: postcode, and the borough's ONS code or name.",
    ),
)
