"""A digest: what all images owe is told by one message for each receiver, each so often (`MIGRATION_NOTIFY_DIGEST`).

Images are taken some at a time: of each lot attempts are counted, messages sent, and whom they reached written down, so
that nothing that goes wrong costs others more than what it is about.
"""

import asyncio
import logging
from collections.abc import Iterable
from itertools import batched, islice

from migration.asking.settings import Settings, SettingsInvalidError
from migration.telling.digest import MOST_IN_ONE, Entry, compose_digest, parted
from migration.telling.receivers import Address
from notifying.sending import send
from notifying.services import longest_body
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.store import hold, unfinished
from steering.telling.by_fleets import ToldByFleets
from steering.telling.delivering import Delivery, due_notice, prepare

_LOG = logging.getLogger(__name__)
_OF_ONE_IMAGE = (RecordsUnavailableError, RecordUnreadableError, SettingsInvalidError)


async def send_digest(current: Settings) -> None:
    """Tell everybody what is due of every image. Whoever cannot be reached is told with the next digest."""
    by_fleets = ToldByFleets()
    await send_digest_of([one for one in await unfinished() if await _owes(one, by_fleets)], current)


async def send_digest_of(owing: Iterable[str], current: Settings) -> bool:
    """Tell everybody what is due of these images; tells whether nobody was missed."""
    everybody = True
    for lot in batched(owing, MOST_IN_ONE, strict=False):
        due = [delivery for migration_id in lot for delivery in await _due_of(migration_id, current)]
        everybody &= await _tell(due)
    return everybody


async def _owes(migration_id: str, by_fleets: ToldByFleets) -> bool:
    try:
        held = await hold(migration_id)
        return due_notice(held) is not None and not await by_fleets.holds(held)
    except _OF_ONE_IMAGE as error:
        _LOG.warning("%s: not told of with this digest: %s", migration_id, error)
        return False


async def _due_of(migration_id: str, current: Settings) -> list[Delivery]:
    """Count an attempt of each notice that is due of an image; what cannot be counted is not sent."""
    found: list[Delivery] = []
    try:
        held = await hold(migration_id)
        while (notice := due_notice(held)) is not None:
            delivery = await prepare(held, notice, current)
            if delivery is None:
                break
            found.append(delivery)
    except _OF_ONE_IMAGE as error:
        _LOG.warning("%s: not told of with this digest: %s", migration_id, error)
    return found


async def _tell(deliveries: list[Delivery]) -> bool:
    """Send a lot at once, and write down for each notice who had it; tells whether nobody was missed."""
    reached: list[list[Address]] = [[] for _ in deliveries]
    addresses = dict.fromkeys(address for delivery in deliveries for address in delivery.messages)

    async def sent(address: Address, numbers: list[int], entries: list[Entry]) -> None:
        if (await send(address, compose_digest(entries))).reached:
            for number in numbers:
                reached[number].append(address)

    await asyncio.gather(*(sent(address, *part) for address in addresses for part in _parts(address, deliveries)))
    for delivery, receivers in zip(deliveries, reached, strict=True):
        try:
            await delivery.note(receivers)
        except RecordsUnavailableError as error:
            _LOG.warning("%s: who was told is not written down: %s", delivery.held.migration_id, error)
    return all(len(had) == len(one.messages) for had, one in zip(reached, deliveries, strict=True))


def _parts(address: Address, deliveries: list[Delivery]) -> list[tuple[list[int], list[Entry]]]:
    """Return what a receiver is told, as few messages as it takes: the numbers of the deliveries, and their entries."""
    own = [number for number, delivery in enumerate(deliveries) if address in delivery.messages]
    entries = [Entry(deliveries[number].notice.occasion, deliveries[number].messages[address]) for number in own]
    numbers = iter(own)
    return [(list(islice(numbers, len(part))), part) for part in parted(entries, longest_body(address.url))]
