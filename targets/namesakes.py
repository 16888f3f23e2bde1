"""Practices of one name told apart: where a name stands alone, the code of a namesake stands beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.legible import legible
from targets.sums import PracticeScore


def labels(scores: Iterable[PracticeScore]) -> dict[str, str]:
    """By code, what each practice is called in sentences, lists and bars. Tables have every code, and so have dots."""
    names = {score.code: score.name for score in scores}
    alike = Counter(_heard(name) for name in names.values())
    return {code: f"{name} ({code})" if alike[_heard(name)] > 1 else name for code, name in names.items()}


def _heard(name: str) -> str:
    return " ".join(legible(name).casefold().split())


def told_apart(scores: Iterable[PracticeScore], called: Mapping[str, str]) -> list[PracticeScore]:
    return [replace(score, name=called[score.code]) for score in scores]
