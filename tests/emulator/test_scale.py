"""Ten thousand images and versions page by page, hundreds of operations at once: no page slower, no thread more."""

import statistics
import threading
import time

import pytest

from dev.emulator import empty_subscription
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SUBSCRIPTION
from dev.emulator.world.resources import Resource
from tests.emulator.in_process import call, stopped_world

MANY = 10_000
DEFINITION = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/g/images/d"


@pytest.fixture(scope="module")
def world():
    world = stopped_world(empty_subscription)
    for scope in (DEFINITION.rpartition("/images/")[0], DEFINITION):
        world.resources.put(Resource.from_document({"id": scope, "location": "eastus2"}))
    for number in range(MANY):
        for path in (
            f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/i{number}",
            f"{DEFINITION}/versions/1.0.{number}",
        ):
            world.resources.put(Resource.from_document({"id": path, "location": "eastus2"}))
    return world


def pages(world, path):
    """Seconds that each page took, and all names."""
    seconds, names, token = [], [], {}
    while token is not None:
        started = time.perf_counter()
        body = call(world, "GET", path, **token).body
        seconds.append(time.perf_counter() - started)
        names += [item["name"] for item in body["value"]]
        _, more, rest = body.get("nextLink", "").partition("skiptoken=")
        token = {"$skiptoken": rest.partition("&")[0].replace("%3D", "=")} if more else None
    return seconds, names


@pytest.mark.parametrize(
    "path",
    [
        f"{SUBSCRIPTION}/providers/Microsoft.Compute/images",
        f"{IMAGES_GROUP}/providers/Microsoft.Compute/images",
        f"{DEFINITION}/versions",
    ],
)
def test_the_last_pages_of_a_long_list_take_no_longer_than_the_first(world, path):
    seconds, names = pages(world, path)
    assert len(set(names)) == len(names) == MANY
    assert len(seconds) == MANY / 50
    first, last = statistics.median(seconds[:50]), statistics.median(seconds[-50:])
    assert last < 3 * first


def test_one_more_resource_costs_the_same_in_a_full_subscription(world):
    small = stopped_world(empty_subscription)
    body = b'{"location":"eastus2","properties":{"storageProfile":{"osDisk":{"osType":"Linux","blobUri":"b"}}}}'
    medians = []
    for here in (small, world):
        seconds = []
        for number in range(100):
            started = time.perf_counter()
            path = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/new{number}"
            assert call(here, "PUT", path, body).status == 201
            seconds.append(time.perf_counter() - started)
        medians.append(statistics.median(seconds))
    for number in range(100):
        world.resources.delete(f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/new{number}")
    assert medians[1] < 5 * medians[0]


def test_two_hundred_operations_at_once_need_no_thread_each(arm, control):
    before = threading.active_count()
    started = [
        arm("PUT", f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/many{number}", {"location": "westus"})
        for number in range(90)
    ]
    started += [
        arm("PUT", f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/many{number}", blob_image())
        for number in range(110)
    ]
    assert {response.status_code for response in started} == {201}
    assert threading.active_count() == before
    control.advance(31)
    assert {arm.poll(response)["status"] for response in started} == {"Succeeded"}


def blob_image():
    disk = {"osType": "Linux", "osState": "Generalized", "blobUri": "https://account.blob.core.windows.net/v/os.vhd"}
    return {"location": "westus", "properties": {"storageProfile": {"osDisk": disk}}}
