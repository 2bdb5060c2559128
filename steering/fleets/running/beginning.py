"""Begins fleets: images and row are written, then the orchestration is started; the clock makes good a lost one.

The id is drawn from what was ordered and by whom. So the same order, sent again because an answer was lost, is the same
fleet, however often it comes and wherever the one before it died.
"""

import hashlib
import logging
from contextlib import suppress
from datetime import UTC, datetime

from hub.task_hub import HubUnavailableError, TaskHub
from migration.course.starting import Requester
from migration.fleet.fleet import Fleet
from migration.fleet.order import FleetOrder
from records.errors import RecordsUnavailableError
from records.fleets.held import every_fleet, hold_fleet, write_fleet
from records.table import ChangedMeanwhileError

_LOG = logging.getLogger(__name__)


async def begin_fleet(hub: TaskHub, order: FleetOrder, requester: Requester) -> Fleet:
    """Return the fleet of an order, which is begun unless it is there already."""
    fleet = _fleet(order, requester, datetime.now(UTC))
    if await hold_fleet(fleet.id) is None:
        with suppress(ChangedMeanwhileError):  # by the same order, sent at the same time
            await write_fleet(fleet, order.members)
            _LOG.info("%s of %d images was begun by %s", fleet.id, fleet.size, fleet.by)
    held = await hold_fleet(fleet.id)
    if held is None:
        raise RecordsUnavailableError(f"the fleet {fleet.id} was not read as it was written")
    if held.fleet.over_at is None:
        await carry(hub, held.fleet)
    return held.fleet


async def carry(hub: TaskHub, fleet: Fleet) -> None:
    """Have a fleet's orchestration run; where the hub gives no answer, the clock starts it."""
    try:
        await hub.start_fleet(fleet.id)
    except HubUnavailableError as error:
        _LOG.warning("%s is begun, and to be started later: %s", fleet.id, error.status)


async def carry_all(hub: TaskHub) -> None:
    """Start the orchestrations of fleets that have none, and are not over."""
    async for fleet in every_fleet():
        if fleet.over_at is None:
            await carry(hub, fleet)


def _fleet(order: FleetOrder, requester: Requester, at: datetime) -> Fleet:
    return Fleet(
        id=_id_of(order, requester),
        name=order.name,
        terms=order.terms,
        size=len(order.rows),
        requested_by=requester.name,
        requester_ids=list(requester.ids),
        created_at=at,
        by=requester.name,
        at=at,
    )


def _id_of(order: FleetOrder, requester: Requester) -> str:
    digest = hashlib.sha256(order.model_dump_json().encode())
    digest.update("\n".join((requester.name, *requester.ids)).encode())
    return f"fleet-{digest.hexdigest()[:32]}"
