from itertools import count

from core.request_memory import once, remembering


def test_a_request_asks_once() -> None:
    numbers = count(1)
    with remembering():
        assert [once(("n",), lambda: next(numbers)) for _ in range(2)] == [1, 1]


def test_the_next_request_asks_again() -> None:
    numbers = count(1)
    for expected in (1, 2):
        with remembering():
            assert once(("n",), lambda: next(numbers)) == expected


def test_outside_of_a_request_nothing_is_remembered() -> None:
    numbers = count(1)
    assert [once(("n",), lambda: next(numbers)) for _ in range(2)] == [1, 2]


def test_what_is_nothing_is_remembered_too() -> None:
    asked = []
    with remembering():
        for _ in range(2):
            once(("n",), lambda: asked.append(1))
    assert asked == [1]
