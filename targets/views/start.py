"""The start page, by role."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.months import month_end
from practices.geography import Area
from practices.geography import AreaKind as Kind
from targets.presenters import dashboard, empty
from targets.presenters import start as presenter
from targets.presenters.words import data_line
from targets.reading import dashboard as figures
from targets.reading import start as reading
from targets.reading.context import PageContext, page_context
from targets.reading.dashboard import Sums


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    context = page_context(request)
    user = context.user
    page: dict[str, Any] = {
        "greeting": presenter.greeting(user, timezone.now()),
        "data_line": data_line(context),
        "notices": context.notices,
        "nothing_yet": None if context.month else empty.nothing_yet(context),
    }
    if user.is_administrator:
        page |= administrator(context)
    elif user.is_facilitator:
        page |= facilitator(context)
    elif user.is_ccg_lead:
        page |= lead(context)
    else:
        page |= viewer(context)
    return render(request, "targets/start.html", page)


def administrator(context: PageContext) -> dict[str, Any]:
    user = context.user
    panels = presenter.import_panels(reading.recent_imports(user))
    panels.append(presenter.doubts_panel(reading.doubts_by_kind(user)))
    panels.append(presenter.people_panel(reading.people_without_second_factor(user)))
    return {
        "panels": [*panels, *reading.panels(user).values()],
        "grid": presenter.grid(context, reading.months_by_source(context)),
        "primary": presenter.primary(user, None, context),
    }


def facilitator(context: PageContext) -> dict[str, Any]:
    panels = reading.panels(context.user)
    ccgs = in_scope(context)
    scores = reading.practices_of_two_months(context, [ccg.pk for ccg in ccgs])
    panels.setdefault("changes", presenter.crossed(context, reading.crossings(context, scores)))
    return {
        "things": presenter.things_today(panels),
        "panels": presenter.in_order(panels, presenter.FACILITATOR_ORDER),
        "areas": presenter.area_links(context, ccgs),
        "primary": presenter.primary(context.user, None, context),
    }


def lead(context: PageContext) -> dict[str, Any]:
    ccgs = in_scope(context)
    context.area = ccgs[0] if ccgs else context.frame.tree.home
    scores = figures.practice_scores(context) if ccgs else []
    where = dashboard.where_in_practices(context, scores)
    page = at_a_glance(context, figures.history(context), where) if ccgs and context.month else {}
    others = reading.practices_of_two_months(context, [ccg.pk for ccg in ccgs[1:]])
    crossed = presenter.crossed(context, reading.crossings(context, [*scores, *others]))
    return page | {
        "panels": [crossed, *presenter.in_order(reading.panels(context.user), presenter.LEAD_ORDER)],
        "areas": presenter.area_links(context, ccgs) if len(ccgs) > 1 else [],
        "without_scope": not ccgs,
        "primary": presenter.primary(context.user, context.area, context),
    }


def viewer(context: PageContext) -> dict[str, Any]:
    rows = figures.history(context, with_children=True)
    page = at_a_glance(context, rows, "") if context.month else {}
    return page | {
        "map": dashboard.tile_map(context, rows),
        "panels": list(reading.panels(context.user).values()),
        "primary": presenter.primary(context.user, None, context),
    }


def at_a_glance(context: PageContext, rows: list[Sums], where: str) -> dict[str, Any]:
    """Sentence and tiles of an area, as its dashboard says them."""
    page = dashboard.page(context, rows, where)
    # Nothing below hangs on one target, so none of the tiles is the chosen one.
    tiles = [tile | {"chosen": False} for tile in page["tiles"]]
    return {name: page[name] for name in ("sentence", "together", "month_words", "area")} | {"tiles": tiles}


def in_scope(context: PageContext) -> list[Area]:
    """The person's CCGs that there were in the month: of a merged one, those that it was made of."""
    ccgs = [ccg for ccg in context.frame.tree.of_kind(Kind.CCG) if ccg.code in context.scope_codes]
    month = context.month
    return [ccg for ccg in ccgs if month and ccg.is_open(month, month_end(month))] or ccgs
