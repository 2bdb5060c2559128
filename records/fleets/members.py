"""A row for each image of a fleet, in their order: what is asked for it, and what the fleet has done about it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import batched
from typing import Any

from migration.fleet.member import Member, MemberStage
from records.errors import RecordUnreadableError
from records.fleets.documents import document_in, row_of
from records.table import ChangedMeanwhileError, find, put, remove, rows_where, write

PARTITION = "fleet"
_AT_ONCE = 50


async def write_members(fleet_id: str, members: Sequence[Member]) -> None:
    """Write the rows of many images, some at a time."""
    for lot in batched(members, _AT_ONCE, strict=False):
        await asyncio.gather(*(write_member(fleet_id, member) for member in lot))


async def write_member(fleet_id: str, member: Member) -> None:
    """Write the row of one image, whatever stands there."""
    await put(_row(fleet_id, member))


async def change_members(fleet_id: str, steps: Sequence[tuple[Member, Member]]) -> set[int]:
    """Write the rows of many images, each as it was seen and is to be; returns the numbers of those written."""
    written: set[int] = set()
    for lot in batched(steps, _AT_ONCE, strict=False):
        done = await asyncio.gather(*(change_member(fleet_id, seen, to) for seen, to in lot))
        written |= {to.number for (_, to), is_done in zip(lot, done, strict=True) if is_done}
    return written


async def change_member(fleet_id: str, seen: Member, to: Member) -> bool:
    """Write the row of one image if it is as it was seen; whoever changed it since has decided otherwise."""
    entity = await find(f"{PARTITION}~{fleet_id}", _row_key(seen))
    if entity is None or _member_in(fleet_id, entity) != seen:
        return False
    try:
        await write(_row(fleet_id, to), str(entity.metadata["etag"]))
    except ChangedMeanwhileError:
        return False
    return True


def _row(fleet_id: str, member: Member) -> dict[str, Any]:
    return row_of(f"{PARTITION}~{fleet_id}", _row_key(member), member) | {"stage": member.stage.value}


async def members_of(fleet_id: str, stage: MemberStage | None = None, after: int = 0) -> AsyncIterator[Member]:
    """Go through the images of a fleet in their order, those in this stage, beyond a number: a call for each thousand.

    Raises RecordUnreadableError for a row that makes no sense: an image of a fleet is never passed over in silence.
    """
    wanted = f"PartitionKey eq '{PARTITION}~{fleet_id}' and RowKey gt '{after:06d}'"
    async for entity in rows_where(wanted if stage is None else f"{wanted} and stage eq '{stage.value}'"):
        yield _member_in(fleet_id, entity)


def _member_in(fleet_id: str, entity: dict[str, Any]) -> Member:
    """Read a row; one that tells of another place than its own has been put there by hand."""
    row = f"row {entity['RowKey']} of the fleet {fleet_id}"
    member = document_in(Member, entity, row)
    if entity["RowKey"] != _row_key(member):
        raise RecordUnreadableError(f"{row} cannot be read: it is of another place")
    return member


def _row_key(member: Member) -> str:
    return f"{member.number:06d}"


async def forget_members(fleet_id: str) -> None:
    """Remove the rows of all images of a fleet."""
    await remove_rows(f"{PARTITION}~{fleet_id}")


async def remove_rows(partition: str) -> None:
    """Remove all rows of a partition, some at a time."""
    keys = [entity["RowKey"] async for entity in rows_where(f"PartitionKey eq '{partition}'")]
    for lot in batched(keys, _AT_ONCE, strict=False):
        await asyncio.gather(*(remove(partition, key) for key in lot))
