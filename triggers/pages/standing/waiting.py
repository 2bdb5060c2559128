"""What in a fleet waits for whom: those who have to do something, the worst first; and what goes on by itself."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from migration.fleet.fleet import Fleet, FleetStage
from migration.telling.of_fleets.standing import MemberShown, Standing
from migration.values.words.capitals import capitalised
from triggers.pages.entrance import PATH
from triggers.pages.standing.rows import Line
from triggers.pages.standing.state import PROBLEMS, Mark, ago

MOST_OWNERS = 6
_OVER = {Standing.MIGRATED, Standing.PASSED, Standing.LEFT_OUT}  # they wait for nobody here
_DO = {
    Standing.FAILED: "failed: each says what to do",
    Standing.ASKED: "wait for a decision",
    Standing.SOAKING: "are held up in their soak: each says why",
    Standing.ON_ITS_WAY: "are held up: each says why",
    Standing.WAITING: "are not started before that",
    Standing.KEPT: "ended with the source kept: each says what to do",
}
_GO = {
    Standing.SOAKING: "are in a soak",
    Standing.ON_ITS_WAY: "are on their way to their question",
    Standing.WAITING: "wait for their turn",
}


class Wait(NamedTuple):
    """Some images that wait for somebody. `owners` are those of the images, `due` is when the first of them ends."""

    who: str
    many: int
    what: str
    mark: Mark
    href: str
    owners: str
    due: datetime | None
    due_said: str


class Going(NamedTuple):
    """Some images that wait for nobody."""

    many: int
    what: str


def waits_of(fleet: Fleet, members: Sequence[MemberShown], lines: Sequence[Line], now: datetime) -> list[Wait]:
    """Return who is waited for, the worst first."""
    found: dict[tuple[str, Standing], list[tuple[MemberShown, Line]]] = {}
    for member, line in zip(members, lines, strict=True):
        who = _who(fleet, member, line)
        if who:
            found.setdefault((who, member.standing), []).append((member, line))
    waits = [_wait(fleet, who, standing, pairs, now) for (who, standing), pairs in found.items()]
    return sorted(waits, key=lambda wait: (list(Mark).index(wait.mark), -wait.many))


def goings_of(fleet: Fleet, members: Sequence[MemberShown], lines: Sequence[Line]) -> list[Going]:
    """Return what goes on by itself; what is held up, and tried again, is told apart."""
    counts = Counter(
        "are held up, and tried again" if line.state.mark in PROBLEMS else _GO[member.standing]
        for member, line in zip(members, lines, strict=True)
        if member.standing in _GO and not _who(fleet, member, line)
    )
    if fleet.stage is FleetStage.CANCELLED:
        counts.pop(_GO[Standing.WAITING], None)
    return [Going(many, what) for what, many in counts.most_common()]


def _who(fleet: Fleet, member: MemberShown, line: Line) -> str:
    """Return for whom an image waits; empty for nobody."""
    if member.standing in _OVER:
        return ""
    if member.standing is Standing.WAITING and fleet.stage is FleetStage.PAUSED:
        return f"whoever resumes the fleet, which {fleet.by or 'somebody'} paused"
    return line.state.who


def _wait(fleet: Fleet, who: str, standing: Standing, pairs: Sequence[tuple[MemberShown, Line]], now: datetime) -> Wait:
    owners = Counter(member.member.owner for member, _ in pairs if member.member.owner)
    named = [f"{owner} {count}" for owner, count in owners.most_common(MOST_OWNERS)]
    more = len(owners) - len(named)
    told = ", ".join([*named, *([f"{more} more owners"] if more else [])])
    dues = [line.state.due.at for _, line in pairs if line.state.due is not None and line.state.mark is Mark.ASKED]
    due = min(dues, default=None)
    mark = min((line.state.mark for _, line in pairs), key=list(Mark).index)
    href = f"{PATH}/fleets/{fleet.id}?standing={standing}#images"
    said = ago(due, now) if due else ""
    return Wait(capitalised(who), len(pairs), _DO.get(standing, ""), mark, href, told, due, said)
