"""Text as a document can hold it: what has no glyph and no place in a file gives way to a sign that can be seen.

What is stored stays as it was typed or came in; only what is printed, drawn or written into a workbook passes here.
"""

import re
from collections.abc import Iterable, Sequence

SUBSTITUTE = "\ufffd"
NAMED = 10
# Neither XML, and so no workbook and no drawing, nor a PDF holds these.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# White space by another name, and the mark at the beginning of files, which shows nothing anywhere.
_SPACES = str.maketrans({"\x0b": " ", "\x0c": " ", "\x85": " ", "\ufeff": "\u2060"})


def legible(text: str) -> str:
    """The text without control characters; the same text, for all that people type."""
    return _UNPRINTABLE.sub(SUBSTITUTE, text.translate(_SPACES))


def unprintable(text: str) -> set[str]:
    """The characters for which `legible` puts the substitute."""
    return set(_UNPRINTABLE.findall(text))


def codes(characters: Iterable[str]) -> tuple[str, ...]:
    """As Unicode names them: "U+0007"."""
    return tuple(sorted(f"U+{ord(each):04X}" for each in characters))


def lacking_words(lacking: Sequence[str]) -> str:
    """Which characters, by their codes, a document could not show; no words where it showed them all."""
    if not lacking:
        return ""
    rest = f" and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
    number = "1 character" if len(lacking) == 1 else f"{len(lacking):,} different characters"
    stands = "stands" if len(lacking) == 1 else "stand"
    return f"{number} could not be shown and {stands} as {SUBSTITUTE}: {', '.join(lacking[:NAMED])}{rest}."
