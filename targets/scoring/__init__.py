"""How practices and areas stand against the rules, worked out from the live figures.

Arrays in, arrays out in `states`, `geography` and `rollup`; the database in `reading` and `services`.
"""

from targets.scoring.reasons import REASONS, reason_words
from targets.scoring.services import rebuild, score_months

__all__ = ["REASONS", "reason_words", "rebuild", "score_months"]
