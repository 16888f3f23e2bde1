"""What a first visit loads, packed as gzip does: the page, and every style and script that it names or those import."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders

NAMED = re.compile(r"""(?:href|src|data-nhsuk)=["']([^"']+\.(?:css|js|svg|png))[^"']*["']""")
IMPORTED = re.compile(r"""^\s*(?:import|export)\b[^;"']*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


def weigh(page: str) -> dict[str, object]:
    """Kilobytes of the page, of all it loads, and what that is. Scripts that load only when asked for are left out."""
    parts = {"page": packed(page.encode())}
    waiting = [name for name in map(static_name, NAMED.findall(page)) if name]
    while waiting:
        name = waiting.pop()
        if name in parts:
            continue
        content = read(name)
        parts[name] = packed(content)
        if name.endswith(".js"):
            waiting += [resolved(name, other) for other in IMPORTED.findall(content.decode())]
    whole = sum(parts.values())
    return {"page_kilobytes": parts["page"] / 1024, "first_visit_kilobytes": whole / 1024, "loads": sorted(parts)}


def packed(content: bytes) -> int:
    return len(gzip.compress(content, compresslevel=6))


def static_name(address: str) -> str:
    path = urlsplit(address).path
    return path.removeprefix(settings.STATIC_URL) if path.startswith(settings.STATIC_URL) else ""


def resolved(name: str, other: str) -> str:
    return str((Path("/") / name).parent.joinpath(other).resolve()).lstrip("/")


def read(name: str) -> bytes:
    """By the hashed name under which the page gives it, or by its own."""
    plain = re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", name)
    found = finders.find(plain)
    if not found:
        raise SystemExit(f"The page names {name}, which is no static file.")
    return Path(str(found)).read_bytes()
