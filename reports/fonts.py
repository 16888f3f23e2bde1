"""What the documents' fonts can show, asked of the compiler that draws with them, and what stands in for the rest.

One character without a glyph fails a whole PDF/UA document. The fonts cover the scripts that London writes; a text is
tried before it is printed, as a whole, since letters that pass one by one can still fail together.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import chain
from pathlib import Path

import typst

from core.legible import SUBSTITUTE, legible, unprintable

FONT = "Source Sans Pro"
# One of the four regional drawings of the same characters
CHINESE = "Noto Sans CJK SC"
PACKAGES = {"font_source_sans_pro": "files", "manimgx_fonts": "", "manimgx_fonts_cjk": ""}
# What nearly every text is made of needs no trial: Latin letters and the usual signs.
PLAIN = re.compile(r"[\t\n\r -~\u00a0-\u00ac\u00ae-\u017f‐-‧‰-›€−]*")
# How every document begins: its data, where to look for glyphs, and words with marks in a font that places marks well.
BEGINNING = r"""
#let data = json(bytes(sys.inputs.data))
#set text(font: data.fonts, lang: "en", region: "GB")
#show regex("\\S*[\u{300}-\u{36f}]\\S*"): set text(font: data.fonts.slice(1))
"""
TRIAL = """
#set document(title: "Trial")
#for words in data.texts { par(words) }
"""


@cache
def fonts() -> typst.Fonts:
    """All fonts of the documents, read once a process; none of the machine's."""
    folders = [str(Path(str(resources.files(package))) / folder) for package, folder in PACKAGES.items()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def families() -> list[str]:
    """In the order in which a letter looks for its glyph: ours, then those of other scripts, pictures last."""
    there = fonts().families()
    scripts = [name for name in there if name.startswith("Noto Sans") and "CJK" not in name]
    return [FONT, *scripts, CHINESE, "Noto Emoji"]


def printable(texts: Iterable[str]) -> tuple[dict[str, str], set[str]]:
    """Each text as it can be printed, and which characters were lost to the substitute."""
    found = {text: legible(text) for text in texts}
    lacking = set(chain.from_iterable(unprintable(text) for text in found))
    failing = set(_failing(sorted({text for text in found.values() if not PLAIN.fullmatch(text)})))
    for text, cleaned in found.items():
        if cleaned in failing:
            found[text], lost = _replaced(cleaned)
            lacking |= lost
    return found, lacking


def plain(text: str) -> str:
    """What every document can print: the last resort for texts that pass alone and fail in their place."""
    return "".join(each if PLAIN.fullmatch(each) else SUBSTITUTE for each in text)


def _replaced(text: str) -> tuple[str, set[str]]:
    lost = {each for each in text if not has_glyph(each)}
    found = "".join(SUBSTITUTE if each in lost else each for each in text)
    if _prints([found]):
        return found, lost
    # Marks of several scripts on one letter: no font has them together.
    return plain(text), {each for each in text if not PLAIN.fullmatch(each)}


@lru_cache(maxsize=10_000)
def has_glyph(character: str) -> bool:
    return bool(PLAIN.fullmatch(character)) or _prints([character])


def _failing(texts: Sequence[str]) -> list[str]:
    """By halves: mostly all pass at once."""
    if not texts or _prints(texts):
        return []
    if len(texts) == 1:
        return list(texts)
    middle = len(texts) // 2
    return _failing(texts[:middle]) + _failing(texts[middle:])


def _prints(texts: Sequence[str]) -> bool:
    try:
        pdf_of(TRIAL, {"texts": texts})
    except typst.TypstError:
        return False
    return True


def pdf_of(source: str | Path, data: Mapping[str, object], *, timestamp: int = 0) -> bytes:
    """PDF/UA-1 of a template, or of its source. Raises TypstError."""
    return typst.compile(
        _input(source),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=timestamp,
        sys_inputs=_handed(data),
    )


def svg_of(source: str, data: Mapping[str, object]) -> str:
    """The one page of a source as a drawing, every letter an outline. Raises TypstError."""
    drawing = typst.compile(
        _input(source), font_paths=fonts(), ignore_system_fonts=True, format="svg", sys_inputs=_handed(data)
    )
    return drawing.decode()


def _input(source: str | Path) -> bytes:
    return (BEGINNING + (source.read_text() if isinstance(source, Path) else source)).encode()


def _handed(data: Mapping[str, object]) -> dict[str, str]:
    """What a template is told: its data, and the order in which to look for glyphs."""
    return {"data": json.dumps({"fonts": families(), **data}, ensure_ascii=False)}
