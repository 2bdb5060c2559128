"""Disk encryption sets as recorded: what a write shows while it works, and where its outcome is read."""

import pytest

from dev.emulator.seed import IMAGES_GROUP

SET = f"{IMAGES_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/des"
OLD, NEW = ({"keyUrl": f"https://vault.vault.azure.net/keys/k/{version}"} for version in (1, 2))
SENT = {"location": "eastus2", "identity": {"type": "SystemAssigned"}, "properties": {"activeKey": OLD}}
API = "2022-07-02"


@pytest.fixture
def made(arm, control):
    """A finished set, as it is read."""
    assert arm("PUT", SET, SENT, api=API).status_code == 202
    control.advance(1)
    return arm("GET", SET, api=API).json()


def output(arm, answer):
    return arm.poll(answer)["properties"]["output"]


def test_a_put_shows_what_was_sent_and_nothing_more(arm):
    answer = arm("PUT", SET, SENT, api=API)
    assert answer.status_code == 202
    assert answer.json() == SENT | {"properties": {"activeKey": OLD, "provisioningState": "Updating"}}


def test_every_write_says_where_to_look_and_where_to_wait(arm, made):
    for method, body in (("PUT", SENT), ("PATCH", {"tags": {}}), ("DELETE", None)):
        headers = arm(method, SET, body, api=API).headers
        for name in ("Azure-AsyncOperation", "Location"):
            assert "/locations/eastus2/DiskOperations/" in headers[name]
        assert "Azure-AsyncNotification" not in headers


def test_the_last_poll_shows_the_set_that_a_get_shows(arm, control):
    answer = arm("PUT", SET, SENT, api=API)
    assert "properties" not in arm.poll(answer)
    control.advance(1)
    shown = output(arm, answer)
    assert shown == arm("GET", SET, api=API).json()
    assert shown["properties"]["encryptionType"] == "EncryptionAtRestWithCustomerKey"
    assert shown["identity"].keys() == {"type", "principalId", "tenantId"}


def test_a_patch_shows_the_set_as_it_was_and_the_poll_as_it_is(arm, made, control):
    tags = {"department": "web"}
    answer = arm("PATCH", SET, {"tags": tags}, api=API)
    assert answer.status_code == 202
    assert answer.json() == made | {"properties": made["properties"] | {"provisioningState": "Updating"}}
    control.advance(1)
    assert output(arm, answer) == arm("GET", SET, api=API).json() == made | {"tags": tags}


def test_another_key_is_a_rotation_and_the_same_key_is_none(arm, made, control):
    for key, rotated in ((OLD, False), (NEW, True), (NEW, True)):
        arm("PATCH", SET, {"properties": {"activeKey": key}}, api=API)
        control.advance(1)
        properties = arm("GET", SET, api=API).json()["properties"]
        assert (properties["activeKey"], "lastKeyRotationTimestamp" in properties) == (key, rotated)


def test_the_sdk_changes_a_set(sdk, moving_emulator):
    moving_emulator.control.put_resource({"id": SET, "location": "eastus2", "properties": {"activeKey": OLD}})
    group = IMAGES_GROUP.rpartition("/")[2]
    change = {"tags": {"department": "web"}, "properties": {"activeKey": NEW}}
    changed = sdk.disk_encryption_sets.begin_update(group, "des", change, polling_interval=0.05).result()
    assert (changed.tags, changed.active_key.key_url) == ({"department": "web"}, NEW["keyUrl"])


def test_a_set_that_is_not_there_cannot_be_changed(arm):
    assert arm("PATCH", SET, {"tags": {}}, api=API).json()["error"]["code"] == "ResourceNotFound"


@pytest.mark.parametrize(("method", "body"), [("PUT", SENT), ("GET", None), ("PATCH", {"tags": {}}), ("DELETE", None)])
def test_calls_on_sets_are_counted_as_recorded(arm, made, method, body):
    policy = {"GET": "LowCostGet", "PATCH": None}.get(method, "HighCostDiskEncryptionSet")
    said = arm(method, SET, body, api=API).headers.get("x-ms-ratelimit-remaining-resource", "")
    windows = [part.partition(";")[0] for part in said.split(",") if part]
    assert windows == ([f"Microsoft.Compute/{policy}{window}" for window in ("3Min", "30Min")] if policy else [])


def test_polls_of_sets_are_counted_in_windows_of_their_own(arm):
    started = arm("PUT", SET, SENT, api=API)
    said = arm("GET", started.headers["Azure-AsyncOperation"]).headers["x-ms-ratelimit-remaining-resource"]
    assert said.startswith("Microsoft.Compute/GetOperation3Min;")
