"""What is made up about visits and actions is true to life, whatever the seed and whatever day today is."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import numpy as np
import pytest
from django.utils import timezone

from accounts.models import User
from illustrative.fieldwork import OLD_ONES, OLDEST, Fieldwork, make_up
from illustrative.working_days import WorkingDays
from visits.models import Action, Visit

OPENS, CLOSES = time(8, 0), time(18, 30)
FACILITATORS = [User(pk=number, name=f"F {number}", role="facilitator") for number in range(1, 16)]
# A Wednesday, a Sunday, between Christmas and New Year, Easter Monday
DAYS = [date(2026, 11, 25), date(2019, 1, 20), date(2026, 12, 28), date(2025, 4, 21)]


@pytest.fixture(scope="module", params=[(seed, today) for seed in (2018, 7) for today in DAYS], ids=str)
def work(request: pytest.FixtureRequest) -> Fieldwork:
    """Two years of London's fieldwork."""
    seed, today = request.param
    holders = {pk: FACILITATORS[pk % 15] for pk in range(1, 1201)}
    first = date(today.year - 2, today.month, 1)
    return make_up(holders, first=first, today=today, rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def days(work: Fieldwork) -> WorkingDays:
    return WorkingDays(work.first, work.today + timedelta(days=366))


def made(work: Fieldwork) -> list[Visit]:
    return [visit for visit in work.visits if visit.state == Visit.State.SIGNED_OFF]


def finished(work: Fieldwork) -> list[Action]:
    return [action for action in work.actions if action.state not in Action.UNFINISHED]


def overdue(work: Fieldwork) -> list[int]:
    """By how many days."""
    return [(work.today - action.due_on).days for action in work.actions if action.is_overdue(work.today)]


def local(moment: datetime | None) -> datetime:
    assert moment is not None
    return timezone.localtime(moment)


def test_everything_happens_on_a_working_day(work, days):
    dates = [
        *(visit.on for visit in work.visits),
        *(visit.next_contact_on for visit in made(work)),
        *(action.due_on for action in work.actions),
        *(local(action.closed_at).date() for action in finished(work)),
        *(piece.seen_on for piece in work.evidence),
    ]
    assert not [day for day in dates if day not in days]


def test_everything_happens_within_surgery_hours(work):
    times: Iterator[time | None] = (
        *(visit.starts_at for visit in work.visits),
        *(visit.ends_at for visit in made(work)),
        *(local(visit.signed_off_at).time() for visit in made(work)),
        *(local(action.closed_at).time() for action in finished(work)),
    )
    assert all(moment is not None and OPENS <= moment <= CLOSES for moment in times)


def test_a_visit_comes_before_what_was_agreed_and_that_before_it_was_due_and_closed(work):
    for action in work.actions:
        agreed = local(action.visit.signed_off_at)
        assert datetime.combine(action.visit.on, action.visit.ends_at) < agreed.replace(tzinfo=None)
        assert agreed.date() == action.visit.on < action.due_on
        assert action.visit.on < work.today
        if action.closed_at:
            assert agreed.date() < local(action.closed_at).date() < work.today


def test_what_is_closed_was_closed_about_when_it_was_due(work):
    late = [(local(action.closed_at).date() - action.due_on).days for action in finished(work)]

    assert all(-90 <= days <= 60 for days in late)
    assert abs(np.median(late)) < 10
    assert all(action.evidence if action.state == "done" else action.dropped_reason for action in finished(work))
    assert 0 < sum(action.state == "dropped" for action in work.actions) < len(work.actions) / 10


def test_little_is_overdue_and_that_not_for_long(work):
    days = overdue(work)

    assert 5 <= len(days) < 0.05 * len(work.actions)
    assert sum(late > 60 for late in days) <= OLD_ONES
    assert max(days) <= OLDEST


def test_what_is_open_is_open_blocked_or_in_progress(work):
    states = Counter(action.state for action in work.actions if action.state in Action.UNFINISHED)

    assert set(states) == set(Action.UNFINISHED)
    assert all(action.barrier for action in work.actions if action.state == "blocked")


def test_a_first_visit_is_the_first_and_others_follow_weeks_later(work):
    by_practice: dict[int, list[Visit]] = {}
    for visit in made(work):
        by_practice.setdefault(visit.practice_id, []).append(visit)
    for visits in by_practice.values():
        assert [visit.kind == "first" for visit in visits] == [True] + [False] * (len(visits) - 1)
        assert all((after.on - before.on).days >= 14 for before, after in pairwise(visits))


def test_nobody_is_in_two_places_at_once_or_makes_five_visits_a_day(work):
    starts = Counter((visit.facilitator_id, visit.on, visit.starts_at) for visit in work.visits)
    a_day = Counter((visit.facilitator_id, visit.on) for visit in work.visits)

    assert set(starts.values()) == {1}
    assert max(a_day.values()) <= 2


def test_today_s_start_pages_have_something_to_say(work, days):
    plans = [visit for visit in work.visits if visit.state == Visit.State.PLANNED]
    for facilitator in FACILITATORS:
        own = sorted(visit.on for visit in plans if visit.facilitator_id == facilitator.pk)
        assert len(own) == 6
        assert days.after(work.today) <= own[0] <= days.after(work.today, 1)
        assert own[-1] <= work.today + timedelta(days=25)
    soon = [action for action in work.actions if 0 <= (action.due_on - work.today).days <= 7]
    assert any(action.state in Action.UNFINISHED for action in soon)
    assert max(visit.on for visit in made(work)) >= days.before(work.today, 5)
    assert made(work)[0].on >= work.first


def test_the_same_seed_makes_the_same(work):
    again = make_up(
        {pk: FACILITATORS[pk % 15] for pk in range(1, 41)},
        first=work.first,
        today=work.today,
        rng=np.random.default_rng(1),
    )
    once = make_up(
        {pk: FACILITATORS[pk % 15] for pk in range(1, 41)},
        first=work.first,
        today=work.today,
        rng=np.random.default_rng(1),
    )

    def content(made: Fieldwork) -> list[tuple[object, ...]]:
        visits = [(visit.pk, visit.on, visit.starts_at, visit.note) for visit in made.visits]
        return visits + [(action.pk, action.due_on, action.closed_at, action.state) for action in made.actions]

    assert content(again) == content(once)


@pytest.mark.parametrize("span", [1, 5, 20, 40])
def test_a_new_portal_of_few_days_is_true_too(span):
    today = date(2026, 11, 25)
    work = make_up({1: FACILITATORS[0]}, first=today - timedelta(days=span), today=today, rng=np.random.default_rng(1))

    assert all(visit.on < today for visit in made(work))
    assert [visit.on for visit in work.visits if visit.state == "planned"] == [today]
