"""What is needed and at what pace it comes: the practice's page and its pre-visit pack say the very same sentence."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from core.months import add_months
from practices.models import Organisation
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory
from targets.scoring import score_months
from targets.tests.factories import RuleFactory, make_london_ccg
from visits.tests.factories import CaseloadEntryFactory

pytestmark = pytest.mark.django_db
# Patients online, of 8,000, month by month up to December; None where the practice did not report.
HISTORIES = {
    "slowly up": [1000 + 9 * month for month in range(12)],
    "fast enough": [600 + 80 * month for month in range(12)],
    "down": [1500 - 20 * month for month in range(12)],
    "standing still": [1200] * 12,
    "up and down": [1200, 900, 1300, 1250, 1400, 1100, 1150, 1500, 1450, 1300, 1350, 1333],
    "with a gap": [1000, 1010, 1020, 1030, None, None, 1060, 1070, None, 1090, 1100, 1110],
    "one month only": [1200],
    "met": [1500, 1550, 1580, 1600, 1650, 1700],
}


@pytest.fixture
def practice(client: Client) -> Organisation:
    entry = CaseloadEntryFactory(practice__ccg=make_london_ccg())
    RuleFactory()
    client.force_login(entry.facilitator)
    practice: Organisation = entry.practice
    return practice


def bring_in(practice: Organisation, online: list[int | None]) -> None:
    months = [add_months(DECEMBER, back) for back in range(1 - len(online), 1)]
    for month, patients in zip(months, online, strict=True):
        MonthlyFiguresFactory(practice=practice, month=month, online_patients=patients)
    score_months(set(months))


def paragraphs(page: str) -> list[str]:
    found = re.findall(r"<p>(.*?)</p>", " ".join(page.split()))
    return [unescape(words).strip() for words in found]


def of_the_page(client: Client, practice: Organisation) -> str:
    page = client.get(reverse("targets:practice", args=[practice.code])).content.decode()
    row = page.split('id="registration"')[1].split("<details")[0]
    return next((words for words in paragraphs(row.split("targets-row__way")[1]) if not words.startswith("<")), "")


def of_the_pack(client: Client, practice: Organisation) -> str:
    pack = client.get(reverse("visits:pack", args=[practice.code])).content.decode()
    return paragraphs(re.split(r"<h2[^>]*>\s*Registration\s*</h2>", pack)[1])[0]


@pytest.mark.parametrize("history", HISTORIES)
def test_page_and_pack_say_the_same_of_the_pace(client: Client, practice: Organisation, history: str) -> None:
    bring_in(practice, HISTORIES[history])

    said = of_the_page(client, practice)

    assert said
    assert said == of_the_pack(client, practice)


def test_the_pace_is_a_number_a_month(client: Client, practice: Organisation) -> None:
    bring_in(practice, HISTORIES["slowly up"])
    assert "the last six months brought 9 a month" in of_the_pack(client, practice)
