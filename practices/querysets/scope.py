from typing import Any

from django.db import models


def practices_in_scope(model: type[models.Model], user: Any) -> "models.QuerySet[Any]":
    """Keys of the practices that a person may read about. `model` has a practice; by it the register is found, as the
    models import the querysets and not the other way round."""
    organisations: Any = model._meta.get_field("practice").related_model
    return organisations.objects.practices().within_scope(user).values("pk")
