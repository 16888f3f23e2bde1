from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache

from core import cached as module
from core.cached import cached, folders_of_pages
from core.models import PortalState

KEY = ("a test",)

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers() -> Iterator[int]:
    cache.clear()
    module.forget()
    return count(1)


def ask(numbers: Iterator[int]) -> int:
    return cached(KEY, lambda: next(numbers))


def test_it_reads_once(numbers: Iterator[int]) -> None:
    assert [ask(numbers), ask(numbers)] == [1, 1]


def test_another_process_unpacks_what_the_cache_holds(numbers: Iterator[int]) -> None:
    ask(numbers)
    module.forget()
    assert ask(numbers) == 1


def test_what_the_cache_and_the_process_have_dropped_is_read_anew(numbers: Iterator[int]) -> None:
    ask(numbers)
    cache.clear()
    module.forget()
    assert ask(numbers) == 2


def test_inside_of_a_transaction_nothing_is_cached(numbers: Iterator[int], settings: Any) -> None:
    """A version that is rolled back is given again, to other figures."""
    settings.CACHES_INSIDE_TRANSACTIONS = False
    assert [ask(numbers), ask(numbers)] == [1, 2]


def test_what_is_not_worth_keeping_is_read_each_time(numbers: Iterator[int]) -> None:
    asked = [cached(KEY, lambda: next(numbers), worth=lambda _: False) for _ in range(2)]
    assert asked == [1, 2]


def test_a_process_holds_only_so_many(numbers: Iterator[int]) -> None:
    for number in range(module.UNPACKED + 5):
        cached((*KEY, number), lambda: next(numbers))
    assert len(module._held) == module.UNPACKED


def test_another_version_of_the_figures_is_read_anew(numbers: Iterator[int]) -> None:
    ask(numbers)
    PortalState.figures_changed()
    assert ask(numbers) == 2


def test_every_app_can_change_a_page() -> None:
    assert {"accounts", "core", "practices", "targets", "visits", "reports", "templates"} <= set(folders_of_pages())
