"""What changed and what is asked of the committee, in sentences, from the figures and nothing else."""

from collections.abc import Mapping, Sequence

from core import wording
from reports.snapshot.shape import ActionLine, Crossing, DoubtLine, PracticeLine, Tile
from targets.models import State, Target
from targets.presenters.words import NOT_COMPARABLE, NOT_KNOWN
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
    broken = [lower(tile.title) for tile in tiles if tile.change_month == NOT_COMPARABLE]
    unsaid = ("", NOT_KNOWN, NOT_COMPARABLE)
    moved = [f"{lower(tile.title)} {tile.change_month}" for tile in tiles if tile.change_month not in unsaid]
    found = [f"Since {since}: {', '.join(moved)}."] if moved else []
    if broken:
        found.append(f"Counted in another way than in {since}, so not compared with it: {wording.listed(broken)}.")
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
        found.append(f"No practice crossed a target {'that is compared ' if broken else ''}since the month before.")
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
    targets: Mapping[str, str],
) -> tuple[str, ...]:
    """What a committee can decide, most patients first.

    behind: where 80 % of the way to the target is; called: by code, the names that tell practices apart; targets: the
    names of all targets, in their order.
    """
    found = []
    if behind:
        where = f"the {noun}" if len(behind) == 1 else f"the {wording.plural(len(behind), noun)}"
        found.append(f"Agree who supports {where} with 80% of the {unit_words} to target: {listed(behind)}.")
    off = [called[practice.code] for practice in practices if stands(practice, Target.DCR, State.NOT_MET)]
    if off:
        found.append(f"Ask why the detailed coded record is not enabled at {listed(off)}.")
    found += _missing(practices, called, targets)
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


def _missing(
    practices: Sequence[PracticeLine], called: Mapping[str, str], targets: Mapping[str, str]
) -> tuple[str, ...]:
    """Whom to ask for which figures: all may have reported on one target and few on another."""
    lacking = {
        target: [practice for practice in practices if stands(practice, target, State.NO_DATA)] for target in targets
    }
    silent = [called[practice.code] for practice in practices if any(practice in each for each in lacking.values())]
    if not silent:
        return ()
    what = [
        lower(targets[target]) + (f" ({wording.count(len(found))})" if len(found) < len(silent) else "")
        for target, found in lacking.items()
        if found
    ]
    one_or_all = "a practice" if len(silent) == 1 else wording.plural(len(silent), "practice")
    return (f"Ask {one_or_all} for the figures that are missing, on {wording.listed(what)}: {listed(silent)}.",)


def stands(practice: PracticeLine, target: str, state: str) -> bool:
    standing = practice.standing(target)
    return standing is not None and standing.state == state


def late(action: ActionLine) -> bool:
    return action.overdue


def stuck(action: ActionLine) -> bool:
    return action.state == Action.State.BLOCKED.label
