"""One fleet: how far its waves are, what waits for whom, and its images, those with a problem first, by pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from migration.fleet.fleet import Fleet, FleetApproval, FleetStage
from migration.telling.of_fleets.standing import FleetStand, MemberShown, Standing, WaveShown
from migration.values.ids import instance_id_for
from triggers.pages.entrance import PATH
from triggers.pages.standing.bars import WORDS, Part, parts_of
from triggers.pages.standing.rows import Line, migration_line, where
from triggers.pages.standing.state import Mark, State, ago, sentence
from triggers.pages.standing.waiting import goings_of, waits_of

PAGE = 100
MOST_WAVES_OPEN = 12
STAGES = {
    FleetStage.RUNNING: "Running",
    FleetStage.PAUSED: "Paused",
    FleetStage.CANCELLED: "Cancelled",
    FleetStage.OVER: "Over",
}
_UNSEEN = {
    Standing.ON_ITS_WAY: State(Mark.GOING, "Just begun"),
    Standing.WAITING: State(Mark.WAITING, "Not started"),
    Standing.LEFT_OUT: State(Mark.ENDED, "Left out"),
}


class WaveLine(NamedTuple):
    """A wave: how far it is, and where its images are. `begins` is when it does at the earliest, if that was said."""

    number: int
    size: int
    parts: list[Part]
    href: str
    begins: datetime | None
    is_current: bool


def fleet_page(stand: FleetStand, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the values of the page of a fleet. Of ten thousand images those of one page are shown."""
    fleet, members = stand.fleet, stand.members
    lines = [_line(one, now) for one in members]
    here = f"{PATH}/fleets/{fleet.id}"
    shown = [line for one, line in zip(members, lines, strict=True) if _is_wanted(one, given)]
    order = {standing: place for place, standing in enumerate(Standing)}
    ranks = {line.id: order[one.standing] for one, line in zip(members, lines, strict=True)}
    shown.sort(key=lambda line: ranks[line.id])  # of the same standing in their order
    number = given["page"] or 1
    pages = max((len(shown) + PAGE - 1) // PAGE, 1)
    asked = {name: ",".join(map(str, given[name])) for name in ("standing", "text") if given[name]}
    asked |= {"wave": given["wave"]} if given["wave"] else {}
    waves = _waves(fleet, stand.waves, here)
    return {
        "fleet": fleet,
        "here": here,
        "stage": STAGES[fleet.stage],
        "each_asked": fleet.terms.approval is FleetApproval.EACH,
        "created": ago(fleet.created_at, now),
        "stage_since": ago(fleet.at, now),
        "why": sentence(fleet.reason),
        "parts": parts_of(stand.counts),
        "counts": [
            (standing, count, WORDS[standing], f"{here}?standing={standing}")
            for standing, count in stand.counts.items()
        ],
        "waits": waits_of(fleet, members, lines, now),
        "by_themselves": goings_of(fleet, members, lines),
        "waves": waves,
        "is_crowd": len(waves) > MOST_WAVES_OPEN,
        "lines": shown[(number - 1) * PAGE : number * PAGE],
        "found": len(shown),
        "number": number,
        "pages": pages,
        "before": _link(here, asked, number - 1) if number > 1 else None,
        "after": _link(here, asked, number + 1) if number < pages else None,
        "chosen": {
            "standing": ",".join(given["standing"]),
            "wave": given["wave"] or "",
            "text": ",".join(given["text"]),
        },
        "standings": [(standing.value, WORDS[standing]) for standing in Standing],
        "is_filtered": bool(asked),
        "now": now,
    }


def _is_wanted(one: MemberShown, given: Mapping[str, Any]) -> bool:
    source = one.member.request.source_image_id.lower()
    wave, standing, text = given["wave"], given["standing"], given["text"]
    return (
        (wave is None or one.member.wave == wave)
        and (not standing or one.standing in standing)
        and (not text or any(each in source for each in text))
    )


def _link(here: str, asked: Mapping[str, Any], number: int) -> str:
    return f"{here}?{urlencode({**asked, 'page': number})}#images"


def _line(one: MemberShown, now: datetime) -> Line:
    source, status = one.member.request.source_image_id, one.status
    migration_id = instance_id_for(source)
    owner = f", {one.member.owner}" if one.member.owner else ""
    about = f"wave {one.member.wave}{owner}"
    if status is not None:
        return migration_line(migration_id, status, status.updated_at, now, about)
    name, place = where(source)
    href = f"{PATH}/migrations/{migration_id}" if one.standing not in {Standing.WAITING, Standing.LEFT_OUT} else None
    return Line(migration_id, name, place, href, _unseen(one), None, "", about)


def _unseen(one: MemberShown) -> State:
    """Return the state of an image of which the list has nothing from this fleet."""
    why = sentence(one.member.why.message) if one.member.why else ""
    return _UNSEEN.get(one.standing, State(Mark.ENDED, "Passed over"))._replace(why=why)


def _waves(fleet: Fleet, waves: list[WaveShown], here: str) -> list[WaveLine]:
    begins = {one.wave: one.at for one in fleet.terms.wave_starts}
    current = next((one.wave for one in waves if _is_open(one)), None)
    return [
        WaveLine(
            one.wave,
            sum(one.counts.values()),
            parts_of(one.counts),
            f"{here}?wave={one.wave}#images",
            begins.get(one.wave),
            one.wave == current,
        )
        for one in waves
    ]


def _is_open(wave: WaveShown) -> bool:
    return bool(wave.counts.keys() & {Standing.WAITING, Standing.ON_ITS_WAY})
