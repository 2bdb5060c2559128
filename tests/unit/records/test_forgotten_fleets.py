"""Fleets that were over long ago leave the table, with their images' rows and their links; others stay whole."""

from datetime import UTC, datetime, timedelta

import pytest

from migration.fleet.fleet import Fleet, FleetStage, FleetTerms
from migration.fleet.order import FleetOrder
from migration.fleet.told import FleetLink, FleetTold
from records.fleets.held import hold_fleet, write_fleet
from records.fleets.members import members_of
from records.fleets.told import HeldTold, change_told, find_link, hold_told, write_link
from steering.fleets.forgetting import forget_fleets
from tests.support.samples import NOW, SOURCE

pytestmark = pytest.mark.usefixtures("storage")
RETENTION = timedelta(days=90)
MEMBERS = FleetOrder.parse({"rows": [{"request": {"sourceImageId": f"{SOURCE}{n}"}} for n in range(60)]}).members


async def written(letter: str, over_at: datetime | None) -> str:
    """Write a fleet, how far people were told of it, and a link of it; returns its id."""
    own = f"fleet-{letter * 32}"
    stage = FleetStage.OVER if over_at else FleetStage.RUNNING
    begun = Fleet(
        id=own, terms=FleetTerms(), size=60, requested_by="Ada", created_at=NOW, stage=stage, at=NOW, over_at=over_at
    )
    await write_fleet(begun, MEMBERS)
    told = FleetTold(fleet=own, at=NOW, covers=NOW)
    await change_told(HeldTold(told, None), lambda known: known.changed(ended=True))
    await write_link(own, FleetLink(token="a" * 64, receiver="ada", name="Ada", covers=NOW))
    return own


async def rows_left(fleet: str) -> tuple[bool, int, bool, bool]:
    members = [one async for one in members_of(fleet)]
    found = await hold_fleet(fleet), await hold_told(fleet), await find_link(fleet, "a" * 64)
    return found[0] is not None, len(members), found[1] is not None, found[2] is not None


async def test_what_was_over_longer_ago_than_the_retention_leaves_nothing_behind():
    now = datetime.now(UTC)
    old = await written("a", now - RETENTION - timedelta(minutes=1))
    lately = await written("b", now - RETENTION + timedelta(minutes=1))
    running = await written("c", None)
    assert await forget_fleets(RETENTION) == 1
    assert await rows_left(old) == (False, 0, False, False)
    assert await rows_left(lately) == await rows_left(running) == (True, 60, True, True)
    assert await forget_fleets(RETENTION) == 0
