"""What visits add to the pages of the apps below."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.months import long_date, month_end, month_of
from core.request_memory import once
from practices.models import Organisation
from practices.reader import Reader, scope_of
from practices.signals import PanelItem, PracticeCare, PracticeWork, StartPanel, TimelineEntry
from targets.reading.frame import read_frame
from visits.models import Action, CaseloadEntry, Visit
from visits.permissions import Deed, allowed, footing_of
from visits.presenters.form import due_words
from visits.presenters.pack import contact_words
from visits.presenters.rows import why_words
from visits.priority import caseload_facts, prioritise
from visits.querysets import ActionQuerySet

FIRST = 5
MADE = (Visit.State.LOGGED, Visit.State.SIGNED_OFF)
OPEN_ACTION = "open action"
WEEK = 7


def timeline(*, practice: Organisation, user: User) -> list[TimelineEntry]:
    visits = _visits_of(practice, user)
    actions = Action.objects.for_user(user).filter(practice=practice)
    return [_visit_entry(visit) for visit in visits] + [
        entry for action in actions for entry in _action_entries(action)
    ]


def _visits_of(practice: Organisation, user: User) -> list[Visit]:
    """Read once for a page, whose history and contacts both follow from them."""
    shown = ("state", "kind", "on", "commitment", "cancelled_reason", "roles_met", "facilitator__name")
    rows = Visit.objects.for_user(user).filter(practice=practice).select_related("facilitator")
    return once(("visits of practice", practice.pk, user.pk), lambda: list(rows.only(*shown)))


def _visit_entry(visit: Visit) -> TimelineEntry:
    kind = "Planned visit" if visit.state == Visit.State.PLANNED else "Visit"
    words = f"{visit.get_kind_display()}, {visit.facilitator.name}"
    if visit.state == Visit.State.CANCELLED:
        words = f"{words}: cancelled, {visit.cancelled_reason}"
    elif visit.commitment:
        words = f"{words}: “{visit.commitment}”"
    return TimelineEntry(visit.on, kind, words, reverse("visits:visit", args=[visit.pk]))


def _action_entries(action: Action) -> list[TimelineEntry]:
    """When it was agreed, and when and how it ended."""
    url = reverse("visits:action", args=[action.pk])
    entries = [TimelineEntry(timezone.localdate(action.created_at), "Action agreed", action.words, url)]
    if action.closed_at:
        words = f"{action.words}: {why_words(action)}"
        kind = f"Action {action.get_state_display().lower()}"
        entries.append(TimelineEntry(timezone.localdate(action.closed_at), kind, words, url))
    return entries


def practice_rows(*, practice_ids: Sequence[int], user: Reader) -> dict[int, PracticeWork]:
    """Last visit and open actions of many practices; out of scope, nothing."""
    last: dict[int, date] = {}
    actions: Counter[int] = Counter()
    for practice, what, on in _days(practice_ids, user):
        if what == OPEN_ACTION:
            actions[practice] += 1
        elif what in MADE:
            last[practice] = max(on, last.get(practice, on))
    return {practice: PracticeWork(last.get(practice), actions[practice]) for practice in practice_ids}


def visit_months(*, practice_ids: Sequence[int], since: date, until: date, user: Reader) -> dict[date, int]:
    """Visits made by month, from the month of `since` to that of `until`."""
    first, last = month_of(since), month_end(until)
    days = (on for _, state, on in _days(practice_ids, user) if state in MADE and first <= on <= last)
    return dict(Counter(month_of(on) for on in days))


def _days(practice_ids: Sequence[int], user: Reader) -> list[tuple[int, str, date]]:
    """Practice, state and day of visits, and of each open action its practice, OPEN_ACTION and the day it is due.

    Plain rows in one query, read once a request for the table and for the trend.
    """
    visits = Visit.objects.for_user(user).filter(practice__pk__in=practice_ids).order_by()
    actions = Action.objects.for_user(user).filter(practice__pk__in=practice_ids).unfinished().order_by()
    of_actions = actions.annotate(what=Value(OPEN_ACTION)).values_list("practice_id", "what", "due_on")
    rows = visits.values_list("practice_id", "state", "on").union(of_actions, all=True)
    return once(("days of work", repr(scope_of(user).key), tuple(practice_ids)), lambda: list(rows))


def practice_care(*, practice: Organisation, user: User) -> PracticeCare:
    today = timezone.localdate()
    entries = CaseloadEntry.objects.filter(practice=practice).in_force(today).order_by("pk")
    holders = dict(entries.values_list("facilitator", "facilitator__name"))
    made = [visit for visit in _visits_of(practice, user) if visit.state in MADE]
    return PracticeCare(
        facilitator=next(iter(holders.values()), ""),
        may_write=allowed(footing_of(user, holds=user.pk in holders), Deed.LOG),
        contacts=tuple(PanelItem(words) for words in contact_words(made)),
    )


def start_panels(*, user: User) -> list[StartPanel]:
    today = timezone.localdate()
    if user.is_facilitator:
        return _facilitator_panels(user, today)
    if user.is_ccg_lead:
        return [_overdue(list(in_order(Action.objects.for_user(user).overdue(on=today))), today, "?due=overdue")]
    return []


def _facilitator_panels(user: User, today: date) -> list[StartPanel]:
    plans = Visit.objects.for_user(user).planned().filter(facilitator=user, on__gte=today)
    planned = list(plans.select_related("practice").order_by("on", "starts_at", "pk")[: FIRST + 1])
    held = CaseloadEntry.objects.of(user).in_force(today).values("practice")
    mine = Action.objects.for_user(user).filter(practice__in=held).unfinished()
    pressing = list(in_order(mine.filter(due_on__lte=today + timedelta(days=WEEK))))
    ranked = prioritise(caseload_facts(user, read_frame(), today), today=today)
    caseload_url = reverse("visits:caseload")
    return [
        _next_visit(planned),
        _overdue([action for action in pressing if action.due_on < today], today, "?whose=mine&due=overdue"),
        _due_this_week([action for action in pressing if action.due_on >= today], today),
        StartPanel(
            key="priorities",
            title="Where to go next",
            items=tuple(
                PanelItem(
                    one.facts.practice.name,
                    reverse("visits:pack", args=[one.facts.practice.code]),
                    one.sentence,
                )
                for one in ranked[:FIRST]
            ),
            total=len(ranked),
            empty="No practice is in your caseload yet. An administrator gives you some.",
            more_url=caseload_url,
            more_words="My whole caseload",
        ),
        StartPanel(
            key="planned_visits",
            title="Planned after that",
            items=tuple(_plan_item(visit) for visit in planned[1:]),
            empty="Nothing more is planned.",
            more_url=reverse("visits:list") + "?whose=mine&state=planned&sort=on",
            more_words="All planned visits",
        ),
    ]


def _next_visit(planned: Sequence[Visit]) -> StartPanel:
    items: tuple[PanelItem, ...] = ()
    if planned:
        pack = reverse("visits:pack", args=[planned[0].practice.code])
        items = (_plan_item(planned[0]), PanelItem("Pre-visit pack", pack))
    return StartPanel(
        key="next_visit",
        title="Next visit",
        items=items,
        empty="No visit is planned. Choose a practice below and plan one.",
        more_url=reverse("visits:choose"),
        more_words="Log a visit",
    )


def _plan_item(visit: Visit) -> PanelItem:
    time = f", {visit.starts_at:%H:%M}" if visit.starts_at else ""
    meta = f"{long_date(visit.on)}{time}, {visit.get_kind_display().lower()}"
    return PanelItem(visit.practice.name, reverse("visits:visit", args=[visit.pk]), meta)


def in_order(actions: ActionQuerySet) -> ActionQuerySet:
    return actions.select_related("practice").order_by("due_on", "pk")


def _overdue(overdue: Sequence[Action], today: date, query: str) -> StartPanel:
    return StartPanel(
        key="overdue_actions",
        title="Actions overdue",
        items=_action_items(overdue, today, urgent=True),
        total=len(overdue),
        empty="No action is overdue.",
        more_url=reverse("visits:actions") + query,
        more_words="All overdue actions",
    )


def _due_this_week(due: Sequence[Action], today: date) -> StartPanel:
    return StartPanel(
        key="due_actions",
        title="Actions due this week",
        items=_action_items(due, today, urgent=False),
        total=len(due),
        empty="No action is due this week.",
        more_url=reverse("visits:actions") + "?whose=mine&due=week",
        more_words="All that are due this week",
    )


def _action_items(actions: Sequence[Action], today: date, *, urgent: bool) -> tuple[PanelItem, ...]:
    return tuple(
        PanelItem(
            action.words,
            reverse("visits:action", args=[action.pk]),
            f"{action.practice.name}. {due_words(action, today)}",
            urgent,
        )
        for action in actions[:FIRST]
    )
