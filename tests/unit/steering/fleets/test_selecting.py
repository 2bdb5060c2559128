"""Which images a question means, and how often Azure is asked for them."""

from datetime import UTC, datetime

import pytest

from arm.transport.errors import ArmRefusedError
from migration.fleet.question.question import FleetQuestion
from migration.values.problems import RequestInvalidError
from steering.fleets.foreseeing import selecting
from steering.fleets.foreseeing.selecting import find_groups
from steering.gathering.reads import shared
from steering.gathering.reads.shared import Answers, SharedReads
from tests.support.samples import COMPUTE, DEFAULTS, SUBSCRIPTION, make_image

OTHER = SUBSCRIPTION.replace("1", "2")


@pytest.fixture
def there(monkeypatch):
    """Images in these places, as Azure lists them; gives back which lists were asked for."""

    def put(*ids, refused=()):
        asked = []

        def listed(place):
            asked.append(place)
            if place in refused:
                raise ArmRefusedError("AuthorizationFailed", "no right there")
            return [make_image(id=one, name=one.rpartition("/")[2]) for one in ids if _is_in(one, place)]

        async def in_group(subscription, group):
            return listed(f"{subscription}/{group}")

        async def in_subscription(subscription):
            return listed(subscription)

        async def visible():
            return [SUBSCRIPTION, OTHER]

        monkeypatch.setattr(shared, "list_images", in_subscription)
        monkeypatch.setattr(shared, "list_images_in_group", in_group)
        monkeypatch.setattr(shared, "list_subscriptions", visible)
        return asked

    return put


def _is_in(image_id, place):
    subscription, _, group = place.partition("/")
    parts = image_id.lower().split("/")
    return parts[2] == subscription and (not group or parts[4] == group)


def image_in(name, group="images", subscription=SUBSCRIPTION):
    return COMPUTE.replace("/resourceGroups/images", f"/resourceGroups/{group}").replace(SUBSCRIPTION, subscription) + (
        f"/images/{name}"
    )


async def found(**question):
    groups = await find_groups(FleetQuestion.parse(question), DEFAULTS, SharedReads(Answers(datetime.now(UTC))))
    return [one for group in groups for one in group.members]


async def test_a_subscription_is_listed_once(there):
    asked = there(*(image_in(f"web-{number}", f"g{number}") for number in range(20)))
    assert len(await found(select={"names": ["web-*"], "subscriptions": [SUBSCRIPTION]})) == 20
    assert asked == [SUBSCRIPTION]


async def test_without_subscriptions_all_in_sight_are_listed(there):
    asked = there(image_in("web"), image_in("web", subscription=OTHER))
    assert len(await found(select={"names": ["web"]})) == 2
    assert asked == [SUBSCRIPTION, OTHER]


async def test_a_few_groups_are_listed_by_themselves(there):
    asked = there(image_in("web", "one"), image_in("web", "two"), image_in("web", "three"))
    assert len(await found(select={"resourceGroups": ["One", "two"], "subscriptions": [SUBSCRIPTION]})) == 2
    assert asked == [f"{SUBSCRIPTION}/one", f"{SUBSCRIPTION}/two"]


async def test_many_groups_are_found_in_the_list_of_their_subscription(there):
    ids = [image_in("web", f"g{number}") for number in range(selecting.FEW_GROUPS + 1)]
    asked = there(*ids)
    assert len(await found(select={"ids": ids})) == len(ids)
    assert asked == [SUBSCRIPTION]


async def test_images_that_are_named_and_not_there_are_told(there):
    there(image_in("here"))
    told = await found(select={"ids": [image_in("here"), image_in("gone")]})
    assert {one.row.request.source_image_id.rpartition("/")[2]: one.unread and one.unread.code for one in told} == {
        "here": None,
        "gone": "NotFound",
    }


async def test_rows_of_a_place_that_may_not_be_read_say_so(there):
    ids = [image_in("here"), image_in("hidden", subscription=OTHER)]
    there(*ids, refused=[f"{OTHER}/images"])
    told = await found(rows=[{"request": {"sourceImageId": one}} for one in ids])
    assert [one.unread and one.unread.code for one in told] == [None, "AuthorizationFailed"]


async def test_a_place_that_may_not_be_read_is_not_one_without_images(there):
    there(refused=[OTHER])
    with pytest.raises(ArmRefusedError):
        await found(select={"names": ["*"], "subscriptions": [OTHER]})


async def test_more_images_than_a_fleet_holds_are_too_many(there, monkeypatch):
    monkeypatch.setattr(selecting, "MOST_MEMBERS", 2)
    there(*(image_in(f"web-{number}") for number in range(3)))
    with pytest.raises(RequestInvalidError, match="it takes 3 images"):
        await found(select={"names": ["*"]})


async def test_more_waves_than_a_fleet_has_are_too_many(there, monkeypatch):
    monkeypatch.setattr(selecting, "MOST_WAVES", 2)
    there(*(image_in(f"web-{number}") for number in range(3)))
    assert [one.row.wave for one in await found(select={"names": ["*"]}, waveSize=2)] == [1, 1, 2]
    with pytest.raises(RequestInvalidError, match="waves"):
        await found(select={"names": ["*"]}, waveSize=1)
