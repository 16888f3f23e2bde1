"""Damaged variants of a real file end as refused or waiting, and what counts stays as it was.

script/fuzz runs some thousands of them: FUZZ_VARIANTS says how many, FUZZ_SEED where to begin.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from practices.models import Import
from practices.tests.damage import damaged
from practices.tests.importing import brought_in, checked, live_values

pytestmark = pytest.mark.django_db

VARIANTS = int(os.environ.get("FUZZ_VARIANTS", "60"))
FIRST_SEED = int(os.environ.get("FUZZ_SEED", "20181231"))
# So many rows of the real file: eleven practices and a part of a twelfth.
ROWS = 150


@pytest.fixture
def excerpt(shared_dir: Path) -> bytes:
    with (shared_dir / "data/pomi/london_2018-04.csv").open("rb") as stream:
        return b"".join(stream.readline() for _ in range(ROWS + 1))


def test_no_damage_does_harm(excerpt: bytes, reference_data: None) -> None:
    whole = b"\r\n".join(excerpt.split(b"\r\n")[: 1 + 11 * 13]) + b"\r\n"
    assert brought_in(whole).state == Import.State.LANDED
    before = live_values()
    states: dict[str, int] = {}
    for seed in range(FIRST_SEED, FIRST_SEED + VARIANTS):
        kinds, data = damaged(excerpt, seed)
        with undone_afterwards():
            brought_by = check(kinds, seed, data)
            states[brought_by.state] = states.get(brought_by.state, 0) + 1
            assert brought_by.state in (Import.State.REFUSED, Import.State.PREVIEW), (seed, kinds, brought_by.error)
            assert brought_by.error or brought_by.state == Import.State.PREVIEW, (seed, kinds)
            assert live_values() == before, (seed, kinds)
    assert set(states) == {"refused", "preview"}
    assert len(list(Path(settings.MEDIA_ROOT).glob("imports/*"))) == VARIANTS + 1


def check(kinds: str, seed: int, data: bytes) -> Import:
    try:
        return checked(data, "damaged.csv")
    except Exception as error:
        raise AssertionError(f"seed {seed}, {kinds}: {error!r}") from error


class undone_afterwards:  # noqa: N801
    """What a variant staged is rolled back, so that the next one meets the same portal."""

    def __enter__(self) -> None:
        self.point = transaction.savepoint()

    def __exit__(self, *error: Any) -> None:
        if error[0] is None:
            transaction.savepoint_rollback(self.point)
