"""Forgets fleets that were over long ago: their rows, and the links that were sent. No record of an image goes."""

import logging
from datetime import UTC, datetime, timedelta

from records.fleets.held import every_fleet, forget_fleet
from records.fleets.members import forget_members
from records.fleets.told import forget_told

_LOG = logging.getLogger(__name__)


async def forget_fleets(retention: timedelta) -> int:
    """Forget what was over longer ago than that; returns how many. A fleet's own row goes last: it is found by that."""
    before = datetime.now(UTC) - retention
    old = [fleet.id async for fleet in every_fleet() if fleet.over_at is not None and fleet.over_at < before]
    for fleet_id in old:
        await forget_members(fleet_id)
        await forget_told(fleet_id)
        await forget_fleet(fleet_id)
        _LOG.info("%s is forgotten", fleet_id)
    return len(old)
