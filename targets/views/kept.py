"""Pages kept as they were rendered, until the code, the figures or what the page shows beside them change.

A dashboard is the same for all who may see the same: so its table and charts are drawn once a version of the data.
What does not change with the data's version (visits, actions, doubts) is read with it; whether any of it has changed
since is asked each time (practices.touches) and is part of the key.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.access import PersonRequest
from core.cached import cached
from targets.reading.page import Page


def kept_page(
    request: PersonRequest, page: Page, template: str, beside: object, build: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page of `template` with what `build` says; as it was kept, while what it shows `beside` is the same."""
    what = ("page", timezone.localdate(), request.get_full_path(), page.user.role, page.scope.key, beside)

    def parts() -> dict[str, str]:
        shown = build()
        return {
            "title": shown["page_title"],
            "bar": render_to_string("targets/_bar.html", shown, request),
            "crumbs": render_to_string("components/breadcrumbs.html", shown, request),
            "body": render_to_string(template, shown, request),
        }

    return render(request, "targets/kept.html", {"kept": cached(what, parts)})


def kept_practices(page: Page, read: Callable[[], frozenset[int]]) -> frozenset[int]:
    """The practices of an area's page, by which the rest of it is asked for."""
    question = page.question
    rule = question.rule.pk if question.rule else 0
    return cached(("practices", question.area.choice, question.month, rule, page.scope.key), read)
