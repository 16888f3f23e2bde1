"""Pages kept as they were rendered, until the code, the figures or what the page shows beside them change.

A dashboard is the same for all who may see the same: so its table and charts are drawn once a version of the data.
What does not change with the data's version (visits, actions, doubts) is asked for each time and is part of the key.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.models import PortalState
from targets.reading.context import PageContext
from targets.reading.remembered import remembered

SECONDS = 60
FOLDERS = ("targets", "core", "templates", "practices")


def _code_version() -> str:
    """Another as soon as a source file or a template is another."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in (".py", ".html"):
                status = path.stat()
                digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()[:16]


CODE = _code_version()


def kept_page(
    request: HttpRequest, context: PageContext, template: str, beside: object, build: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page of `template` with what `build` says, or as it was kept. beside: what else the page shows."""
    scope = "all" if context.user.sees_everything else sorted(context.scope_codes)
    what = (CODE, _version(request), request.get_full_path(), context.user.role, scope, beside)
    key = f"targets:page:{hashlib.sha256(repr(what).encode()).hexdigest()}"

    def parts() -> dict[str, str]:
        page = build()
        return {
            "title": page["page_title"],
            "bar": render_to_string("targets/_bar.html", page, request),
            "crumbs": render_to_string("components/breadcrumbs.html", page, request),
            "body": render_to_string(template, page, request),
        }

    return render(request, "targets/kept.html", {"kept": remembered(key, SECONDS, parts)})


def kept_practices(request: HttpRequest, context: PageContext, read: Callable[[], frozenset[int]]) -> frozenset[int]:
    """The practices of an area in a month, by which the rest of its page is asked for."""
    rule = context.rule.pk if context.rule else 0
    what = f"{context.area.choice}:{context.month}:{rule}".replace(" ", "-")
    key = f"targets:practices:{_version(request)}:{what}"
    return remembered(key, SECONDS, read)


def _version(request: HttpRequest) -> int:
    return PortalState.of_request(request).data_version
