"""Programmes and their rules: what each target asks, in files beside this one; `load()` brings them in."""

from targets.programmes.definitions import DefinitionError
from targets.programmes.loading import load

__all__ = ["DefinitionError", "load"]
