"""A portal that runs keeps its scores, reports and months when London becomes the home region."""

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.tests.factories import UserFactory
from practices.models import Import, Organisation
from practices.tests.factories import DECEMBER, ImportFactory, MonthlyFiguresFactory, OrganisationFactory
from reports.models import Report
from targets.models import AreaScore, Programme, ScoredMonth
from targets.scoring import score_months
from targets.scoring.digest import scores_digest

BEFORE = [
    ("practices", "0003_awaited_organisations"),
    ("targets", "0002_scores_are_copied_fast"),
    ("reports", "0001_initial"),
]


@pytest.fixture
def moved(reference_data: None) -> Any:
    yield
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_london_becomes_the_home_region(moved: None) -> None:
    lewisham = Organisation.objects.get(code="08L")
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=lewisham))
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=lewisham), month=date(2018, 11, 1), returned=True)
    score_months([DECEMBER, date(2018, 11, 1)])
    area = {"kind": "region", "code": "Y56", "month": "2018-12"}
    brought_by = ImportFactory(preview={"effects": {"areas": [area, {"kind": "ccg", "code": "08L"}]}})
    programme = Programme.objects.get(is_default=True)
    report = Report.objects.create(
        area_kind="region",
        area_code="Y56",
        area_name="London",
        month=DECEMBER,
        programme=programme,
        asked_by=UserFactory(administrator=True),
    )
    digest, months = scores_digest(), set(ScoredMonth.objects.values_list("month", "published", "practices"))
    assert {published for _, published, _ in months} == {True, False}

    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps.get_model("targets", "AreaScore")
    assert (
        old.objects.filter(area_kind="london", area_code="london").count()
        == 2 * AreaScore.objects.filter(area_kind="ccg", month=DECEMBER).count()
    )
    imports = executor.loader.project_state(BEFORE).apps.get_model("practices", "Import")
    earlier = imports.objects.get(pk=brought_by.pk)
    earlier.preview["effects"]["areas"][0] |= {"kind": "london", "code": "london"}
    earlier.save()

    again = MigrationExecutor(connection)
    again.migrate(again.loader.graph.leaf_nodes())
    assert Organisation.objects.get(is_home=True).code == "Y56"
    assert not AreaScore.objects.filter(area_kind="london").exists()
    assert set(ScoredMonth.objects.values_list("month", "published", "practices")) == months
    assert scores_digest() == digest
    report.refresh_from_db()
    assert (report.area_kind, report.area_code) == ("region", "Y56")
    assert Import.objects.get(pk=brought_by.pk).preview["effects"]["areas"][0] == area
    call_command("rescore", "--check")
