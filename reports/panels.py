"""What reports add to a person's start page."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.months import long_date
from practices.signals import PanelItem, StartPanel
from reports.models import Report
from reports.permissions import Deed, may
from reports.presenters.pages import named

SHOWN = 3


def start_panels(user: User) -> list[StartPanel]:
    """The latest reports in the person's scope."""
    if user.is_facilitator:
        return []
    latest = (
        Report.objects.for_user(user)
        .ready()
        .light()
        .order_by("-month", "-made_at", "area_name", "area_code", "pk")[:SHOWN]
    )
    items = tuple(
        PanelItem(
            words=f"{named(report)}, {report.month:%B %Y}",
            url=reverse("reports:report", args=[report.pk]),
            meta=f"made {long_date(timezone.localtime(report.made_at).date())}" if report.made_at else "",
        )
        for report in latest
    )
    return [
        StartPanel(
            key="latest_report",
            title="Latest report" if len(items) == 1 else "Latest reports",
            items=items,
            empty="No report has been made yet.",
            more_url=reverse("reports:list"),
            more_words="Make a report" if may(user, Deed.MAKE) and not items else "All reports",
        )
    ]
