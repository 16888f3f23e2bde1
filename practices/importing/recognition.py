"""Which format a table has, or why none."""

import difflib
from collections import Counter
from collections.abc import Iterable

from practices.importing import cells
from practices.importing.formats import all_formats
from practices.importing.formats.base import Format, Head, Recognition, RefusedFile, tidy

SHOWN = 20


def recognised(head: Head) -> Recognition | None:
    """The first format that knows the table; headings that stand twice are refused before anything is guessed."""
    refuse_doubled(head)
    return next((found for each in all_formats() if (found := each.recognise(head))), None)


def refuse_doubled(head: Head) -> None:
    counts = Counter(tidy(heading) for heading in head.first if heading)
    known = {tidy(name) for each in all_formats() for names in each.headings.values() for name in names}
    doubled = [heading for heading, number in counts.items() if number > 1 and heading in known]
    if doubled:
        places = [str(number) for number, heading in enumerate(head.first, 1) if tidy(heading) == doubled[0]]
        raise RefusedFile(
            f"The heading “{doubled[0]}” of {head.name} stands in columns {' and '.join(places)}. Each may stand once."
        )


def refusal(head: Head) -> RefusedFile:
    """What was seen, what was expected, and the one column name that is nearly right."""
    nearest = closest(head)
    if looks_like_figures(head):
        return RefusedFile(
            f"{head.name} has no row of headings: its first row holds figures already. Put the headings above it: "
            f"{listed(nearest.expected())}."
        )
    sentences = [f"The portal does not know the layout of {head.name}."]
    sentences.append(f"It saw the headings: {listed(head.first)}.")
    sentences.append(f"For {nearest.words} it expects: {listed(nearest.expected())}.")
    missing, unknown = difference(nearest, head)
    if not missing and nearest.note:
        sentences.append(nearest.note)
    sentences += [hint for name in missing if (hint := nearly(name, unknown, head))]
    if missing and not any("Is column" in each for each in sentences):
        sentences.append(f"Missing: {listed(missing)}.")
    return RefusedFile(" ".join(sentences))


def closest(head: Head) -> Format:
    seen = {tidy(heading) for heading in head.first}

    def likeness(each: Format) -> tuple[float, int]:
        names = {tidy(name) for alternatives in each.headings.values() for name in alternatives[:1]}
        near = sum(1 for name in names - seen if difflib.get_close_matches(name, seen, n=1, cutoff=0.8))
        same_width = -abs(len(head.first) - len(each.headings))
        return (len(names & seen) + near / 2) / max(len(names), 1), same_width

    return max((each for each in all_formats() if each.headings), key=likeness)


def difference(nearest: Format, head: Head) -> tuple[list[str], list[str]]:
    seen = {tidy(heading) for heading in head.first}
    missing = [
        alternatives[0]
        for name, alternatives in nearest.headings.items()
        if name not in nearest.optional and not any(tidy(each) in seen for each in alternatives)
    ]
    known = {tidy(name) for alternatives in nearest.headings.values() for name in alternatives}
    return missing, [heading for heading in head.first if tidy(heading) not in known]


def nearly(name: str, unknown: Iterable[str], head: Head) -> str:
    near = difflib.get_close_matches(tidy(name), [tidy(each) for each in unknown], n=1, cutoff=0.75)
    if not near:
        return ""
    place = [tidy(each) for each in head.first].index(near[0])
    return f"Is column {place + 1}, “{head.first[place]}”, meant to be “{name}”?"


def looks_like_figures(head: Head) -> bool:
    return any(cells.day_of(cell) or cells.PRACTICE_CODE.fullmatch(cell) for cell in head.first)


def listed(words: Iterable[str]) -> str:
    every = [word[:40] or "(empty)" for word in words]
    return ", ".join(every[:SHOWN]) + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")
