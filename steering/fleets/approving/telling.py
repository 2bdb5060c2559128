"""Tells people of a fleet: one message when it asks, one a day, one at its end, instead of three for each image.

A message tells of all that came to be until then: what the records of the images owe of that is settled with it.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime

from migration.approval.link import digest_of, new_token
from migration.asking.platform import own_addresses
from migration.asking.settings import Settings, SettingsInvalidError
from migration.fleet.fleet import Fleet, FleetApproval
from migration.fleet.told import FleetLink, FleetNotice, FleetOccasion, FleetTold, begun_again, claimed, owing, sent
from migration.telling.of_fleets.due import A_DAY, covers, is_over, occasion_due
from migration.telling.of_fleets.messages import compose_fleet
from migration.telling.of_fleets.standing import FleetStand
from migration.telling.receivers import Address, audience
from migration.values.occasion import Occasion
from notifying.addresses import wrong_links
from notifying.sending import send
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.fleets.held import every_fleet
from records.fleets.told import HeldTold, change_told, hold_told, write_link
from steering.fleets.approving.settling import send_what_is_owed, settle
from steering.fleets.standing import stand_of

_LOG = logging.getLogger(__name__)


async def tell_fleets(settings: Settings) -> None:
    """Tell people of all fleets that have something to tell; what is wrong with one keeps no other from being told."""
    async for fleet in every_fleet():
        try:
            held = await hold_told(fleet.id)
            stand = await stand_of(fleet) if held is None or not held.told.is_done or fleet.over_at is None else None
        except RecordsUnavailableError as error:
            _LOG.warning("%s: nobody is told of it for now: %s", fleet.id, error)
            if isinstance(error, RecordUnreadableError):
                await _leave_to_images(fleet)
            continue
        if stand is not None:
            await tell_if_possible(stand, settings)


async def tell_if_possible(stand: FleetStand, settings: Settings) -> None:
    """Send what is due of a fleet as it stands, for whoever has other things to do: the clock tries again."""
    try:
        await tell_fleet(stand, settings)
    except (RecordsUnavailableError, RecordUnreadableError, SettingsInvalidError) as error:
        _LOG.warning("%s: nobody is told of it for now: %s", stand.fleet.id, error)


async def tell_fleet(stand: FleetStand, settings: Settings) -> None:
    """Send what is due of a fleet as it stands, once whoever calls how often, and settle what it has told of.

    Raises SettingsInvalidError where no link could be followed: that is no attempt.
    """
    if wrong := wrong_links(settings):
        raise SettingsInvalidError(wrong)
    now, fleet = datetime.now(UTC), stand.fleet
    held = await _told_of(fleet)
    if not is_over(stand):
        await change_told(held, begun_again)
    notice = await _claim(held, stand, settings, now)
    if notice is not None:
        await _send(held, notice, stand, settings)
    if held.told.owed is None and not held.told.settled and await _has_settled(stand, held.told):
        await change_told(held, lambda told: told.changed(settled=True))


async def _told_of(fleet: Fleet) -> HeldTold:
    begun = FleetTold(fleet=fleet.id, at=fleet.created_at, covers=fleet.created_at)
    return await hold_told(fleet.id) or HeldTold(begun, None)


async def _leave_to_images(fleet: Fleet) -> None:
    """Have people told of its images one by one, as after its end, until it can be read again: no question is lost."""
    with suppress(RecordsUnavailableError):
        held = await _told_of(fleet)
        await change_told(held, lambda told: told.changed(ended=True, settled=True, owed=None))


async def _claim(held: HeldTold, stand: FleetStand, settings: Settings, now: datetime) -> FleetNotice | None:
    """Return the message of which an attempt is to be made now, by this caller alone; None where there is none."""
    seen, owed = held.told, held.told.owed
    if owed is not None:
        is_ours = now >= owed.due_at and await change_told(held, lambda told: claimed(told, owed, now))
    else:
        rhythm = settings.notify_digest or A_DAY
        occasion = occasion_due(stand, seen, now, rhythm, settings.approval_escalation)
        if occasion is None:
            return None
        begun = owing(seen, occasion, covers(stand, seen), now)
        is_ours = await change_told(held, lambda told: begun if told == seen else told)
    return held.told.owed if is_ours else None


async def _send(held: HeldTold, notice: FleetNotice, stand: FleetStand, settings: Settings) -> None:
    """Make an attempt: to everybody who has not had it, at the same time, each with a link of their own."""
    everyone = _audience(notice.occasion, settings)
    wanted = [one for one in everyone if one.receiver not in notice.reached]
    if stand.fleet.terms.approval is FleetApproval.EACH and notice.occasion is not FleetOccasion.ENDED:
        everybody = await send_what_is_owed(stand, settings)  # each image's own links, in as few messages as have room
        await change_told(held, lambda known: sent(known, notice, [], everybody=everybody))
        return
    told = await asyncio.gather(*(_send_to(address, held.told, notice, stand, settings) for address in wanted))
    reached = [address.receiver for address, is_reached in zip(wanted, told, strict=True) if is_reached]
    missed = len(wanted) - len(reached)
    if missed:
        _LOG.warning("%s: %d messages (%s) not sent", stand.fleet.id, missed, notice.occasion)
    await change_told(held, lambda known: sent(known, notice, reached, everybody=missed == 0))


async def _has_settled(stand: FleetStand, told: FleetTold) -> bool:
    """Settle what the records owe of which a message has told; of images that people are told of each by itself, only
    once the message of the end has told of all of them.
    """
    tells_of_all = stand.fleet.terms.approval is FleetApproval.FLEET or told.ended
    return await settle(stand, told) if tells_of_all else True


def _audience(occasion: FleetOccasion, settings: Settings) -> list[Address]:
    escalates = occasion is FleetOccasion.ESCALATES
    return audience(Occasion.ESCALATION if escalates else Occasion.APPROVAL_NEEDED, settings)


async def _send_to(
    address: Address, told: FleetTold, notice: FleetNotice, stand: FleetStand, settings: Settings
) -> bool:
    """Send one message; the link in it is kept before it is sent, as its digest."""
    own = next(iter(own_addresses(settings)), "https://localhost").rstrip("/")
    page = None
    if stand.fleet.terms.approval is FleetApproval.FLEET:
        token = new_token()
        link = FleetLink(
            token=digest_of(token), receiver=address.receiver, name=address.name, covers=covers(stand, told)
        )
        await write_link(stand.fleet.id, link)
        page = f"{own}/api/fleet-approvals/{stand.fleet.id}?token={token}"
    message = compose_fleet(notice.occasion, stand, page, f"{own}/api/fleets/{stand.fleet.id}/results")
    return (await send(address, message)).reached
