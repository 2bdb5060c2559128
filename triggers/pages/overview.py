"""All migrations and fleets: what needs somebody first, or a page of those that are looked for."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from migration.fleet.fleet import Fleet, FleetStage
from migration.values.outcome import FOLLOWS, OutcomeKind, Phase
from records.fleets.held import every_fleet
from records.index import Filter, page, tally
from triggers.pages.entrance import FIRST, PATH
from triggers.pages.standing.bars import Part, parts_of_tally
from triggers.pages.standing.rows import Line, line_of, worst_first
from triggers.pages.standing.state import OUTCOMES, PHASES, PROBLEMS, Mark, ago

FEW, FEW_ENDED = 25, 10  # of each kind, where nothing is looked for: the rest is a link away
MOST_LIVE = 1_000  # of those under way: as many as one call reads
MOST_FLEETS = 50
MOST_COUNTED = 10  # fleets whose images are counted for the list
DEFAULT_PAGE, LARGEST_PAGE = 100, 1_000
FILTERS = ("text", "phase", "outcome", "subscription")
FAILURES = tuple(kind.value for kind in OutcomeKind if FOLLOWS[kind].is_failure)
ENDED_WELL = tuple(kind.value for kind in OutcomeKind if not FOLLOWS[kind].is_failure)
UNDER_WAY = tuple(phase.value for phase in Phase if phase is not Phase.DONE)


class Group(NamedTuple):
    """Some lines under a heading. `many` are all of them, `more` is where the rest is, `least` that it may be more."""

    id: str
    title: str
    counted: str
    lines: list[Line]
    many: int
    more: str | None = None
    least: bool = False
    says: str = ""


class FleetLine(NamedTuple):
    """A fleet in the list: how far it is in `parts`, where that was counted."""

    fleet: Fleet
    href: str
    said: str
    parts: list[Part]


async def overview(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return the values of the page: groups, the worst first, or a page of what is looked for."""
    if any(given[name] for name in FILTERS) or given["after"] or given["top"]:
        return {**_form(given), "fleets": [], "older_fleets": [], **await _found(given, now)}
    fleets, groups = await asyncio.gather(_fleets(now), _groups(now))
    ahead = [one for one in fleets if one.fleet.stage in {FleetStage.RUNNING, FleetStage.PAUSED}]
    older = [one for one in fleets if one not in ahead]
    return {**_form(given), "fleets": ahead, "older_fleets": older, "groups": groups, "is_search": False, "older": None}


async def _groups(now: datetime) -> list[Group]:
    live, failed, ended = await asyncio.gather(
        page(MOST_LIVE, None, Filter(live=True)),
        page(FEW, None, Filter(outcome=FAILURES)),
        page(FEW_ENDED, None, Filter(outcome=ENDED_WELL)),
    )
    lines = worst_first([line_of(row, now) for row in live.rows])
    held, asked, soaking, going = ([line for line in lines if line.state.mark in marks] for marks in _LIVE)
    wrong = [*(line_of(row, now) for row in failed.rows), *held[:FEW]]  # no crowd of failures hides what is held up
    cut = live.next is not None
    groups = [
        _group("problems", worst_first(wrong), _only(outcome=FAILURES), least=cut or failed.next is not None),
        _group("asked", asked, _only(phase=(Phase.AWAITING_APPROVAL,)), least=cut),
        _group("soaking", soaking, _only(phase=(Phase.SOAKING,)), least=cut),
        _group("going", going, _only(phase=UNDER_WAY), least=cut),
        _group("ended", [line_of(row, now) for row in ended.rows], _only(outcome=ENDED_WELL), least=bool(ended.next)),
    ]
    return [group for group in groups if group.lines]


_LIVE = ({Mark.HELD_UP}, {Mark.ASKED}, {Mark.SOAKING}, {Mark.GOING, Mark.WAITING})
_TITLES = {
    "problems": ("What needs attention", "need attention"),
    "asked": ("What waits for approval", "wait for approval"),
    "soaking": ("In a soak", "in a soak"),
    "going": ("On their way", "on their way"),
    "ended": ("Ended lately", ""),
}


def _group(name: str, lines: list[Line], more: str, *, least: bool) -> Group:
    title, counted = _TITLES[name]
    most = 2 * FEW if name == "problems" else FEW
    return Group(name, title, counted, lines[:most], len(lines), more if len(lines) > most or least else None, least)


def _only(**wanted: tuple[str, ...]) -> str:
    return f"{FIRST}?{urlencode({name: ','.join(values) for name, values in wanted.items()})}"


async def _found(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a page of what is looked for, the latest image first, and on each page the worst."""
    wanted = Filter(**{name: given[name] for name in FILTERS})
    found = await page(given["top"] or DEFAULT_PAGE, given["after"], wanted)
    lines = worst_first([line_of(row, now) for row in found.rows])
    asked = {name: ",".join(given[name]) for name in FILTERS if given[name]}
    asked |= {"top": given["top"]} if given["top"] else {}
    older = f"{FIRST}?{urlencode(asked | {'after': found.next})}" if found.next else None
    bad = sum(line.state.mark in PROBLEMS for line in lines)
    title = "What was found" if asked.keys() - {"top"} else "All migrations"
    says = f"{bad} of these {len(lines)} need attention." if bad else ""
    group = Group("found", title, "", lines, len(lines), None, found.next is not None, says)
    return {"groups": [group], "is_search": True, "older": older, "unreadable": found.unreadable}


def _form(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of the filters offers, and what is chosen."""
    chosen = {name: ",".join(given[name]) for name in FILTERS}
    phases = [(",".join(UNDER_WAY), "All under way"), *((phase.value, PHASES[phase]) for phase in Phase)]
    outcomes = [
        (",".join(FAILURES), "All that need attention"),
        *((kind.value, OUTCOMES[kind]) for kind in OutcomeKind),
    ]
    narrowed = any(chosen[name] for name in FILTERS if name != "text")
    return {
        "chosen": chosen,
        "narrowed": narrowed,
        "phases": phases,
        "outcomes": outcomes,
        "all_href": f"{FIRST}?top={DEFAULT_PAGE}",
    }


async def _fleets(now: datetime) -> list[FleetLine]:
    """Return the fleets, those that go on first, then the latest; of the first it is counted how far they are."""
    known = sorted(
        [one async for one in every_fleet()], key=lambda one: (_STAGES.index(one.stage), -one.at.timestamp())
    )
    known = known[:MOST_FLEETS]
    live = [one for one in known if one.stage is not FleetStage.OVER][:MOST_COUNTED]
    counted = await asyncio.gather(*(tally(Filter(fleet=one.id)) for one in live))
    parts = {one.id: parts_of_tally(one.size, counts) for one, counts in zip(live, counted, strict=True)}
    return [FleetLine(one, f"{PATH}/fleets/{one.id}", ago(one.created_at, now), parts.get(one.id, [])) for one in known]


_STAGES = [FleetStage.PAUSED, FleetStage.RUNNING, FleetStage.CANCELLED, FleetStage.OVER]
