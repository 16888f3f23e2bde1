"""Which format a table has, or why none."""

import difflib
from collections import Counter
from collections.abc import Iterable

from practices.importing import headings
from practices.importing.formats import all_formats
from practices.importing.formats.base import Format, Head, Recognition, RefusedFile, one_line, tidy

SHOWN = 20
# Of a table that is quite another one, each heading is nearly like some other.
LIKE_ENOUGH_FOR_A_HINT = 0.6


def recognised(head: Head) -> Recognition | None:
    """The first format that knows the table; headings that stand twice are refused before anything is guessed."""
    for placed in headings.placed(head):
        found = next((found for each in all_formats() if (found := each.recognise(placed))), None)
        if found:
            refuse_doubled(placed)
            return found
    refuse_doubled(headings.likeliest(head))
    return None


def candidates(head: Head) -> list[Recognition]:
    """What the table may be: several formats have its layout, and only a person can tell which of them it is."""
    return [found for placed in headings.placed(head) for each in all_formats() if (found := each.could_be(placed))]


def refuse_doubled(head: Head) -> None:
    counts = Counter(tidy(heading) for heading in head.first if heading)
    doubled = [heading for heading, number in counts.items() if number > 1 and heading in headings.known_headings()]
    if doubled:
        places = [str(number) for number, heading in enumerate(head.first, 1) if tidy(heading) == doubled[0]]
        raise RefusedFile(
            f"The heading “{doubled[0]}” of {head.name} stands in columns {' and '.join(places)}. Each may stand once."
        )


def refusal(head: Head) -> RefusedFile:
    """What was seen, what was expected, and the one column name that is nearly right."""
    head = headings.likeliest(head)
    nearest = closest(head)
    if headings.looks_like_figures(head):
        return RefusedFile(
            f"{head.name} has no row of headings: its first row holds figures already. Put the headings above it: "
            f"{listed(nearest.expected())}."
        )
    sentences = [f"The portal does not know the layout of {head.name}."]
    if head.at:
        sentences.append(f"The headings seem to be in row {head.at + 1}: {listed(head.first)}.")
        above = headings.titles(head)
        sentences += [f"Above them stands {', '.join(f'“{each}”' for each in above)}."] if above else []
    else:
        sentences.append(f"It saw the headings: {listed(head.first)}.")
    sentences.append(f"For {nearest.words} it expects: {listed(nearest.expected())}.")
    missing, unknown = difference(nearest, head)
    if not missing and nearest.note:
        sentences.append(nearest.note)
    if is_like(nearest, head):
        sentences += [hint for name in missing if (hint := nearly(name, unknown, head))]
    if missing and not any("Is column" in each for each in sentences):
        sentences.append(f"Missing: {listed(missing)}.")
    return RefusedFile(" ".join(sentences))


def closest(head: Head) -> Format:
    return max((each for each in all_formats() if each.headings), key=lambda each: likeness(each, head))


def likeness(each: Format, head: Head) -> tuple[float, int]:
    """The share of the format's headings that the table has, a near one counting half; then how alike their width."""
    seen = {tidy(heading) for heading in head.first}
    names = {tidy(name) for alternatives in each.headings.values() for name in alternatives[:1]}
    near = sum(1 for name in names - seen if difflib.get_close_matches(name, seen, n=1, cutoff=0.8))
    same_width = -abs(len(head.first) - len(each.headings))
    return (len(names & seen) + near / 2) / max(len(names), 1), same_width


def is_like(each: Format, head: Head) -> bool:
    """Whether most of the format's headings stand in the table, or most of the table's in the format."""
    share = likeness(each, head)[0]
    of_the_table = share * len(each.headings) / max(sum(map(bool, head.first)), 1)
    return max(share, of_the_table) >= LIKE_ENOUGH_FOR_A_HINT


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
    return f"Is column {place + 1}, “{one_line(head.first[place])}”, meant to be “{name}”?"


def listed(words: Iterable[str]) -> str:
    every = [one_line(word)[:40] or "(empty)" for word in words]
    return ", ".join(every[:SHOWN]) + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")
