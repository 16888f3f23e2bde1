from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction

from core.logs import request_id
from core.models import AuditEvent
from core.people import User

current_job: ContextVar[UUID | None] = ContextVar("current_job", default=None)


def snapshot(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields of a row as JSON-able values, for an event's before and after."""
    columns = {field.name: field for field in instance._meta.concrete_fields}
    return {name: columns[name].value_from_object(instance) for name in fields}


def record(
    *,
    by: User | AnonymousUser | None,
    verb: str,
    instance: models.Model | None = None,
    object_type: str = "",
    object_id: object = "",
    object_label: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Adds an audit event to the transaction of the change it tells of.

    `by` is a user, or None for work that the portal does by itself. Name the object by `instance`, or by type, id and
    label where there is none. Raises RuntimeError outside a transaction: an event must stand or fall with its change.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit event is recorded in the transaction of the change.")
    if isinstance(by, AnonymousUser):
        by = None
    if instance is not None:
        object_type, object_id = str(instance._meta.model_name), instance.pk
        object_label = object_label or str(instance)
    AuditEvent.objects.create(
        actor=by,
        actor_label=by.email if by else "the portal",
        verb=verb,
        object_type=object_type,
        object_id=str(object_id),
        object_label=object_label[:254],
        before=before,
        after=after,
        job_id=current_job.get(),
        request_id=request_id.get(),
    )
