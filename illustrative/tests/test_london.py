"""The made-up London: the same for the same seed, true to life in shape, and nobody's."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import ScopeGrant, User
from core.models import AuditEvent, PortalState
from illustrative import services
from illustrative.people import FACILITATORS
from illustrative.working_days import WorkingDays
from illustrative.world import CCG_PRACTICES
from practices.models import Doubt, MonthlyFigures, Organisation
from targets.models import AreaScore, Score
from visits.models import Action, CaseloadEntry, Visit

TODAY = date(2019, 1, 20)
UNTIL = date(2018, 12, 1)

pytestmark = pytest.mark.django_db


def make(number: int = 160, seed: int = 7, months: int = 14) -> services.Made:
    return services.make_london(
        number=number, months=months, seed=seed, until=UNTIL, today=TODAY, tell=lambda words: None
    )


def content() -> list[Any]:
    """What is in the portal, without the keys that the database gives."""
    figures = MonthlyFigures.objects.order_by("practice__code", "month", "source")
    scores = Score.objects.order_by("practice__code", "month", "rule__target", "rule__programme")
    return [
        list(figures.values_list("practice__code", "month", "source", "list_size", "online_patients", "routine_slots")),
        list(scores.values_list("practice__code", "month", "rule__target", "state", "numerator", "shortfall")),
        list(Visit.objects.order_by("pk").values_list("pk", "practice__code", "on", "note")),
        list(Action.objects.order_by("pk").values_list("pk", "words", "state", "due_on")),
    ]


def test_the_same_seed_makes_the_same_london(reference_data: None) -> None:
    make()
    first = content()
    call_command("clear_illustrative", "--yes", verbosity=0)
    assert not Organisation.objects.practices().exists()
    make()
    assert content() == first


def test_another_seed_makes_another(reference_data: None) -> None:
    make()
    first = content()
    call_command("clear_illustrative", "--yes", verbosity=0)
    make(seed=8)
    assert content() != first


def test_its_shape_is_that_of_the_published_london(reference_data: None) -> None:
    make(number=1250, months=4)
    london = AreaScore.objects.get(
        area_kind="region", month=UNTIL, rule__target="registration", rule__programme__is_default=True
    )
    assert 0.24 < london.numerator / london.denominator < 0.36
    assert 0.5 < london.met / london.reported < 0.85
    assert london.practices > london.reported
    dcr = AreaScore.objects.get(area_kind="region", month=UNTIL, rule__target="dcr", rule__programme__is_default=True)
    assert 0.96 < dcr.met / dcr.reported < 0.98
    ccgs = AreaScore.objects.filter(
        area_kind="ccg", month=UNTIL, rule__target="dcr", rule__programme__is_default=True, reported__gte=20
    )
    assert sum(ccg.met == ccg.reported for ccg in ccgs) < 12
    assert Organisation.objects.practices().values("ccg").distinct().count() == len(CCG_PRACTICES) == 32


def test_every_page_has_something_true_to_life(reference_data: None) -> None:
    make(number=400)
    assert set(Doubt.objects.values_list("kind", flat=True)) >= {"not_reported", "impossible", "disputed"}
    assert Score.objects.filter(month=UNTIL).values("state").distinct().count() >= 3
    assert Organisation.objects.filter(relations__kind="succeeded_by").exists()
    assert Visit.objects.planned().filter(on__gte=TODAY).exists()
    assert Action.objects.overdue(on=TODAY).exists()
    assert Action.objects.filter(state="blocked").exists()
    assert MonthlyFigures.objects.filter(source="return").exists()
    assert MonthlyFigures.objects.filter(source="visit").exists()
    assert {person.email for person in FACILITATORS} <= set(User.objects.values_list("email", flat=True))
    assert set(CaseloadEntry.objects.values_list("practice__closed", flat=True)) == {None}
    assert PortalState.current().illustrative
    assert AuditEvent.objects.filter(object_type="illustrative").exists()


def test_what_was_written_down_is_dated_as_it_happened(reference_data: None) -> None:
    make(number=160)
    for visit in Visit.objects.filter(state="signed_off"):
        assert timezone.localdate(visit.created_at) == timezone.localdate(visit.saved_at) == visit.on < TODAY
    for action in Action.objects.select_related("visit"):
        assert timezone.localdate(action.created_at) == action.visit.on < action.due_on
        assert action.closed_at is None or action.created_at < action.closed_at
    days = WorkingDays(TODAY - timedelta(days=500), TODAY)
    for landed in MonthlyFigures.objects.values_list("landed_at", flat=True).distinct():
        assert timezone.localdate(landed) in days
        assert timezone.localdate(landed) <= TODAY
    assert {grant.starts for grant in ScopeGrant.objects.all()} == {date(2017, 11, 1)}


def test_reach_varies_and_some_practices_report_nothing(reference_data: None) -> None:
    make(number=400)
    figures = MonthlyFigures.objects.filter(source="pomi", month=UNTIL)
    silent = figures.filter(dcr_status__isnull=True).count()
    assert 1 <= silent <= 12
    reach = sorted(row.dcr_enabled / row.list_size for row in figures.filter(dcr_status=2))
    assert 0.01 < reach[len(reach) // 2] < 0.05
    assert reach[len(reach) // 10] < 0.01
    assert reach[-len(reach) // 10] > 0.08
    before = MonthlyFigures.objects.filter(source="pomi", month=date(2017, 11, 1))
    assert sum(row.dcr_enabled for row in before) < sum(row.dcr_enabled for row in figures)


def test_no_name_or_code_is_a_real_practices(reference_data: None, shared_dir: Path) -> None:
    make(number=1250, months=4)
    with (shared_dir / "data/ods/epraccur_london_2019-10.csv").open(encoding="cp1252") as register:
        real = {(row[0], row[1].upper()) for row in csv.reader(register)}
    made = set(Organisation.objects.practices().values_list("code", "name"))
    assert not {code for code, _ in real} & {code for code, _ in made}
    assert not {name for _, name in real} & {name.upper() for _, name in made}


def test_more_than_london_holds_lies_outside(reference_data: None) -> None:
    make(number=1400, months=2)
    london = AreaScore.objects.get(
        area_kind="region", month=UNTIL, rule__target="dcr", rule__programme__is_default=True
    )
    outside = Organisation.objects.practices().filter(ccg__name__startswith="Illustrative").count()
    assert outside > 100
    gone = Organisation.objects.practices().filter(closed__isnull=False, ccg__borough_shares__isnull=False).distinct()
    assert london.practices + gone.count() + outside == 1400


def test_a_portal_with_figures_is_left_alone(reference_data: None) -> None:
    make()
    with pytest.raises(services.NotEmptyError):
        make()
    call_command("demo", "--if-empty", "--practices", "40", "--months", "1")
    with pytest.raises(CommandError, match="never mix"):
        call_command("demo", "--practices", "40", "--months", "1")


def test_a_production_portal_gets_no_known_passwords(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="known password"):
        call_command("demo")
    assert not User.objects.exists()
