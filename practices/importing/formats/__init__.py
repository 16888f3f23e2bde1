"""Every format the portal knows: whatever module of this package has FORMATS."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from practices.importing.formats.base import Format


@cache
def all_formats() -> tuple[Format, ...]:
    modules = sorted(entry.name for entry in iter_modules(__path__) if entry.name != "base")
    found = [each for name in modules for each in getattr(import_module(f"{__name__}.{name}"), "FORMATS", ())]
    keys = [each.key for each in found]
    if len(keys) != len(set(keys)):
        raise RuntimeError("Two formats have the same key.")
    return tuple(found)


def format_of(key: str) -> Format:
    return next(each for each in all_formats() if each.key == key)
