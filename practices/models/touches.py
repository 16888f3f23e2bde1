from django.db import models
from django.db.models.functions import Now


class PracticeTouch(models.Model):
    """Something about a practice changed that does not follow from its figures: a visit, an action, a doubt, its entry.

    Written by triggers (practices.touches) at each change of a row, whoever makes it. Rows are only added, so that
    nobody waits for anybody; a landing of figures clears those of the days before.
    """

    practice_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["practice_id", "id"], name="touch_practice")]

    def __str__(self) -> str:
        return f"practice {self.practice_id} at {self.at}"
