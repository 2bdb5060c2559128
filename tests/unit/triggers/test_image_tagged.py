"""An event is only a hint: what starts a migration is what the image's tags say now, and what has been answered."""

import json
from typing import Any

import pytest

from arm.surveys import absence
from arm.transport.errors import ArmRefusedError, ArmUnavailableError, ArmUnreadableError
from migration import names
from migration.asking.tags import tag_fingerprint
from migration.record.image_record import Answered
from migration.resources.image import ManagedImage
from migration.values.outcome import Phase
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import OWN_ID, SOURCE, changed, make_ended, make_image, make_record, make_run
from triggers.events import image_tagged
from triggers.events.image_tagged import on_event

KEY = "migrate-to-gallery"
TAGS = {KEY: "default"}
OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"


class World:
    """The image as it is, or an error; and a task hub."""

    def __init__(self) -> None:
        self.image: Any = make_image(tags=TAGS)
        self.is_listed = False  # what is not found
        self.hub = FakeHub()

    async def hears(self, **data: Any) -> bool:
        written = {"operationName": "Microsoft.Compute/images/write", "resourceUri": SOURCE}
        return await on_event(SOURCE, written | data, self.hub)


@pytest.fixture
def world(records, monkeypatch) -> World:
    found = World()

    async def get_image(_: str) -> ManagedImage | None:
        if isinstance(found.image, Exception):
            raise found.image
        return found.image

    async def is_gone(_: str) -> bool:
        return not found.is_listed

    monkeypatch.setattr(image_tagged, "get_image", get_image)
    monkeypatch.setattr(absence, "is_gone", is_gone)
    return found


def answered(**changes: Any) -> Answered:
    return changed(Answered(fingerprint=tag_fingerprint(TAGS, KEY), content="first"), changes)


async def test_a_tag_starts_a_migration_once_however_often_it_is_told(world):
    assert [await world.hears() for _ in range(3)] == [True, False, False]
    assert world.hub.started_ids == [OWN_ID]


async def test_a_second_event_for_an_image_under_way_starts_nothing(records, world):
    records.put(make_record(make_run()))
    world.hub.live.add(OWN_ID)
    assert not await world.hears()
    assert (records.get(OWN_ID), world.hub.started) == (make_record(make_run()), [])


async def test_an_event_that_is_read_while_a_migration_ends_does_not_start_it_again(records, world):
    """Its own tag was told late: people who had just rejected were asked the same again."""
    records.put(make_record(make_ended(), answered=answered(fingerprint="of earlier tags")))
    records.before_saving.append(lambda: records.put(make_record(make_ended(), answered=answered())))
    assert not await world.hears()
    assert world.hub.started == []


async def test_a_tag_seen_off_by_an_event_and_set_again_is_a_new_wish(records, world):
    records.put(make_record(make_ended(), answered=answered()))
    assert not await world.hears()
    world.image = make_image(tags={"team": "web"})
    assert not await world.hears()
    assert records.get(OWN_ID).answered.off
    world.image = make_image(tags=TAGS)
    assert await world.hears()


async def test_taking_the_status_tag_off_starts_nothing(records, world):
    """Tools that own all tags of a resource take it off at every run."""
    records.put(make_record(make_ended(), answered=answered()))
    world.image = make_image(tags=TAGS)
    assert not await world.hears()


@pytest.mark.parametrize("claims", [{OBJECT_ID: "an-oid"}, {"oid": "an-oid"}, json.dumps({"oid": "an-oid"})])
async def test_whoever_set_the_tag_is_known_by_their_object_id_and_nothing_else_of_them(records, world, claims: Any):
    if isinstance(claims, dict):
        claims = claims | {"name": "Eve", "ipaddr": "10.0.0.1"}
    await world.hears(claims=claims)
    (who,) = records.run(OWN_ID).requesters
    assert (who.name, who.ids) == ("an-oid", ["an-oid"])
    assert "10.0.0.1" not in str(records.rows)


@pytest.mark.parametrize("claims", [None, "{not json", [], {}, {"name": "Eve"}])
async def test_without_an_object_id_nobody_is_known_to_have_set_it(records, world, claims: Any):
    await world.hears(claims=claims)
    assert records.run(OWN_ID).requesters[0].ids == []


@pytest.mark.parametrize(
    "data",
    [
        {"operationName": "Microsoft.Compute/images/delete"},
        {"resourceUri": f"{SOURCE}/providers/elsewhere"},
        {"operationName": None},
    ],
)
async def test_every_other_event_starts_nothing(world, data: dict[str, Any]):
    assert not await world.hears(**data)


async def test_what_a_later_delivery_may_cure_is_raised_and_what_makes_no_sense_is_left_aside(records, world):
    for error in (ArmUnavailableError("X", "no network"), ArmRefusedError("AuthorizationFailed", "no")):
        world.image = error
        with pytest.raises(type(error)):
            await world.hears()
    for nothing in (ArmUnreadableError("nonsense"), None):
        world.image = nothing
        assert not await world.hears()
    assert records.get(OWN_ID) is None


async def test_an_image_that_is_not_found_once_and_is_listed_is_looked_at_by_a_later_delivery(records, world):
    """A tag changed, and changed back, was no news any more when the next event came."""
    world.image, world.is_listed = None, True
    with pytest.raises(ArmUnavailableError):
        await world.hears()
    world.image = make_image(tags=TAGS)
    assert await world.hears()


@pytest.mark.parametrize(
    "claims", [{OBJECT_ID: "o" * 200_005}, {OBJECT_ID: ["o"]}, "[" * 100_000, json.dumps({OBJECT_ID: "o" * 257})]
)
async def test_an_event_whose_requester_makes_no_sense_starts_what_the_tag_says(records, world, claims: Any):
    """Letters without end stood in the record, and claims nested too deeply had the event delivered again and again."""
    assert await world.hears(claims=claims)
    assert records.run(OWN_ID).start.requested_by == "whoever set the tag"


@pytest.mark.parametrize("tags", [{KEY: "elsewhere"}, {"team": "web"}], ids=["changed", "taken off"])
@pytest.mark.parametrize(("phase", "woken"), [(Phase.SOAKING, [names.APPROVAL_EVENT]), (Phase.REPLICATING, [])])
async def test_a_soak_is_looked_at_as_soon_as_its_image_is_tagged_otherwise(
    records, world, phase: Phase, woken: list[str], tags: dict[str, str]
):
    records.put(make_record(make_run(phase)))
    world.hub.live.add(OWN_ID)
    world.image = make_image(tags=tags)
    assert not await world.hears()
    assert [event for name, event in world.hub.heard if name == OWN_ID] == woken
