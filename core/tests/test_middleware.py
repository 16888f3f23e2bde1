from typing import Any

import pytest

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/practices/?q=%00", "/ccgs/0%008L/", "/practices/%00/", "/?month=2018-12%00"])
def test_a_zero_byte_in_an_address_is_refused_in_words(client: Any, address: str) -> None:
    client.force_login(UserFactory(viewer=True))
    response = client.get(address)
    assert response.status_code == 400
    assert "<h1" in response.content.decode()


def test_every_answer_carries_the_number_of_its_request(client: Any) -> None:
    first, second = (client.get("/health/live")["X-Request-Id"] for _ in range(2))
    assert first != second
