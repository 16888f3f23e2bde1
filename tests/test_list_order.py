"""Every list over pages ends its order with a key that no two rows share, so that no row is shown twice or never."""

from typing import Any

import pytest
from django.core import paginator
from django.urls import reverse

from accounts.tests.factories import UserFactory
from practices.forms.quality import SORTS as DOUBT_SORTS
from visits.views.actions import SORTS as ACTION_SORTS
from visits.views.visits import SORTS as VISIT_SORTS

pytestmark = pytest.mark.django_db
BOTH_WAYS = [f"{sign}{name}" for name in DOUBT_SORTS for sign in ("", "-")]
LISTS = [
    *(("visits:list", sort) for sort in ("", "nonsense", *VISIT_SORTS)),
    *(("visits:actions", sort) for sort in ("", "nonsense", *ACTION_SORTS)),
    *(("practices:quality", sort) for sort in ("", "nonsense", *BOTH_WAYS)),
    ("visits:caseload", ""),
    ("practices:imports", ""),
    ("core:audit", ""),
]


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the pages of a request are made of."""
    found: list[Any] = []
    make = paginator.Paginator.__init__

    def init(self: Any, object_list: Any, *args: Any, **kwargs: Any) -> None:
        found.append(object_list)
        make(self, object_list, *args, **kwargs)

    monkeypatch.setattr(paginator.Paginator, "__init__", init)
    return found


def last_key(rows: Any) -> str:
    order = rows.query.order_by or rows.model._meta.ordering
    last = order[-1]
    name = last if isinstance(last, str) else last.expression.name
    return name.lstrip("-").replace("pk", rows.model._meta.pk.name)


@pytest.mark.parametrize(("address", "sort"), LISTS)
def test_the_last_key_is_unique(client, listed, address, sort):
    client.force_login(UserFactory(administrator=True))

    assert client.get(reverse(address), {"sort": sort}).status_code == 200

    assert [last_key(rows) == rows.model._meta.pk.name for rows in listed] == [True]


@pytest.mark.parametrize("app", ["accounts", "visits"])
def test_so_does_the_usual_order_of_a_model(app):
    from django.apps import apps

    for model in apps.get_app_config(app).get_models():
        if model._meta.ordering:
            last = model._meta.get_field(model._meta.ordering[-1].lstrip("-"))
            assert last.unique, model
