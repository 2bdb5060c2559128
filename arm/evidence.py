"""Reads what the promise depends on: the source, the version in every region, who uses the source, its locks."""

from datetime import UTC, datetime

from arm.consumers import find_consumers
from arm.images import get_image
from arm.locks import find_locks
from arm.versions import get_version
from migration.promise import Evidence


async def gather_evidence(source_image_id: str, image_version_id: str) -> Evidence:
    """Read it all now. Raises ArmError where something cannot be read: then nothing may be concluded."""
    image = await get_image(source_image_id)
    return Evidence(
        image=image,
        version=await get_version(image_version_id, with_replication=True),
        consumers=await find_consumers(source_image_id) if image else [],
        locks=await find_locks(source_image_id) if image else [],
        read_at=datetime.now(UTC),
    )
