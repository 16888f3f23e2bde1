"""A portal for each journey: new, or with the real London of two months."""

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page

from practices.models import Doubt, Import, Organisation
from tests.cast import make_report
from tests.journeys import steps
from tests.journeys.files import months_of
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    context.set_default_timeout(30_000)
    return context


@dataclass(frozen=True)
class Portal:
    """A server that runs, its people, and the addresses of one of everything that has an address of its own."""

    address: str
    people: steps.People
    things: dict[str, str]

    def page_of(self, context: BrowserContext, role: str, path: str = "/") -> Page:
        page = steps.signed_in(context, self.address, self.people.of(role))
        page.goto(self.address + path)
        return page


@pytest.fixture
def portal(live_server: Any, reference_data: None) -> Portal:
    """A new portal without any figures, which is emptied after the journey."""
    return Portal(live_server.url, steps.make_people(), {})


@pytest.fixture(scope="session")
def two_months(shared_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """November and December 2018 of the real nine months, so that each figure has a month before it."""
    return months_of(shared_dir, ("NOV2018", "DEC2018"), tmp_path_factory.mktemp("london") / "two_months.zip")


@pytest.fixture
def london(portal: Portal, two_months: Path) -> Portal:
    """The real London with a visit, an action, a doubt and a report of Lewisham."""
    return Portal(portal.address, portal.people, bring_in_london(portal.people, two_months))


def bring_in_london(people: steps.People, path: Path) -> dict[str, str]:
    quietly = io.StringIO()
    call_command("import_extract", str(path), "--yes", "--by", people.administrator.email, stdout=quietly)
    practice = Organisation.objects.get(code="G85055")
    for code in ("G85055", "G85020", "G85003"):
        CaseloadEntryFactory(practice=Organisation.objects.get(code=code), facilitator=people.facilitator)
    visit = VisitFactory(practice=practice, facilitator=people.facilitator, signed_off=True, on=date(2018, 12, 3))
    action = ActionFactory(practice=practice, created_by=people.facilitator, overdue=True)
    doubt = Doubt.objects.order_by("pk").first()
    assert doubt is not None
    return {
        "practice": f"/practices/{practice.code}/",
        "visit": f"/visits/{visit.pk}/",
        "action": f"/actions/{action.pk}/",
        "report": f"/reports/{make_report(people.administrator).pk}/",
        "import": f"/imports/{Import.objects.get().pk}/",
        "doubt": f"/data-quality/{doubt.pk}/",
    }
