"""Finds the fleet that a request names, and says how it is told. Nothing of it is changed here."""

import azure.functions as func

from migration.fleet.fleet import is_fleet_id
from records.fleets.held import HeldFleet, hold_fleet
from triggers.answering.responding import HttpProblemError


async def find_fleet(req: func.HttpRequest) -> HeldFleet:
    """Return the fleet a request names; HttpProblemError 404 for none."""
    fleet_id = req.route_params["id"]
    held = await hold_fleet(fleet_id) if is_fleet_id(fleet_id) else None
    if held is None:
        raise HttpProblemError(404, "Not found", f"There is no fleet '{fleet_id}'.", code="NoFleet")
    return held
