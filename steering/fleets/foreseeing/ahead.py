"""Reads at once what the plans of a page would ask for one after the other: versions from Azure, and records."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.fleet.forecast.ordering import Group
from migration.resources.image import ManagedImage
from migration.values.ids import instance_id_for
from migration.values.problems import Problem
from records.errors import RecordsMissingError, RecordUnreadableError
from records.store import Held, hold
from steering.gathering.reads.shared import SharedReads

AT_ONCE = 8


async def look_ahead(groups: list[Group], reads: SharedReads) -> None:
    """Ask for the versions of all definitions at once that the plans will ask for one after the other.

    No longer than Azure lets: what is missing then, the plans ask for, and end where it is refused.
    """
    wanted: dict[tuple[str, str], set[str]] = {}
    for group in groups:
        wanted.setdefault((group.target.gallery, group.target.subscription), set()).add(group.target.definition)
    limit = asyncio.Semaphore(AT_ONCE)
    throttled = asyncio.Event()

    async def look(definition_id: str) -> None:
        async with limit:
            if throttled.is_set():
                return
            try:
                await reads.versions(definition_id)
            except ArmThrottledError:
                throttled.set()
            except (ArmRefusedError, ArmNotFoundError, ArmUnavailableError):
                return

    for (gallery, subscription), names in wanted.items():
        with suppress(ArmError):
            for gallery_id in await _ids_of(gallery, subscription, reads):
                there = await reads.definitions(gallery_id)
                await asyncio.gather(*(look(one.id) for one in there if one.name.lower() in names))


async def _ids_of(gallery: str, subscription: str, reads: SharedReads) -> list[str]:
    if not gallery or not subscription:
        return [gallery] if gallery else []
    return [one.id for one in await reads.galleries(subscription) if one.name.lower() == gallery]


async def find_records(images: Iterable[ManagedImage]) -> dict[str, Held | Problem]:
    """Read the records of images; a plan is also for who has not set up a storage account yet."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def look(image: ManagedImage) -> Held | Problem:
        migration_id = instance_id_for(image.id)
        async with limit:
            try:
                return await hold(migration_id)
            except RecordsMissingError:
                return Held(migration_id)
            except RecordUnreadableError as error:
                return Problem(field="sourceImageId", code="RecordUnreadable", message=str(error))

    found = list(images)
    return dict(zip((one.id for one in found), await asyncio.gather(*map(look, found)), strict=True))
