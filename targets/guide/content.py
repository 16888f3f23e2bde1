"""Reads the guide's pages from the files beside this one, once a process, and checks that nothing is missing."""

from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

from targets.models import Target

FOLDER = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class CaseStudy:
    """A practice or CCG of the guide. Without figures the text was not available, and the page says so."""

    name: str
    when: str = ""
    figures: tuple[str, ...] = ()
    worked: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Tick:
    """Something to check, and where it is explained. Never clinical advice of our own."""

    words: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    words: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class GuidePage:
    slug: str
    title: str
    summary: str
    position: int
    target: str = ""
    quote: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    measured: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    cases: tuple[CaseStudy, ...] = ()
    say: tuple[str, ...] = ()
    safeguarding: tuple[Tick, ...] = ()
    sections: tuple[Section, ...] = field(default=())


PARTS: dict[str, Any] = {"cases": CaseStudy, "safeguarding": Tick, "sections": Section}


@cache
def pages() -> tuple[GuidePage, ...]:
    """All pages in their order. Raises ImproperlyConfigured where a file is wrong or a target has no page."""
    found = sorted((_page(path) for path in FOLDER.glob("*.yaml")), key=lambda page: page.position)
    missing = sorted(set(Target.values) - {page.target for page in found})
    if missing:
        raise ImproperlyConfigured(f"The guide has no page on {', '.join(missing)}.")
    return tuple(found)


def find_page(slug: str) -> GuidePage | None:
    return next((page for page in pages() if page.slug == slug), None)


def page_of_target(target: str) -> GuidePage:
    return next(page for page in pages() if page.target == target)


def _page(path: Path) -> GuidePage:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, kind in PARTS.items():
        content[name] = tuple(_made(kind, part, path) for part in content.get(name) or ())
    return _made(GuidePage, content | {"slug": path.stem}, path)


def _made(kind: Any, content: dict[str, Any], path: Path) -> Any:
    unknown = set(content) - {each.name for each in fields(kind)}
    if unknown:
        raise ImproperlyConfigured(f"{path.name}: unknown entries: {', '.join(sorted(unknown))}.")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in content.items()})
