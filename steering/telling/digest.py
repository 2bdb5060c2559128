"""A digest: what all images owe is told by one message for each receiver, each so often (`MIGRATION_NOTIFY_DIGEST`)."""

import asyncio
import logging

from migration.asking.settings import Settings
from migration.telling.digest import MOST_IN_ONE, compose_digest
from migration.telling.receivers import Address
from notifying.sending import send
from records.errors import RecordUnreadableError
from records.store import hold, unfinished
from steering.telling.delivering import Delivery, due_notice, prepare

_LOG = logging.getLogger(__name__)


async def send_digest(current: Settings) -> None:
    """Tell everybody what is due of every image. Whoever cannot be reached is told with the next digest.

    Raises SettingsInvalidError while nobody knows whom to tell.
    """
    deliveries: list[Delivery] = []
    for migration_id in await unfinished():
        try:
            deliveries += await _due_of(migration_id, current)
        except RecordUnreadableError as error:
            _LOG.warning("not told of: %s", error)
    to_tell = {address: None for delivery in deliveries for address in delivery.messages}
    reached = await asyncio.gather(*(_told(address, deliveries) for address in to_tell))
    for delivery in deliveries:
        own = (delivery.held.migration_id, delivery.notice)
        known = [address for address, told in zip(to_tell, reached, strict=True) if own in told]
        await delivery.note(known)


async def _due_of(migration_id: str, current: Settings) -> list[Delivery]:
    held, found = await hold(migration_id), []
    while (notice := due_notice(held)) is not None:
        delivery = await prepare(held, notice, current)
        if delivery is None:
            break
        found.append(delivery)
    return found


async def _told(address: Address, deliveries: list[Delivery]) -> list[tuple[str, object]]:
    """Return of which notices a receiver has been told, by as few messages as have room for them."""
    own = [delivery for delivery in deliveries if address in delivery.messages]
    told: list[tuple[str, object]] = []
    for begin in range(0, len(own), MOST_IN_ONE):
        part = own[begin : begin + MOST_IN_ONE]
        entries = [(delivery.notice.occasion, delivery.messages[address]) for delivery in part]
        if (await send(address, compose_digest(entries))).reached:
            told += [(delivery.held.migration_id, delivery.notice) for delivery in part]
    return told
