from typing import Any

from practices.querysets.scoped import OfPracticeQuerySet


class DoubtQuerySet(OfPracticeQuerySet[Any]):
    def open(self) -> "DoubtQuerySet":
        return self.exclude(state="resolved")
