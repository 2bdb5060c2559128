"""Tells people what the record owes them: a question with a link for each of them, a decision, how it ended.

The record holds a link before it is sent, and what is still owed after. It never fails, and takes its time to no end.
"""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial

from migration.approval.admission import anyone_named
from migration.approval.link import digest_of, new_token
from migration.asking.platform import own_addresses
from migration.asking.settings import Settings, SettingsInvalidError, settings
from migration.record.asked import Asked, asked_of
from migration.record.asking import linked, told
from migration.record.image_record import OTHER_RUN, ImageRecord
from migration.record.notices import OwedNotice, seconds_until_due
from migration.record.run import Link, Run
from migration.telling.messages import Message, compose_decision, compose_end, compose_question
from migration.telling.receivers import Address, audience
from migration.values.answer import Refusal
from migration.values.occasion import ASKS, Occasion
from migration.values.record import Record
from records.runs import run_of_number
from records.store import Held, hold
from steering.runs.changing import change_record, change_run

_LOG = logging.getLogger(__name__)
LONGEST_SECONDS = 30.0


class Image(Record):
    """Of which image people are told, by the id of its migrations."""

    migration_id: str


class Delivered(Record):
    """In how many seconds something is due again; None where nothing is owed."""

    seconds: float | None = None


async def deliver_notifications(image: Image) -> Delivered:
    """Send what is due of an image, of whichever of its runs."""
    held = await hold(image.migration_id)
    for notice in _due(held, datetime.now(UTC)):
        missed = await _tell(held, notice)
        await change_record(held, partial(_note_told, notice=notice, missed=missed))
    return Delivered(seconds=seconds_until_due(held.run.owed, datetime.now(UTC)) if held.run else None)


def _due(held: Held, now: datetime) -> list[OwedNotice]:
    return [notice for notice in held.run.owed if notice.due_at <= now] if held.run else []


def _note_told(record: ImageRecord | None, notice: OwedNotice, missed: list[str] | None) -> ImageRecord | Refusal:
    """Note it in the run that owes it by now, which may be the one after."""
    if record is None or record.run is None:
        return OTHER_RUN
    return record.with_run(told(record.run, notice, missed, datetime.now(UTC)))


async def _tell(held: Held, notice: OwedNotice) -> list[str] | None:
    """Send one notice to all it is for, at the same time; returns the receivers who did not get it, None if nobody
    can be told.
    """
    try:
        current = settings()
    except SettingsInvalidError as error:
        _LOG.warning("%s: nobody can be told: %s", held.migration_id, error)
        return None
    addresses = [one for one in audience(notice.occasion, current) if notice.to is None or one.receiver in notice.to]
    messages = await _messages(held, notice, addresses, current)
    sent = await asyncio.gather(*map(_send, addresses, messages)) if messages else []
    missed = [address.receiver for address, went in zip(addresses, sent, strict=False) if not went]
    if missed:
        _LOG.warning("%s: %d notifications (%s) not sent", held.migration_id, len(missed), notice.occasion)
    return missed


async def _messages(held: Held, notice: OwedNotice, addresses: list[Address], current: Settings) -> list[Message]:
    """Return a message for each address; none where there is nothing to tell any more."""
    run = await _run_of(held, notice)
    asked = asked_of(held.migration_id, run)
    if run is None:
        return []
    if notice.occasion in ASKS:
        asks = asked is not None and asked.is_open and run is held.run
        return await _questions(held, notice, asked, addresses, current) if asked and asks else []
    message = compose_decision(asked) if asked and notice.occasion is Occasion.DECIDED else None
    if message is None and run.is_live:
        return []
    return [message or compose_end(run)] * len(addresses)


async def _run_of(held: Held, notice: OwedNotice) -> Run | None:
    """Return the run that a notice is about: the one that owes it, or an earlier one, which is kept."""
    run = held.run
    if run is None or notice.run in {None, run.number}:
        return run
    return await run_of_number(held.migration_id, notice.run or 0)


async def _questions(
    held: Held, notice: OwedNotice, asked: Asked, addresses: list[Address], current: Settings
) -> list[Message]:
    """Return a message with a link of its own for each receiver; the record knows the links before anyone has them."""
    tokens = [new_token() for _ in addresses]
    links = [
        Link(token=digest_of(token), question=asked.question.id, receiver=address.receiver, name=address.name)
        for token, address in zip(tokens, addresses, strict=True)
    ]
    if isinstance(await change_run(held, asked.run.id, lambda run: linked(run, links)), Refusal):
        return []
    anyone = anyone_named(current)
    return [
        compose_question(notice.occasion, asked, approval_url(asked.migration_id, token, current), anyone_named=anyone)
        for token in tokens
    ]


async def _send(address: Address, message: Message) -> bool:
    """Send in the form the receiver shows best: plain text, or Markdown, which apprise turns into HTML for mail."""
    from apprise import Apprise, NotifyFormat

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it says of an address would show its secrets
    sender = Apprise()
    try:
        if not sender.add(address.url):
            return False
        plain = sender[0].resolve_format() == NotifyFormat.TEXT
        body = message.text() if plain else message.markdown()
        body_format = NotifyFormat.TEXT if plain else NotifyFormat.MARKDOWN
        async with asyncio.timeout(LONGEST_SECONDS):
            return bool(await sender.async_notify(title=message.title, body=body, body_format=body_format))
    except Exception as error:  # noqa: BLE001 - a plug-in may raise anything, and no notification stops a migration
        _LOG.warning("a notification failed: %s", type(error).__name__)
        return False


def approval_url(migration_id: str, token: str, current: Settings) -> str:
    """Return the address of a link. The secret is in the query: the host writes the paths of requests into logs."""
    address = next(iter(own_addresses(current)), "https://localhost")
    return f"{address.rstrip('/')}/api/approvals/{migration_id}?token={token}"
