from typing import Any

from core.months import long_date, short_date
from practices.models import Organisation


def facts(practice: Organisation) -> list[dict[str, Any]]:
    """Rows of the summary list: what the register says of a practice today."""
    borough = f"{practice.borough} ({practice.get_borough_source_display()})" if practice.borough else "Not known"
    return [
        {"key": "Name", "value": practice.name},
        {"key": "ODS code", "value": practice.code},
        {"key": "Status", "value": practice.get_status_display()},
        {"key": "Opened", "value": long_date(practice.opened) if practice.opened else "Not known"},
        {"key": "Closed", "value": long_date(practice.closed) if practice.closed else "Open"},
        {"key": "CCG", "value": str(practice.ccg) if practice.ccg else "Not known"},
        {"key": "Borough", "value": borough},
        {"key": "Address", "value": ", ".join(filter(None, (practice.address, practice.postcode))) or "Not known"},
    ]


def relations(practice: Organisation) -> list[dict[str, str]]:
    """Memberships and mergers with their dates and where they are known from, the latest first."""
    rows = []
    for relation in practice.relations.select_related("parent").order_by("-starts"):
        rows.append(
            {
                "words": f"{relation.get_kind_display()} {relation.parent}",
                "starts": short_date(relation.starts),
                "ends": short_date(relation.ends) if relation.ends else "",
                "source": relation.get_source_display(),
            }
        )
    for relation in practice.relations_in.successions().select_related("child"):
        rows.append(
            {
                "words": f"Took over {relation.child}",
                "starts": short_date(relation.starts),
                "ends": "",
                "source": relation.get_source_display(),
            }
        )
    return rows
