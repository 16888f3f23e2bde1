"""Names for practices that are nobody's: places made of syllables that no London place is made of."""

import numpy as np

FIRST = (
    "Tessa",
    "Quorn",
    "Marlo",
    "Vinter",
    "Orlan",
    "Yarro",
    "Brenna",
    "Callo",
    "Drumma",
    "Elvo",
    "Ferra",
    "Glinta",
    "Hesper",
    "Ilva",
    "Jonqua",
    "Kestra",
    "Lunda",
    "Myrtho",
    "Nessa",
    "Opali",
    "Pellen",
    "Rilla",
    "Sorrel",
    "Thessa",
)
SECOND = ("mere", "wick", "ford", "thorne", "dale", "combe", "stow", "leigh", "haven", "brook", "field", "garth")
KINDS = ("Surgery", "Medical Centre", "Health Centre", "Group Practice", "Medical Practice", "Family Practice")


def practice_names(number: int, rng: np.random.Generator) -> list[str]:
    """`number` different names; past the first 1,728 a numeral tells namesakes apart."""
    pool = [f"{first}{second} {kind}" for first in FIRST for second in SECOND for kind in KINDS]
    order = rng.permutation(len(pool))
    return [pool[order[i % len(pool)]] + (f" {i // len(pool) + 1}" if i >= len(pool) else "") for i in range(number)]
