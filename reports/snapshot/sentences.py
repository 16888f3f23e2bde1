"""What changed and what is asked of the committee, in sentences, from the figures and nothing else."""

from collections.abc import Mapping, Sequence

from core import wording
from reports.snapshot.shape import ActionLine, Crossing, DoubtLine, PracticeLine, Tile
from targets.models import State, Target
from visits.models import Action

NAMED = 3


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """ "A, B and C"; beyond `most` names the rest as a number."""
    shown = list(names[:most])
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {wording.count(rest)} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def changes(
    tiles: Sequence[Tile], crossings: Sequence[Crossing], visits: int, since: str, *, with_names: bool
) -> tuple[str, ...]:
    """How each share moved, who crossed a line, and what was done."""
    moved = [f"{lower(tile.title)} {tile.change_month}" for tile in tiles if tile.change_month not in ("", "not known")]
    found = [f"Since {since}: {', '.join(moved)}."] if moved else []
    for up in (True, False):
        by_target: dict[str, list[str]] = {}
        for crossing in crossings:
            if crossing.up is up:
                by_target.setdefault(crossing.title, []).append(crossing.name)
        for title, names in by_target.items():
            verb = "came to meet" if up else "no longer meets" if len(names) == 1 else "no longer meet"
            said = f"{wording.plural(len(names), 'practice')} {verb} the {lower(title)} target"
            found.append(f"{said}: {listed(names)}." if with_names else f"{said}.")
    if not crossings:
        found.append("No practice crossed a target since the month before.")
    made = f"{wording.plural(visits, 'visit')} to practices in the month." if visits else "No visits were logged."
    return (*found, made)


def lower(title: str) -> str:
    return title[0].lower() + title[1:]


def asks(
    *,
    unit_words: str,
    behind: Sequence[str],
    noun: str,
    practices: Sequence[PracticeLine],
    actions: Sequence[ActionLine],
    doubts: Sequence[DoubtLine],
    called: Mapping[str, str],
) -> tuple[str, ...]:
    """What a committee can decide, most patients first.

    behind: where 80 % of the way to the target is; called: by code, the names that tell practices apart.
    """
    found = []
    if behind:
        where = f"the {noun}" if len(behind) == 1 else f"the {wording.plural(len(behind), noun)}"
        found.append(f"Agree who supports {where} with 80% of the {unit_words} to target: {listed(behind)}.")
    off = [called[practice.code] for practice in practices if stands(practice, Target.DCR, State.NOT_MET)]
    if off:
        found.append(f"Ask why the detailed coded record is not enabled at {listed(off)}.")
    silent = [
        called[practice.code]
        for practice in practices
        if any(standing.state == State.NO_DATA for standing in practice.standings)
    ]
    if silent:
        one_or_all = "a practice" if len(silent) == 1 else wording.plural(len(silent), "practice")
        found.append(f"Ask {one_or_all} for figures of {_lacking(practices)} that are missing: {listed(silent)}.")
    for which, verb in ((late, "Help along"), (stuck, "Clear what blocks")):
        chosen = [action for action in actions if which(action)]
        kind = "overdue action" if which is late else "action"
        if chosen:
            places = sorted({called.get(action.code, action.practice) for action in chosen})
            found.append(f"{verb} {wording.plural(len(chosen), kind)}, at {listed(places)}.")
    if doubts:
        stands_or = "stands" if len(doubts) == 1 else "stand"
        found.append(f"Note that {wording.plural(len(doubts), 'figure')} in this report {stands_or} in doubt.")
    return tuple(found) or ("Nothing beyond noting this report.",)


def _lacking(practices: Sequence[PracticeLine]) -> str:
    """The targets of which a practice has no figure, in the order of the guide; where they are many, that they are."""
    targets = {
        standing.target for practice in practices for standing in practice.standings if standing.state == State.NO_DATA
    }
    titles = [lower(target.label) for target in Target if target in targets]
    return listed(titles) if len(titles) <= NAMED else "one target or more"


def stands(practice: PracticeLine, target: str, state: str) -> bool:
    standing = practice.standing(target)
    return standing is not None and standing.state == state


def late(action: ActionLine) -> bool:
    return action.overdue


def stuck(action: ActionLine) -> bool:
    return action.state == Action.State.BLOCKED.label
