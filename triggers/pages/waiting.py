"""What in a fleet waits for whom: those who have to do something first, then what goes on by itself."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from migration.fleet.fleet import Fleet, FleetStage
from migration.runbook.row import Who
from migration.telling.fleets import MemberShown, Standing
from migration.values.words.capitals import capitalised
from triggers.pages.rows import Line
from triggers.pages.state import PROBLEMS, Mark, ago

MOST_OWNERS = 5


class Wait(NamedTuple):
    """Some images that wait for somebody. `owners` are those of the images, as their tags have it."""

    who: str
    many: int
    what: str
    mark: Mark
    owners: str = ""
    due: datetime | None = None
    due_said: str = ""


def waits_of(fleet: Fleet, members: Iterable[MemberShown], lines: Iterable[Line], now: datetime) -> list[Wait]:
    """Return who is waited for, the worst first."""
    by_who: dict[tuple[int, str, str, Mark], list[tuple[MemberShown, Line]]] = {}
    for member, line in zip(members, lines, strict=True):
        state = line.state
        if member.standing in _SILENT and not state.who:
            continue
        who, what = state.who or _ITSELF, _WHAT.get(member.standing, "")
        if member.standing is Standing.WAITING:
            who, what = _first_turn(fleet, who, what)
        if state.mark is Mark.HELD_UP:
            what = "held up: each says why"
        by_who.setdefault((_RANK[state.mark in PROBLEMS, bool(state.who)], who, what, state.mark), []).append(
            (member, line)
        )
    return [_wait(who, what, mark, pairs, now) for (_, who, what, mark), pairs in sorted(by_who.items(), key=_first)]


_ITSELF = "Nobody: it goes on by itself"
_SILENT = {Standing.MIGRATED, Standing.PASSED, Standing.LEFT_OUT, Standing.KEPT}
_RANK = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}
_WHAT = {
    Standing.FAILED: "failed: each says what to do",
    Standing.ASKED: "wait for a decision",
    Standing.SOAKING: "are in a soak",
    Standing.ON_ITS_WAY: "are on their way to their question",
    Standing.WAITING: "wait for their turn",
    Standing.KEPT: "ended with the source kept",
}


def _first_turn(fleet: Fleet, who: str, what: str) -> tuple[str, str]:
    if fleet.stage is FleetStage.PAUSED:
        return f"Whoever resumes the fleet: {fleet.by or 'somebody'} paused it", what
    if fleet.stage is FleetStage.CANCELLED:
        return "Nobody: the fleet was cancelled", "are not started any more"
    return who, what


def _first(item: tuple[tuple[int, str, str, Mark], list[tuple[MemberShown, Line]]]) -> tuple[int, int]:
    (rank, _, _, mark), pairs = item
    return rank * 10 + list(Mark).index(mark), -len(pairs)


def _wait(who: str, what: str, mark: Mark, pairs: list[tuple[MemberShown, Line]], now: datetime) -> Wait:
    owners = Counter(member.member.owner for member, _ in pairs if member.member.owner)
    named = [f"{owner} {count}" for owner, count in owners.most_common(MOST_OWNERS)]
    more = len(owners) - len(named)
    told = ", ".join([*named, *([f"{more} more"] if more > 0 else [])]) if who == Who.APPROVER.value or named else ""
    dues = [line.state.due for _, line in pairs if line.state.due is not None and line.state.mark is not Mark.HELD_UP]
    due = min(dues, default=None)
    return Wait(capitalised(who), len(pairs), what, mark, told, due, ago(due, now) if due else "")
