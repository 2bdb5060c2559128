"""Tells people what the record owes them: a question with a link for each of them, a decision, how it ended.

The record holds a link before it is sent, and what is still owed after. It never fails, and takes its time to no end.
"""

import asyncio
import logging
import os
from datetime import UTC, datetime, timedelta
from functools import partial

from activities.admitting import StepInput, Turn
from migration.approval.admission import anyone_named
from migration.approval.link import digest_of, new_token
from migration.asking.settings import Settings, SettingsInvalidError, settings
from migration.record.admitting import finished
from migration.record.asked import Asked, asked_of
from migration.record.asking import linked, told
from migration.record.run import Link, OwedNotice, Run
from migration.telling.messages import Message, compose_decision, compose_end, compose_question
from migration.telling.receivers import Address, audience
from migration.values.occasion import ASKS, Occasion

_LOG = logging.getLogger(__name__)
PAUSES = (timedelta(minutes=1), timedelta(minutes=5))
LONGEST_SECONDS = 30.0


async def send_notifications(turn: Turn[StepInput]) -> None:
    """Send what is due; a run that ends has been told of then, whoever was missed."""
    for notice in _due(turn.run, datetime.now(UTC)):
        missed = await _tell(turn, notice)
        await turn.move(partial(_told, notice=notice, missed=missed))
    await turn.move(finished)


def _told(run: Run, notice: OwedNotice, missed: list[str] | None) -> Run:
    return told(run, notice, missed, datetime.now(UTC), PAUSES)


def _due(run: Run, now: datetime) -> list[OwedNotice]:
    return [notice for notice in run.owed if notice.due_at <= now]


async def _tell(turn: Turn[StepInput], notice: OwedNotice) -> list[str] | None:
    """Send one notice to all it is for, at the same time; returns the receivers who did not get it, None if nobody
    can be told.
    """
    try:
        current = settings()
    except SettingsInvalidError as error:
        _LOG.warning("%s: nobody can be told: %s", turn.said.migration_id, error)
        return None
    addresses = [one for one in audience(notice.occasion, current) if notice.to is None or one.receiver in notice.to]
    asked = asked_of(turn.said.migration_id, turn.run)
    if notice.occasion in ASKS and (asked is None or not asked.is_open):
        return []
    messages = await _questions(turn, notice, asked, addresses, current) if notice.occasion in ASKS and asked else []
    if not messages:
        message = (compose_decision(asked) if asked and notice.occasion is Occasion.DECIDED else None) or compose_end(
            turn.run
        )
        messages = [message] * len(addresses)
    sent = await asyncio.gather(*map(_send, addresses, messages))
    missed = [address.receiver for address, went in zip(addresses, sent, strict=True) if not went]
    if missed:
        _LOG.warning("%s: %d notifications (%s) not sent", turn.said.migration_id, len(missed), notice.occasion)
    return missed


async def _questions(
    turn: Turn[StepInput], notice: OwedNotice, asked: Asked, addresses: list[Address], current: Settings
) -> list[Message]:
    """Return a message with a link of its own for each receiver; the record knows the links before anyone has them."""
    tokens = [new_token() for _ in addresses]
    links = [
        Link(token=digest_of(token), question=asked.question.id, receiver=address.receiver, name=address.name)
        for token, address in zip(tokens, addresses, strict=True)
    ]
    await turn.move(lambda run: linked(run, links))
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
    address = current.public_url or f"https://{os.environ.get('WEBSITE_HOSTNAME', 'localhost')}"
    return f"{address.rstrip('/')}/api/approvals/{migration_id}?token={token}"
