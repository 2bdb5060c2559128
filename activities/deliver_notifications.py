"""Tells people what the record owes them, each with a link of their own: a question, a decision, how it ended.

The record counts an attempt, and knows its links, before anything is sent. No receiver's trouble makes it fail, and it
takes its time to no end.
"""

import asyncio
import logging
from datetime import UTC, datetime

from migration.approval.link import digest_of, new_token
from migration.asking.platform import own_addresses
from migration.asking.reading import settings
from migration.asking.settings import Settings, SettingsInvalidError
from migration.course.steps import Delivered, Image
from migration.record.asked import asked_of
from migration.record.asking import claimed, told
from migration.record.image_record import OTHER_RUN, ImageRecord
from migration.record.notices import NO_QUESTION, Link, OwedNotice, seconds_until_due
from migration.record.run import Run
from migration.telling.messages import Message, compose_decision, compose_end, compose_question
from migration.telling.receivers import Address, audience
from migration.values.answer import Refusal
from migration.values.occasion import ASKS, ENDS
from notifying.addresses import why_wrong, wrong_addresses, wrong_links
from notifying.sending import send
from records.runs import run_of_number
from records.store import Held, hold
from steering.runs.changing import change_record, change_run

_LOG = logging.getLogger(__name__)


async def deliver_notifications(image: Image) -> Delivered:
    """Send one notice that is due of an image, of whichever of its runs, and say when the next one is.

    Raises SettingsInvalidError while nobody knows whom to tell: that is no attempt.
    """
    current, held = settings(), await hold(image.migration_id)
    run, now = held.run, datetime.now(UTC)
    notice = next((one for one in run.all_owed if one.is_due(now)), None) if run else None
    if run is not None and notice is not None:
        await _tell(held, run, notice, current)
    return Delivered(seconds=seconds_until_due(held.run.all_owed, datetime.now(UTC)) if held.run else None)


async def _tell(held: Held, run: Run, notice: OwedNotice, current: Settings) -> None:
    """Send a notice to all who have not had it, at the same time, unless somebody else is about to."""
    addresses = _still_to_be_told(notice, current)
    tokens = [new_token() for _ in addresses]
    attempt = await _claim(held, run, notice, _links(run, notice, addresses, tokens))
    if attempt is None or held.run is None:
        return
    messages = await _messages(held, held.run, attempt, tokens, current)
    sent = await asyncio.gather(*map(send, addresses, messages))
    reached = [address.receiver for address, one in zip(addresses, sent, strict=False) if one.reached]
    missed = len(sent) - len(reached)
    if missed:
        _LOG.warning("%s: %d notifications (%s) not sent", held.migration_id, missed, notice.occasion)
    about = attempt.changed(run=attempt.run or run.number)

    def noted(record: ImageRecord | None) -> ImageRecord | Refusal:
        """Whichever run owes it by now."""
        if record is None or record.run is None:
            return OTHER_RUN
        return record.with_run(told(record.run, about, reached, missed, datetime.now(UTC)))

    await change_record(held, noted)


def _still_to_be_told(notice: OwedNotice, current: Settings) -> list[Address]:
    """Return who has not had a notice; raises SettingsInvalidError where no address is right, or no link could be
    followed. Beside others that are right, a wrong one is a receiver who is missed.
    """
    everyone = audience(notice.occasion, current)
    wrong = wrong_links(current)
    if everyone and all(map(why_wrong, everyone)):
        wrong = wrong_addresses(current)
    if wrong:
        raise SettingsInvalidError(wrong)
    return [one for one in everyone if one.receiver not in notice.reached]


async def _claim(held: Held, run: Run, notice: OwedNotice, links: list[Link]) -> OwedNotice | None:
    """Return the attempt that is to be made now; None where there is none."""
    now = datetime.now(UTC)
    change = await change_run(held, run.id, lambda known: claimed(known, notice, links, now))
    if isinstance(change, Refusal) or change.run is None:
        return None
    return next((one for one in change.run.all_owed if one == notice.claimed(now)), None)


def _links(run: Run, notice: OwedNotice, addresses: list[Address], tokens: list[str]) -> list[Link]:
    """Return a link of its own for each receiver: to the question, or to how the migration stands."""
    asks = run.question.id if notice.occasion in ASKS and run.question else NO_QUESTION
    return [
        Link(token=digest_of(token), question=asks, receiver=address.receiver, name=address.name)
        for token, address in zip(tokens, addresses, strict=True)
    ]


async def _messages(held: Held, run: Run, notice: OwedNotice, tokens: list[str], current: Settings) -> list[Message]:
    """Return a message for each token; none where there is nothing to tell any more."""
    about = run if notice.run is None else await run_of_number(held.migration_id, notice.run)
    urls = [approval_url(held.migration_id, token, current) for token in tokens]
    messages = [_composed(held.migration_id, about, notice, url) for url in urls] if about else []
    if not all(messages):
        _LOG.warning("%s: nothing is known any more to tell of (%s)", held.migration_id, notice.occasion)
    return [message for message in messages if message]


def _composed(migration_id: str, run: Run, notice: OwedNotice, url: str) -> Message | None:
    if notice.occasion in ENDS:
        return compose_end(run, url, is_latest=notice.run is None)
    asked = asked_of(migration_id, run)
    if asked is None:
        return None
    return compose_question(notice.occasion, asked, url) if notice.occasion in ASKS else compose_decision(asked, url)


def approval_url(migration_id: str, token: str, current: Settings) -> str:
    """Return the address of a link. The secret is in the query: the host writes the paths of requests into logs."""
    address = next(iter(own_addresses(current)), "https://localhost")
    return f"{address.rstrip('/')}/api/approvals/{migration_id}?token={token}"
