from datetime import date

from django.db import models


class MonthField(models.DateField):
    """A month: the date of its first day, whatever day was given."""

    def get_prep_value(self, value: object) -> object:
        value = super().get_prep_value(value)
        return value.replace(day=1) if isinstance(value, date) else value
