"""Opens the links that were sent for a fleet: to whom one went, and which questions it is about. Decides nothing."""

from migration.approval.link import digest_of
from migration.asking.settings import Settings
from migration.fleet.fleet import Fleet, is_fleet_id
from migration.fleet.told import FleetLink
from migration.telling.receivers import is_receiver
from migration.values.lengths import LONGEST_TOKEN
from records.fleets.held import hold_fleet
from records.fleets.told import find_link


async def opened_link(fleet_id: str, token: str) -> tuple[Fleet, FleetLink] | None:
    """Return the fleet and the link with this token; None for one that was never sent, or whose fleet is gone."""
    if not is_fleet_id(fleet_id) or not 0 < len(token) <= LONGEST_TOKEN:
        return None
    link = await find_link(fleet_id, digest_of(token))
    held = await hold_fleet(fleet_id) if link is not None else None
    return (held.fleet, link) if held is not None and link is not None else None


def is_taken_back(link: FleetLink, settings: Settings) -> bool:
    """Tell whether its receiver is told nothing any more: then it opens nothing either."""
    return not is_receiver(link.receiver, settings)
