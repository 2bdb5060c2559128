"""Reads what the promise depends on. What is slow comes first; version and source come last, nearest to the deed."""

from datetime import UTC, datetime

from arm.consumers import find_consumers
from arm.errors import UsersNotVisibleError
from arm.images import find_image
from arm.locks import find_locks
from arm.mentions import find_mentions
from arm.versions import find_version
from migration.approval.copy_identity import CopyIdentity
from migration.promise.promise import Consumer, Evidence
from migration.resources.lock import Lock
from migration.values.answer import Refusal
from migration.values.ids import same_id


async def find_uses(
    source_image_id: str, copied: CopyIdentity, not_before: datetime
) -> tuple[list[Consumer], list[Lock]]:
    """Return who needs the source, besides its copy, and what locks it.

    Raises UsersNotVisibleError where some of them may be hidden.
    """
    consumers = await find_consumers(source_image_id, not_before)
    others = [consumer for consumer in consumers if not same_id(consumer.id, copied.image_version_id)]
    return others, await find_locks(source_image_id)


async def gather_evidence(source_image_id: str, copied: CopyIdentity, not_before: datetime) -> Evidence:
    """Read it all; who uses the source may come from a listing begun since `not_before`.

    Raises ArmError where something cannot be read: then nothing may be concluded. That users are hidden is shown.
    """
    hidden: Refusal | None = None
    try:
        consumers, locks = await find_uses(source_image_id, copied, not_before)
    except UsersNotVisibleError as error:
        hidden = Refusal(code=error.code, message=error.message)
        consumers, locks = [], await find_locks(source_image_id)
    mentions = await find_mentions(source_image_id)
    evidence = await with_copy(source_image_id, copied, consumers, locks)
    return evidence.model_copy(update={"mentions": mentions, "hidden": hidden})


async def with_copy(
    source_image_id: str, copied: CopyIdentity, consumers: list[Consumer], locks: list[Lock]
) -> Evidence:
    """Read the version and, last of all, the source itself."""
    version = await find_version(copied.image_version_id)
    image = await find_image(source_image_id)
    return Evidence(image=image, version=version, consumers=consumers, locks=locks, read_at=datetime.now(UTC))
