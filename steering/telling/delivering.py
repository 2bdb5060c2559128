"""One notice that an image owes, for whoever is about to send it: the record counts the attempt, and knows its links,
before anything is sent.
"""

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from typing import NamedTuple

from migration.approval.link import digest_of, new_token
from migration.asking.platform import own_addresses
from migration.asking.settings import Settings, SettingsInvalidError
from migration.promise.shown import SinceSoak
from migration.record.asked import asked_of
from migration.record.asking import claimed, told, told_nobody
from migration.record.image_record import OTHER_RUN, ImageRecord
from migration.record.notices import NO_QUESTION, Link, OwedNotice
from migration.record.run import Run
from migration.telling.messages import Message, compose_decision, compose_end, compose_postponed, compose_question
from migration.telling.receivers import Address, audience
from migration.values.answer import Refusal
from migration.values.occasion import ASKS, ENDS, Occasion
from notifying.addresses import why_wrong, wrong_addresses, wrong_links
from records.runs import run_of_number
from records.store import Held
from steering.gathering.soaked import since_soak
from steering.runs.changing import change_record, change_run

_LOG = logging.getLogger(__name__)
SOAK_SECONDS = 10.0  # in which it is read what happened since a soak began: a digest holds many messages


class Delivery(NamedTuple):
    """An attempt that counts already: of which notice, and what is to be sent to whom."""

    held: Held
    notice: OwedNotice
    messages: dict[Address, Message]

    async def note(self, reached: Collection[Address]) -> None:
        """Write down who was reached: in whichever run owes the notice by now."""
        missed = len(self.messages) - len(reached)
        if missed:
            _LOG.warning("%s: %d notifications (%s) not sent", self.held.migration_id, missed, self.notice.occasion)
        receivers = [address.receiver for address in reached]

        def noted(record: ImageRecord | None) -> ImageRecord | Refusal:
            if record is None or record.run is None:
                return OTHER_RUN
            return record.with_run(told(record.run, self.notice, receivers, missed, datetime.now(UTC)))

        await change_record(self.held, noted)


def due_notice(held: Held) -> OwedNotice | None:
    """Return what is to be sent of an image now, of whichever of its runs."""
    now = datetime.now(UTC)
    return next((one for one in held.run.all_owed if one.is_due(now)), None) if held.run else None


async def prepare(held: Held, notice: OwedNotice, current: Settings) -> Delivery | None:
    """Count an attempt to tell all who have not had a notice; None where nobody is, or somebody else is about to.

    Raises SettingsInvalidError while nobody knows whom to tell: that is no attempt.
    """
    run = held.run
    if run is None:
        return None
    addresses = _still_to_be_told(notice, current)
    if not addresses:
        await change_run(held, run.id, lambda known: told_nobody(known, notice, datetime.now(UTC)))
        return None
    tokens = [new_token() for _ in addresses]
    attempt = await _claim(held, run, notice, _links(run, notice, addresses, tokens))
    if attempt is None or held.run is None:
        return None
    messages = await _messages(held, held.run, attempt, tokens, current)
    about = attempt.changed(run=attempt.run or run.number)
    return Delivery(held, about, dict(zip(addresses, messages, strict=False)))


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
    asked = asked_of(held.migration_id, about) if about else None
    since = await since_soak(asked, SOAK_SECONDS) if asked and urls and notice.occasion in ASKS else None
    messages = [_composed(held.migration_id, about, notice, url, since) for url in urls] if about else []
    if not all(messages):
        _LOG.warning("%s: nothing is known any more to tell of (%s)", held.migration_id, notice.occasion)
    return [message for message in messages if message]


def _composed(migration_id: str, run: Run, notice: OwedNotice, url: str, since: SinceSoak | None) -> Message | None:
    if notice.occasion in ENDS:
        return compose_end(run, url, is_latest=notice.run is None)
    if notice.occasion is Occasion.POSTPONED:
        return compose_postponed(migration_id, run, url)
    asked = asked_of(migration_id, run)
    if asked is None:
        return None
    return (
        compose_question(notice.occasion, asked, url, since)
        if notice.occasion in ASKS
        else compose_decision(asked, url)
    )


def approval_url(migration_id: str, token: str, current: Settings) -> str:
    """Return the address of a link. The secret is in the query: the host writes the paths of requests into logs."""
    address = next(iter(own_addresses(current)), "https://localhost")
    return f"{address.rstrip('/')}/api/approvals/{migration_id}?token={token}"
