"""Whether what migrations depend on works: records take a row, the task hub runs an orchestration, rights are there.

The orchestration is the one that tells people, of an image that there is not: it wakes a worker, whose step reads the
records and finds that nothing is owed. Nothing that is tried here gives anybody any authority.
"""

import asyncio
from contextlib import suppress
from secrets import token_hex

from arm.transport.errors import ArmError
from hub.task_hub import HubUnavailableError, TaskHub
from migration.asking.orders import PlacesOrder
from migration.asking.settings import Settings
from migration.plan.rights import users_not_visible
from migration.telling.inventories import PartTried
from migration.values.ids import id_of_no_image
from records.errors import RecordsMissingError, RecordsUnavailableError
from records.table import try_out as try_records
from steering.gathering.rights import check_places, find_hidden_subscriptions

LOOKS = 60  # a worker may have to be started
SECONDS_BETWEEN_LOOKS = 1.0
_COMPLETED = "COMPLETED"


async def try_out(hub: TaskHub, current: Settings, places: PlacesOrder) -> list[PartTried]:
    """Try each part; what does not work is told and not raised."""
    (records, ran), may = await asyncio.gather(_records_and_hub(hub), _rights(current, places))
    return [records, ran, may]


async def _records_and_hub(hub: TaskHub) -> tuple[PartTried, PartTried]:
    """Try the hub only where the records work: its step reads them, and would wait for them."""
    try:
        await try_records()
    except (RecordsUnavailableError, RecordsMissingError) as error:
        untried = PartTried(part="task-hub", works=False, seen=["not tried: what runs there needs the records"])
        return PartTried(part="records", works=False, seen=[str(error)]), untried
    return PartTried(part="records", works=True, seen=["a row was written, read and removed"]), await _hub(hub)


async def _hub(hub: TaskHub) -> PartTried:
    nobody = id_of_no_image(token_hex(16))
    try:
        await hub.tell(nobody)
        how = await _end_of(hub, nobody)
    except HubUnavailableError as error:
        return PartTried(part="task-hub", works=False, seen=[f"it takes no start: {error}"])
    if how:
        with suppress(HubUnavailableError):
            await hub.purge(nobody)  # else it goes with time
    if how == _COMPLETED:
        return PartTried(part="task-hub", works=True, seen=["an orchestration ran to its end, with a step of its own"])
    why = f"ended as {how}" if how else f"had not ended after {LOOKS} looks: no worker took it"
    return PartTried(part="task-hub", works=False, seen=[f"an orchestration that was started {why}"])


async def _end_of(hub: TaskHub, migration_id: str) -> str | None:
    for _ in range(LOOKS):
        if how := await hub.how_telling_ended(migration_id):
            return how
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    return None


async def _rights(current: Settings, places: PlacesOrder) -> PartTried:
    try:
        hidden = await find_hidden_subscriptions()
        found = await check_places(places.sources, places.galleries, current)
    except ArmError as error:
        return PartTried(part="rights", works=False, seen=[str(error)])
    missing = [*([users_not_visible(hidden)] if hidden else []), *(one.message for one in found.problems)]
    at = [*places.sources, *places.galleries]
    seen = f"it sees who uses an image, and may do what it is set to at {len(at)} places" if at else _ELSEWHERE
    return PartTried(part="rights", works=not missing, seen=[*(missing or [seen]), *found.notes])


_ELSEWHERE = "it sees who uses an image; where it may write was not asked, for no places were named"
