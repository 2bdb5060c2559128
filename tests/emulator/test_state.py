"""The emulator's state without a server: clock, store, operations, and what is announced when."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from dev.emulator import World, empty_subscription, small_company
from dev.emulator.compute.images import images
from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from dev.emulator.server import WAKE, create_app
from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world.clock import Clock
from dev.emulator.world.resources import Resource, ResourceStore
from tests.support.documents import image_id


class Monotonic:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def stopped_world(seed=small_company):
    world = World(Clock(speed=0))
    world.plant(seed)
    return world


def patch_tags(world, name="ubuntu-web"):
    request = ArmRequest(
        method="PATCH",
        path=image_id(name),
        api_version="2024-07-01",
        names={"subscriptionId": SUBSCRIPTION.rpartition("/")[2], "resourceGroup": "images", "imageName": name},
        body={"tags": {"a": "b"}},
    )
    return images.update(world, request)


def test_time_is_real_time_times_speed_plus_advances():
    monotonic = Monotonic()
    clock = Clock(60, monotonic)
    start = clock.now()
    monotonic.seconds = 2
    assert clock.now() - start == timedelta(minutes=2)
    clock.speed = 1
    monotonic.seconds = 3
    assert clock.now() - start == timedelta(seconds=121)
    clock.advance(timedelta(hours=1))
    assert clock.now() - start == timedelta(hours=1, seconds=121)


@pytest.mark.parametrize(("speed", "advice"), [(1, 60), (7, 9), (60, 1), (1000, 1), (0, 1), (0.5, 120)])
def test_advice_to_wait_is_in_real_seconds(speed, advice):
    assert Clock(speed).retry_after_seconds(60) == advice


@pytest.mark.parametrize(
    ("text", "type_name", "name", "parent"),
    [
        ("/subscriptions/S", "Microsoft.Resources/subscriptions", "S", ""),
        ("/subscriptions/S/resourceGroups/G", "Microsoft.Resources/resourceGroups", "G", "/subscriptions/S"),
        ("/subscriptions/S/resourceGroups/G/providers/N/a/x", "N/a", "x", "/subscriptions/S/resourceGroups/G"),
        (
            "/subscriptions/S/resourceGroups/G/providers/N/a/x/b/y",
            "N/a/b",
            "y",
            "/subscriptions/S/resourceGroups/G/providers/N/a/x",
        ),
        (
            "/subscriptions/S/resourceGroups/G/providers/N/a/x/providers/M/locks/l",
            "M/locks",
            "l",
            "/subscriptions/S/resourceGroups/G/providers/N/a/x",
        ),
        ("/subscriptions/S/providers/M/locks/l", "M/locks", "l", "/subscriptions/S"),
    ],
)
def test_ids_are_taken_apart(text, type_name, name, parent):
    parsed = ResourceId.parse(text)
    assert (parsed.type, parsed.name, parsed.parent) == (type_name, name, parent)


@pytest.mark.parametrize("text", ["", "/", "x", "/subscriptions//a", "/subscriptions/S/providers/N/a", "/tenants/x"])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(ValueError, match="resource id"):
        ResourceId.parse(text)


def test_a_store_finds_any_case_and_pages_in_order():
    store = ResourceStore()
    for number in (3, 1, 2):
        store.put(Resource.from_document({"id": f"{IMAGES_GROUP}/providers/N/things/T{number}"}))
    assert [found.name for found in store.page("n/THINGS", IMAGES_GROUP.upper())] == ["T1", "T2", "T3"]
    first = store.page("N/things", SUBSCRIPTION, limit=1)[0]
    assert [found.name for found in store.page("N/things", SUBSCRIPTION, after=first.id)] == ["T2", "T3"]
    assert store.delete(first.id.upper()).name == "T1"
    assert [found.name for found in store.below(IMAGES_GROUP)] == ["T2", "T3"]


def test_a_write_is_announced_when_its_operation_has_succeeded():
    world, news = stopped_world(), []
    world.listeners.append(news.append)
    patch_tags(world)
    world.settle()
    assert news == []
    world.clock.advance(timedelta(seconds=10))
    world.settle()
    assert [(item.operation_name, item.resource_id) for item in news] == [
        ("Microsoft.Compute/images/write", image_id("ubuntu-web"))
    ]
    assert world.clock.now() - news[0].at == timedelta(seconds=9.5)


def test_operations_end_in_the_order_they_are_due_at_their_own_time():
    world, ended = stopped_world(empty_subscription), []
    for seconds in (30, 10, 20):

        def effect(at, seconds=seconds):
            ended.append((seconds, at))

        world.start_operation("test", "/x", effect, duration=timedelta(seconds=seconds))
    start = world.clock.now()
    world.clock.advance(timedelta(hours=1))
    world.settle()
    assert ended == [(seconds, start + timedelta(seconds=seconds)) for seconds in (10, 20, 30)]


def test_the_last_of_two_writes_decides_when_a_resource_is_done():
    world = stopped_world()
    patch_tags(world)
    world.clock.advance(timedelta(seconds=0.3))
    patch_tags(world)
    world.clock.advance(timedelta(seconds=0.3))
    world.settle()
    assert world.resources.get(image_id("ubuntu-web")).properties["provisioningState"] == "Updating"
    world.clock.advance(timedelta(seconds=0.3))
    world.settle()
    assert world.resources.get(image_id("ubuntu-web")).properties["provisioningState"] == "Succeeded"


def test_two_hundred_operations_need_no_thread_each():
    world = stopped_world(empty_subscription)
    before = threading.active_count()
    for number in range(200):
        world.start_operation("test", f"/x/{number}", lambda at: None, duration=timedelta(seconds=number))
    assert threading.active_count() == before
    assert world.operations.next_due() <= datetime.now(UTC) + timedelta(seconds=1)


async def test_operations_end_on_time_without_anybody_asking():
    world, ended = World(Clock(speed=100)), asyncio.Event()
    runner = web.AppRunner(create_app(world))
    await runner.setup()
    try:
        world.start_operation("test", "/x", lambda at: ended.set(), duration=timedelta(seconds=1))
        runner.app[WAKE].set()  # as any request does
        await asyncio.wait_for(ended.wait(), timeout=30)
    finally:
        await runner.cleanup()
