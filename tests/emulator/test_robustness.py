"""Nothing a client sends makes the emulator fail: whatever it is, the answer is one of Resource Manager's."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dev.emulator import small_company
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION
from tests.emulator.any_body import JSON, QUICK, answered, parts_of, with_part
from tests.emulator.in_process import ROUTES, stopped_world
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id, version_body

VERSION = f"{GALLERY_ID}/images/ubuntu-base/versions/1.0.0"
MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
TAGS = f"{image_id('ubuntu-web')}/providers/Microsoft.Resources/tags/default"
LOCK = f"{image_id('ubuntu-web')}/providers/Microsoft.Authorization/locks/l"
DISK = {"osType": "Linux", "osState": "Generalized", "managedDisk": {"id": "/disks/d"}, "diskSizeGB": 30}
IMAGE_BODY = {
    "location": "eastus2",
    "tags": {"a": "b"},
    "properties": {
        "storageProfile": {"osDisk": DISK, "dataDisks": [{"lun": 0, "blobUri": "b"}]},
        "hyperVGeneration": "V1",
    },
}
MACHINE_BODY = {
    "location": "westeurope",
    "plan": {"name": "n", "publisher": "p", "product": "o"},
    "properties": {
        "storageProfile": {"imageReference": {"id": image_id("debian-legacy")}, "osDisk": {"osType": "Linux"}}
    },
}
GALLERY_BODY = {
    "location": "eastus2",
    "identity": {"type": "SystemAssigned"},
    "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 7}},
}
BODIES = (
    ("PUT", image_id("fresh"), IMAGE_BODY),
    ("PUT", image_id("ubuntu-web"), IMAGE_BODY),
    ("PATCH", image_id("ubuntu-web"), {"tags": {"a": "b"}}),
    ("PUT", GALLERY_ID, GALLERY_BODY),
    ("PATCH", GALLERY_ID, GALLERY_BODY),
    ("PUT", DEFINITION_ID, definition_body(features=[{"name": "n", "value": "v"}], purchasePlan={"name": "n"})),
    ("PATCH", f"{GALLERY_ID}/images/ubuntu-base", definition_body(endOfLifeDate="2099-01-01T00:00:00Z")),
    ("PUT", f"{GALLERY_ID}/images/ubuntu-base/versions/1.0.1", version_body("eastus2", endOfLifeDate="2099-01-01")),
    ("PUT", VERSION, version_body("eastus2", source=None)),
    ("PATCH", VERSION, {"properties": {"safetyProfile": {"blockDeletionBeforeEndOfLife": True}}}),
    ("PUT", MACHINE, MACHINE_BODY),
    ("PUT", TAGS, {"properties": {"tags": {"a": "b"}}}),
    ("PATCH", TAGS, {"operation": "Merge", "properties": {"tags": {"a": "b"}}}),
    ("PUT", LOCK, {"properties": {"level": "ReadOnly", "notes": "n", "owners": []}}),
    ("PUT", f"{SUBSCRIPTION}/resourceGroups/new", {"location": "eastus2", "tags": {"a": "b"}, "managedBy": "x"}),
    ("PATCH", IMAGES_GROUP, {"tags": {"a": "b"}}),
)


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_any_part_of_a_body_may_be_anything(method, path, body):
    world = stopped_world(small_company)

    @settings(QUICK, max_examples=200)
    @given(st.sampled_from(list(parts_of(body))), JSON)
    def send(at, value):
        world.reset()
        answered(world, method, path, json.dumps(with_part(body, at, value)).encode())
        answered(world, "GET", path)
        world.clock.advance(world.settings.duration("imageVersionCreate"))
        answered(world, "GET", path, **{"$expand": "ReplicationStatus"})
        answered(world, "DELETE", path)

    send()


CHANGES = st.sampled_from(BODIES).flatmap(
    lambda entry: st.tuples(st.just(entry), st.sampled_from(list(parts_of(entry[2]))), st.none() | JSON)
)


@settings(QUICK, max_examples=300)
@given(st.lists(st.tuples(CHANGES, st.sampled_from(["", "GET", "DELETE"]), st.integers(0, 600)), max_size=8))
def test_any_sequence_of_writes_reads_and_deletes_is_answered(steps):
    """Parts are left alone more often than not, so that odd things meet others that were accepted."""
    world = stopped_world(small_company)
    for ((method, path, body), at, value), then, seconds in steps:
        sent = body if value is None else with_part(body, at, value)
        answered(world, method, path, json.dumps(sent).encode())
        if then:
            answered(world, then, path, **{"$expand": "ReplicationStatus"})
        world.clock.advance(timedelta(seconds=seconds))
        world.settle()


SEGMENTS = st.sampled_from(
    [
        *("subscriptions", SUBSCRIPTION.rpartition("/")[2], "resourceGroups", "images", "galleries", "providers"),
        *("Microsoft.Compute", "Microsoft.Resources", "tags", "default", "versions", "1.0.0", "locations", "locks"),
        *("..", ".", "", " ", "x" * 3000, "%2e%2e", "\x00", "é", "a'b", "ubuntu-web", "Microsoft.Authorization"),
    ]
) | st.text(max_size=12)


@settings(QUICK, max_examples=400)
@given(
    st.sampled_from(["GET", "PUT", "PATCH", "DELETE", "POST", "HEAD", "OPTIONS"]),
    st.lists(SEGMENTS, max_size=12),
    st.binary(max_size=40),
)
def test_any_path_is_answered(method, segments, content):
    answered(stopped_world(small_company), method, "/" + "/".join(segments), content)


@settings(QUICK, max_examples=100)
@given(
    st.sampled_from([route for route in ROUTES if route.method in ("GET", "DELETE", "HEAD")]),
    st.dictionaries(st.sampled_from(["$filter", "$expand", "$skiptoken", "$top", "$select", "monitor"]), st.text()),
    st.data(),
)
def test_any_name_and_option_is_answered(route, query, data):
    path = route.template
    while "{" in path:
        name = path[path.index("{") : path.index("}") + 1]
        known = {"{subscriptionId}": SUBSCRIPTION.rpartition("/")[2], "{scope*}": GALLERIES_GROUP.strip("/")}
        value = data.draw(SEGMENTS).replace("{", "").replace("}", "") or "x"
        path = path.replace(name, known.get(name) or value, 1)
    api = "2024-07-01" if callable(route.api_versions) else max(route.api_versions)
    answered(stopped_world(small_company), route.method, path, api=api, **query)
