"""Pages kept as they were rendered, until the code, the figures or what the page shows beside them change.

A dashboard is the same for all who may see the same: so its table and charts are drawn once a version of the data.
What does not change with the data's version (visits, actions, doubts) is asked for each time and is part of the key.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from core.cached import cached
from targets.reading.context import PageContext


def kept_page(
    request: HttpRequest, context: PageContext, template: str, beside: object, build: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page of `template` with what `build` says, or as it was kept. beside: what else the page shows."""
    scope = "all" if context.user.sees_everything else sorted(context.scope_codes)
    what = ("page", timezone.localdate(), request.get_full_path(), context.user.role, scope, beside)

    def parts() -> dict[str, str]:
        page = build()
        return {
            "title": page["page_title"],
            "bar": render_to_string("targets/_bar.html", page, request),
            "crumbs": render_to_string("components/breadcrumbs.html", page, request),
            "body": render_to_string(template, page, request),
        }

    return render(request, "targets/kept.html", {"kept": cached(what, parts)})


def kept_practices(context: PageContext, read: Callable[[], frozenset[int]]) -> frozenset[int]:
    """The practices of an area in a month, by which the rest of its page is asked for."""
    rule = context.rule.pk if context.rule else 0
    return cached(("practices", context.area.choice, context.month, rule), read)
