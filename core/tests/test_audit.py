from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.tests.factories import UserFactory
from core import audit
from core.models import AuditEvent


@pytest.fixture
def event(db: None) -> AuditEvent:
    person = UserFactory(administrator=True)
    audit.record(by=person, verb="changed", instance=person, before={"name": "A"}, after={"name": "=cmd()"})
    return AuditEvent.objects.get()


def test_an_event_names_actor_object_and_change(event: AuditEvent) -> None:
    assert event.actor_label == event.actor.email
    assert event.object_type == "user"
    assert event.object_id == str(event.actor.pk)
    assert event.before == {"name": "A"}


def test_the_database_refuses_to_change_an_event(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.update(verb="nothing")
    assert AuditEvent.objects.get().verb == "changed"


def test_the_database_refuses_to_delete_an_event(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.all()._raw_delete("default")
    assert AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        audit.record(by=None, verb="changed", object_type="nothing")


class TestAuditPage:
    def test_it_works(self, client: Any, event: AuditEvent) -> None:
        client.force_login(event.actor)
        page = client.get("/audit/").content.decode()
        assert event.actor.email in page

    def test_filters_narrow_the_list(self, client: Any, event: AuditEvent) -> None:
        client.force_login(event.actor)
        assert client.get("/audit/?verb=changed").context["page"].paginator.count == 1
        assert client.get("/audit/?verb=undone").context["page"].paginator.count == 0
        assert client.get("/audit/?since=nonsense").status_code == 200

    def test_the_export_is_safe_to_open_and_is_audited_itself(self, client: Any, event: AuditEvent) -> None:
        client.force_login(event.actor)
        lines = b"".join(client.get("/audit/export/").streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0].startswith("When (UTC),Who,What")
        assert "changed" in lines[-1]
        assert AuditEvent.objects.filter(verb="exported").count() == 1

    @pytest.mark.parametrize("address", ["/audit/", "/audit/export/"])
    def test_stranger_gets_404(self, client: Any, db: None, address: str) -> None:
        client.force_login(UserFactory(viewer=True))
        assert client.get(address).status_code == 404
