"""Fleets and their images in emulated table storage: written once, read in their order, changed by whoever saw last."""

import pytest

from migration.fleet.fleet import Fleet, FleetStage, FleetTerms
from migration.fleet.member import Member, MemberStage
from migration.fleet.order import FleetOrder
from migration.values.answer import Refusal
from records.errors import RecordUnreadableError
from records.fleets.held import change_fleet, every_fleet, hold_fleet, write_fleet
from records.fleets.members import members_of, write_member
from records.table import ChangedMeanwhileError, table
from tests.support.samples import NOW, SOURCE

pytestmark = pytest.mark.usefixtures("storage")
FLEET = Fleet(
    id=f"fleet-{'ab' * 16}",
    terms=FleetTerms(),
    size=3,
    requested_by="Ada",
    requester_ids=["ada"],
    created_at=NOW,
    by="Ada",
    at=NOW,
)
MEMBERS = FleetOrder.parse({"rows": [{"request": {"sourceImageId": f"{SOURCE}{n}"}} for n in range(120)]}).members


async def members(stage: MemberStage | None = None, after: int = 0) -> list[Member]:
    return [one async for one in members_of(FLEET.id, stage, after)]


async def test_a_fleet_is_read_as_it_was_written_with_its_images_in_their_order():
    await write_fleet(FLEET, MEMBERS)
    held = await hold_fleet(FLEET.id)
    assert held is not None
    assert (held.fleet, await members()) == (FLEET, MEMBERS)
    assert [one.number for one in await members(after=118)] == [119, 120]


async def test_images_are_found_by_how_far_the_fleet_is_with_them():
    await write_fleet(FLEET, MEMBERS)
    await write_member(FLEET.id, MEMBERS[4].changed(stage=MemberStage.STARTED, run="run 1"))
    assert [one.number for one in await members(MemberStage.STARTED)] == [5]
    assert len(await members(MemberStage.WAITING)) == 119


async def test_a_second_fleet_of_an_id_is_refused_and_none_is_there_before_it_is_whole():
    assert await hold_fleet(FLEET.id) is None
    await write_fleet(FLEET, MEMBERS[:3])
    with pytest.raises(ChangedMeanwhileError):
        await write_fleet(FLEET, MEMBERS[:3])


async def test_of_two_who_change_a_fleet_at_once_the_second_sees_what_the_first_has_done():
    await write_fleet(FLEET, MEMBERS[:3])
    first, second = await hold_fleet(FLEET.id), await hold_fleet(FLEET.id)
    assert first is not None
    assert second is not None
    await change_fleet(first, lambda fleet: fleet.changed(stage=FleetStage.PAUSED))
    seen: list[FleetStage] = []

    def cancelled(fleet: Fleet) -> Fleet | Refusal:
        seen.append(fleet.stage)
        return fleet.changed(stage=FleetStage.CANCELLED)

    result = await change_fleet(second, cancelled)
    assert isinstance(result, Fleet)
    assert (seen, result.stage) == (["running", "paused"], "cancelled")


async def test_a_row_that_makes_no_sense_is_never_passed_over():
    await write_fleet(FLEET, MEMBERS[:3])
    client = await table()
    row = dict(await client.get_entity(f"fleet~{FLEET.id}", "000002"))
    await client.upsert_entity(row | {"document0": "{"}, mode="replace")
    with pytest.raises(RecordUnreadableError, match="row 000002"):
        await members()


async def test_a_fleet_that_makes_no_sense_hides_no_other():
    other = FLEET.changed(id=f"fleet-{'cd' * 16}")
    await write_fleet(FLEET, MEMBERS[:1])
    await write_fleet(other, MEMBERS[:1])
    client = await table()
    row = dict(await client.get_entity("fleet", FLEET.id))
    await client.upsert_entity(row | {"chunks": 2}, mode="replace")
    assert [fleet.id async for fleet in every_fleet()] == [other.id]
    with pytest.raises(RecordUnreadableError):
        await hold_fleet(FLEET.id)
