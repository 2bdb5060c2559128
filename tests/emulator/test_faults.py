"""Faults on request: refused, lost, late, garbled; parents not yet seen, siblings still seen, odd replication."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from dev.emulator import ControlRefusedError, running_emulator
from tests.support.documents import DEFINITION_ID, GALLERY_ID, Arm, definition_body, image_id, version_body
from tests.support.waiting import eventually

IMAGE = image_id("ubuntu-web")
BUSY = {"status": 503, "code": "ServerBusy", "message": "Come back later.", "headers": {"Retry-After": "7"}}
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def test_the_next_calls_of_a_kind_fail_and_then_no_more(arm, control):
    control.add_fault(method="GET", path="/images/[^/]+$", times=2, error=BUSY)
    assert arm("PATCH", IMAGE, {"tags": {}}).status_code == 200
    answers = [arm("GET", IMAGE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].headers["Retry-After"] == "7"
    assert answers[0].json() == {"error": {"code": "ServerBusy", "message": "Come back later."}}
    assert control.faults() == []


def test_the_first_calls_may_be_spared(arm, control):
    control.add_fault(path="/images/", skip=1, error=BUSY)
    assert [arm("GET", IMAGE).status_code for _ in range(3)] == [200, 503, 200]


def test_a_fault_without_end_is_removed_by_hand_or_by_reset(arm, control):
    for remove in (control.remove_faults, control.reset):
        control.add_fault(path="/images/", times=None, error=BUSY)
        assert [arm("GET", IMAGE).status_code for _ in range(3)] == [503] * 3
        remove()
        assert arm("GET", IMAGE).status_code == 200


def test_a_refused_call_is_counted_and_changes_nothing(arm, control):
    control.add_fault(method="PATCH", error=BUSY)
    assert arm("PATCH", IMAGE, {"tags": {"a": "b"}}).status_code == 503
    assert (control.state()["calls"], control.state()["writes"]) == (1, 0)
    assert control.resource(IMAGE)["tags"] == {"os": "ubuntu-22.04", "team": "web"}


@pytest.mark.parametrize(("when", "tags"), [("before", {"os": "ubuntu-22.04", "team": "web"}), ("after", {"a": "b"})])
def test_the_connection_is_lost_before_or_after_the_effect(arm, control, when, tags):
    control.add_fault(method="PATCH", drop=when)
    with pytest.raises(LOST):
        arm("PATCH", IMAGE, {"tags": {"a": "b"}})
    assert control.resource(IMAGE)["tags"] == tags
    assert arm("GET", IMAGE).status_code == 200


def test_an_answer_may_come_later_than_the_client_waits(arm, control):
    control.add_fault(path="/images/", delaySeconds=2)
    with pytest.raises(requests.exceptions.ReadTimeout):
        arm.session.get(arm.url + IMAGE, params={"api-version": "2024-07-01"}, timeout=0.2)
    control.add_fault(path="/images/", delaySeconds=0.1)
    assert arm("GET", IMAGE).status_code == 200


def test_what_a_fault_delays_goes_on_once_that_fault_is_removed(arm, control):
    held = control.add_fault(path="/images/", delaySeconds=3600)
    kept = control.add_fault(path="/images/", skip=1, error=BUSY)
    with ThreadPoolExecutor(1) as clients:
        late = clients.submit(arm, "GET", IMAGE)
        eventually(lambda: [fault["id"] for fault in control.faults()] == [kept["id"]])
        control.remove_faults(id=held["id"])
        assert late.result().status_code == 200
    assert [fault["id"] for fault in control.faults()] == [kept["id"]]


def test_a_hanging_call_ends_with_the_patience_of_its_client_and_holds_up_nobody(arm, control):
    control.add_fault(path="/images/", hang=True)
    before = threading.active_count()
    with pytest.raises(requests.exceptions.ReadTimeout):
        arm.session.get(arm.url + IMAGE, params={"api-version": "2024-07-01"}, timeout=0.2)
    assert arm("GET", IMAGE).status_code == 200
    assert eventually(lambda: threading.active_count() <= before)


def test_a_hanging_call_does_not_keep_the_emulator_from_ending():
    with ThreadPoolExecutor(1) as clients:
        with running_emulator(speed=0) as emulator:
            emulator.control.add_fault(path="/images/", hang=True)
            hanging = clients.submit(Arm(emulator), "GET", IMAGE)
            assert eventually(lambda: emulator.control.faults() == [])
        assert isinstance(hanging.exception(timeout=20), LOST)


def test_a_body_may_be_cut_short_empty_or_a_page_of_a_proxy(arm, control):
    url, query = arm.url + IMAGE, {"api-version": "2024-07-01"}
    for corruption in ("truncated", "empty", "html"):
        control.add_fault(path="/images/", corrupt=corruption)
        answer = arm.session.get(url, params=query, timeout=30)
        assert answer.status_code == 200
        with pytest.raises(requests.exceptions.JSONDecodeError):
            answer.json()
    assert answer.headers["Content-Type"].startswith("text/html")


def test_an_operation_ends_with_the_error_asked_for(arm, control, definition):
    failure = {"status": 500, "code": "InternalExecutionError", "message": "An internal execution error occurred."}
    control.add_fault(operation="imageVersionCreate", error=failure)
    path = f"{definition}/versions/1.0.0"
    response = arm("PUT", path, version_body())
    control.advance(446)
    assert arm.poll(response)["error"] == {"code": failure["code"], "message": failure["message"]}
    assert arm("GET", path).json()["properties"]["provisioningState"] == "Failed"


def test_a_deletion_that_fails_leaves_things_as_they_were(arm, control):
    failure = {"status": 500, "code": "InternalExecutionError", "message": "An internal execution error occurred."}
    control.add_fault(operation="imageDelete", error=failure)
    response = arm("DELETE", IMAGE)
    control.advance(31)
    assert arm.poll(response)["status"] == "Failed"
    assert arm("GET", IMAGE).json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"error": {"status": 200, "code": "x", "message": "y"}},
        {"error": BUSY, "colour": "red"},
        {"path": "(", "error": BUSY},
        {"operation": "teleport", "error": BUSY},
        {"operation": "imageCreate", "hang": True},
        {"throttle": "softly"},
        {"drop": "during"},
        {"times": 0, "error": BUSY},
    ],
)
def test_faults_that_make_no_sense_are_refused(control, fault):
    with pytest.raises(ControlRefusedError) as refusal:
        control.add_fault(**fault)
    assert refusal.value.status == 400


def test_a_new_parent_is_not_seen_for_a_while(arm, control):
    control.settings(parentUnseenSeconds=20)
    assert arm("PUT", DEFINITION_ID, definition_body()).status_code == 201
    control.advance(1)
    assert arm("GET", DEFINITION_ID).json()["properties"]["provisioningState"] == "Succeeded"
    early = arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body())
    assert (early.status_code, early.json()["error"]["code"]) == (404, "ParentResourceNotFound")
    control.advance(20)
    assert arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body()).status_code == 201


def test_a_deleted_child_is_in_the_way_for_a_while(arm, control, version):
    control.settings(deletedStillSeenSeconds=15)
    arm("DELETE", version)
    control.advance(122)
    early = arm("DELETE", DEFINITION_ID)
    assert (early.status_code, early.json()["error"]["code"]) == (409, "CannotDeleteResource")
    assert version.lower() in early.json()["error"]["message"].lower()
    control.advance(15)
    assert arm("DELETE", DEFINITION_ID).status_code == 202


def progress(arm, control, path, seconds):
    """What each region shows at these moments, counted from now."""
    shown, now = [], 0
    for moment in seconds:
        control.advance(moment - now)
        now = moment
        status = arm("GET", path, expand="ReplicationStatus").json()["properties"]["replicationStatus"]
        shown.append({entry["region"]: entry["progress"] for entry in status["summary"]})
    return shown


def test_replication_may_stall_jump_and_go_backwards(arm, control, definition):
    control.settings(
        replicationSeconds={"default": 400},
        replicationStalls=["westus"],
        replicationJumps=["West US 2"],
        replicationSetbacks=["westus3"],
    )
    path = f"{definition}/versions/1.0.0"
    arm("PUT", path, version_body("eastus2", "westus", "westus2", "westus3"))
    half, later, done = progress(arm, control, path, (200, 280, 400))
    assert half == {"eastus2": 50, "westus": 50, "westus2": 0, "westus3": 50}
    assert later == {"eastus2": 70, "westus": 60, "westus2": 0, "westus3": 40}
    assert done == {"eastus2": 100, "westus": 60, "westus2": 100, "westus3": 100}


def test_one_region_may_fail_while_the_others_complete(arm, control, definition):
    control.settings(replicationFailures={"westus": "Failed with internal server error."})
    path = f"{definition}/versions/1.0.0"
    response = arm("PUT", path, version_body("eastus2", "westus"))
    control.advance(446)
    status = arm("GET", path, expand="ReplicationStatus").json()["properties"]["replicationStatus"]
    assert status["aggregatedState"] == "Failed"
    assert {entry["region"]: entry["state"] for entry in status["summary"]} == {
        "eastus2": "Completed",
        "westus": "Failed",
    }
    assert "{region:westus, detail:Failed with internal server error.}" in arm.poll(response)["error"]["message"]


def test_faults_of_one_operation_spare_another_resource(arm, control):
    control.add_fault(method="GET", path="/galleries/", times=None, error=BUSY)
    assert arm("GET", IMAGE).status_code == 200
    assert arm("GET", GALLERY_ID).status_code == 503
