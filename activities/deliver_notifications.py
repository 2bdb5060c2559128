"""Tells people what the record owes them, each with a link of their own: a question, a decision, how it ended.

The record counts an attempt, and knows its links, before anything is sent. No receiver's trouble makes it fail, and it
takes its time to no end.
"""

import asyncio
from datetime import UTC, datetime

from migration.asking.reading import settings
from migration.asking.settings import Settings
from migration.course.steps import Delivered, Image
from migration.record.notices import OwedNotice, seconds_until_due
from notifying.sending import send
from records.store import Held, hold
from steering.telling.by_fleets import ToldByFleets
from steering.telling.delivering import due_notice, prepare


async def deliver_notifications(image: Image) -> Delivered:
    """Send one notice that is due of an image, of whichever of its runs, and say when the next one is.

    Raises SettingsInvalidError while nobody knows whom to tell: that is no attempt.
    """
    current, held = settings(), await hold(image.migration_id)
    if current.notify_digest:
        return Delivered()  # the clock tells what every image owes at once
    notice = due_notice(held)
    if notice is not None and await ToldByFleets().holds(held):
        return Delivered()  # one message tells of the whole fleet
    if notice is not None:
        await _tell(held, notice, current)
    return Delivered(seconds=seconds_until_due(held.run.all_owed, datetime.now(UTC)) if held.run else None)


async def _tell(held: Held, notice: OwedNotice, current: Settings) -> None:
    """Send a notice to all who have not had it, at the same time, unless somebody else is about to."""
    delivery = await prepare(held, notice, current)
    if delivery is None:
        return
    sent = await asyncio.gather(*(send(address, message) for address, message in delivery.messages.items()))
    await delivery.note([address for address, one in zip(delivery.messages, sent, strict=True) if one.reached])
