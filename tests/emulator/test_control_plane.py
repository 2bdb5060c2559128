"""The control plane, and that emulators neither share state nor remember it after a reset."""

import pytest

from dev.emulator import ControlRefusedError, empty_subscription, running_emulator
from tests.support.documents import COMPUTE, Arm, image_id, version_body


def test_calls_and_writes_are_counted_and_looking_is_free(arm, control):
    arm("GET", image_id("ubuntu-web"), api=COMPUTE)
    arm("PATCH", image_id("ubuntu-web"), {"tags": {}}, api=COMPUTE)
    arm("PATCH", image_id("no-such"), {"tags": {}}, api=COMPUTE)
    control.resource(image_id("ubuntu-web"))
    state = control.state()
    assert (state["calls"], state["writes"]) == (3, 1)
    assert [(call["method"], call["status"]) for call in control.calls()] == [
        ("GET", 200),
        ("PATCH", 200),
        ("PATCH", 404),
    ]
    assert control.calls()[0]["apiVersion"] == COMPUTE


def test_reset_goes_back_to_the_seed(arm, control, definition):
    control.settings(pageSize=1, replicationStalls=["westus2"])
    response = arm("PUT", f"{definition}/versions/1.0.0", version_body())
    control.delete_resource(image_id("debian-legacy"))
    control.reset()
    state = control.state()
    assert (state["calls"], state["writes"]) == (0, 0)
    assert state["resources"]["microsoft.compute/images"] == 4
    assert control.resource(definition) is None
    assert control.settings()["pageSize"] == 50
    assert arm("GET", response.headers["Azure-AsyncOperation"]).status_code == 404


def test_two_emulators_share_nothing(emulator):
    with running_emulator(seed=empty_subscription) as other:
        assert "microsoft.compute/images" not in other.control.state()["resources"]
        other.control.put_resource({"id": image_id("only-there"), "location": "eastus2"})
        assert emulator.control.resource(image_id("only-there")) is None
        stranger = Arm(emulator)
        stranger.session.verify = other.environment["SSL_CERT_FILE"]
        with stranger.session, pytest.raises(OSError, match="certificate verify failed"):
            stranger("GET", image_id("x"))


def test_time_moves_by_hand_when_stopped(control):
    before = control.state()["now"]
    assert control.state()["now"] == before
    assert control.advance(3600) > before
    assert control.set_speed(60) >= control.state()["now"][:10]
    assert control.state()["speed"] == 60


@pytest.mark.parametrize(
    "wish",
    [{"advanceSeconds": -1}, {"speed": -1}, {"speed": "fast"}, {"hours": 1}, {"advanceSeconds": 1e300}],
)
def test_impossible_times_are_refused(control, wish):
    with pytest.raises(ControlRefusedError) as refusal:
        control._ask("POST", "clock", body=wish)
    assert refusal.value.status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"durationsSeconds": {"teleport": 1}},
        {"pageSize": 0},
        {"colour": "red"},
        {"replicationStalls": 1},
        {"replicationJumps": ["atlantis"]},
        {"replicationSeconds": {"default": 1e300}},
        {"quotas": {"castles": 1}},
        {"rateLimits": {"CreateCastles": [1, 1]}},
        {"rateLimits": {"CreateImages": [1, 1]}},
        {"rateLimits": {"CreateUpdateGallery": [1]}},
        {"eventDelaysSeconds": []},
        {"eventDelaysSeconds": [-1]},
        {"deniedActions": 3},
        {"replicationStalls": ["atlantis"]},
        {"replicationSeconds": {"westus9": 1}},
    ],
)
def test_unknown_settings_are_refused(control, change):
    with pytest.raises(ControlRefusedError):
        control.settings(**change)


def test_durations_merge(control):
    changed = control.settings(durationsSeconds={"imageCreate": 1})
    assert changed["durationsSeconds"]["imageCreate"] == 1
    assert changed["durationsSeconds"]["imageVersionCreate"] == 446


def test_regions_are_understood_in_either_spelling(control):
    changed = control.settings(replicationSeconds={"West US 2": 9}, replicationStalls=["East US 2"])
    assert changed["replicationSeconds"]["westus2"] == 9
    assert changed["replicationStalls"] == ["eastus2"]


def test_a_resource_is_seeded_shown_and_removed(arm, control):
    document = {
        "id": image_id("seeded"),
        "location": "eastus2",
        "tags": {"a": "b"},
        "properties": {"hyperVGeneration": "V1"},
    }
    assert control.put_resource(document)["name"] == "seeded"
    assert arm("GET", image_id("seeded"), api=COMPUTE).json()["tags"] == {"a": "b"}
    control.delete_resource(image_id("seeded"))
    assert control.resource(image_id("seeded")) is None
    with pytest.raises(ControlRefusedError):
        control.put_resource({"id": "nonsense"})
    with pytest.raises(ControlRefusedError):
        control.put_resource({"id": image_id("x"), "properties": []})


def test_a_taken_port_is_reported(emulator):
    port = int(emulator.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), running_emulator(port=port):
        pass
