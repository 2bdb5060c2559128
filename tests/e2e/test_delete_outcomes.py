"""What became of a delete is read from the image itself: nothing is concluded from an operation, or from one 404."""

from copy import deepcopy

from tests.e2e.deletes import held_while_promoting, is_delete_of, lose_replica
from tests.support.running.app import outcome
from tests.support.running.starting import running_app
from tests.support.waiting import eventually

OPERATIONS = "/locations/[^/]+/operations/"
FORBIDDEN = {"status": 403, "code": "AuthorizationFailed", "message": "not any more"}
NOT_FOUND = {"status": 404, "code": "NotFound", "message": "never heard of it"}
BROKEN = {"status": 500, "code": "InternalExecutionError", "message": "the disk service is down"}
HELD_SECONDS = 50  # removing the fault ends it; the app gives a call a minute
LATER = "2099-01-01T00:00:00+00:00"


def deletes_sent(azure, waiting):
    return [call for call in azure.control.calls() if is_delete_of(call, waiting["sourceImageId"])]


def waiting_in(troubled):
    return troubled.app.waiting(troubled.app.start(troubled.azure.seed_image("uncertain")))


def test_a_delete_that_failed_is_not_told_as_done_where_its_operation_is_lost(troubled):
    waiting, control = waiting_in(troubled), troubled.azure.control
    control.add_fault(operation="imageDelete", error=BROKEN)
    control.add_fault(method="GET", path=OPERATIONS, error=NOT_FOUND, times=None)
    troubled.app.approve(waiting)
    eventually(lambda: len(looks_after_the_delete(troubled.azure, waiting)) > 1, 30)
    assert troubled.app.migration(waiting["id"])["phase"] == "DeletingSource"
    control.remove_faults()
    assert outcome(troubled.app.ended(waiting["id"])) == ("SourceKept", "InternalExecutionError")
    assert troubled.azure.exists(waiting["sourceImageId"])


def looks_after_the_delete(azure, waiting):
    calls = azure.control.calls()
    sent = next((number for number, call in enumerate(calls) if is_delete_of(call, waiting["sourceImageId"])), None)
    wanted = ("GET", waiting["sourceImageId"].lower())
    return [] if sent is None else [c for c in calls[sent:] if (c["method"], c["path"].lower()) == wanted]


def test_one_404_for_the_source_is_not_its_end(troubled):
    waiting, azure = waiting_in(troubled), troubled.azure
    azure.change(waiting["sourceImageId"], lambda p: p["storageProfile"]["osDisk"].update(managedDisk={"id": "/other"}))
    azure.control.add_fault(method="GET", path=f"{waiting['sourceImageId']}$", error=NOT_FOUND)
    troubled.app.approve(waiting)
    assert outcome(troubled.app.ended(waiting["id"])) == ("SourceKept", "SourceChanged")
    assert azure.exists(waiting["sourceImageId"])
    assert azure.control.faults() == []


def test_a_delete_whose_operation_may_not_be_read_is_told_by_the_image(troubled):
    waiting = waiting_in(troubled)
    troubled.azure.control.add_fault(method="GET", path=OPERATIONS, error=FORBIDDEN, times=None)
    troubled.app.approve(waiting)
    assert outcome(troubled.app.ended(waiting["id"])) == ("Migrated", "Migrated")
    assert not troubled.azure.exists(waiting["sourceImageId"])


def test_a_migration_whose_source_cannot_be_read_after_the_delete_goes_on_looking(troubled):
    waiting, azure = waiting_in(troubled), troubled.azure
    azure.control.add_fault(method="GET", path=OPERATIONS, error=FORBIDDEN, times=None)
    held = azure.control.add_fault(method="DELETE", path="/images/", delaySeconds=HELD_SECONDS)
    troubled.app.approve(waiting)
    eventually(lambda: "DELETE" not in {fault["method"] for fault in azure.control.faults()}, 30)  # it is on its way
    azure.control.add_fault(method="GET", path=f"{waiting['sourceImageId']}$", error=FORBIDDEN, times=None)
    azure.control.remove_faults(id=held["id"])
    eventually(lambda: len(looks_after_the_delete(azure, waiting)) > 1, 30)
    found = troubled.app.migration(waiting["id"])
    assert (found["phase"], found["outcome"]) == ("DeletingSource", None)
    azure.control.remove_faults()
    assert outcome(troubled.app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_an_image_made_again_after_the_delete_is_not_touched_and_is_told(troubled):
    waiting, azure = waiting_in(troubled), troubled.azure
    image = deepcopy(azure.control.resource(waiting["sourceImageId"]))
    azure.control.add_fault(method="GET", path=OPERATIONS, delaySeconds=HELD_SECONDS, times=None)
    troubled.app.approve(waiting)
    eventually(lambda: not azure.exists(waiting["sourceImageId"]), 30)
    azure.control.put_resource(image | {"systemData": {"createdAt": LATER}})
    azure.control.remove_faults()
    ended = troubled.app.ended(waiting["id"])
    assert outcome(ended) == ("Migrated", "Migrated")
    assert "an image of the same name has been made since" in str(ended["notes"])
    assert azure.exists(waiting["sourceImageId"])
    assert len(deletes_sent(azure, waiting)) == 1


def test_a_source_that_somebody_deleted_is_not_told_as_kept(troubled):
    """It was used when the app looked, so the app sent no delete; then it was gone all the same."""
    waiting, azure = waiting_in(troubled), troubled.azure
    azure.seed_consumer("virtualMachines", waiting["sourceImageId"])
    azure.control.delete_resource(waiting["sourceImageId"])
    troubled.app.approve(waiting)
    assert outcome(troubled.app.ended(waiting["id"])) == ("Failed", "SourceGone")


def test_promoting_that_looks_many_times_goes_on_to_the_delete(azure):
    """It used to start over at verifying after twenty looks, and to fail there."""
    looks = {"MIGRATION_POLL_INTERVAL": "PT0.1S", "MIGRATION_POLL_INTERVAL_MAX": "PT0.1S"}
    with running_app(azure, **looks) as app:
        waiting = app.waiting(app.start(azure.seed_image("patient"), targetRegions=["westus2"]))
        busy = {"status": 503, "code": "ServerBusy", "message": "until the replica is lost"}
        azure.control.add_fault(method="GET", path="/capsOperations/", error=busy, times=None)
        app.approve(waiting)
        eventually(lambda: is_promoted(azure, waiting), 20)
        azure.change(waiting["imageVersionId"], lose_replica)
        azure.control.remove_faults()
        seen = len(looks_at_version(azure, waiting))
        eventually(lambda: len(looks_at_version(azure, waiting)) > seen + 25, 30)
        assert app.migration(waiting["id"])["phase"] == "Promoting"
        azure.change(waiting["imageVersionId"], lambda properties: properties.pop("replicationStatus"))
        assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def is_promoted(azure, waiting):
    properties = azure.read(waiting["imageVersionId"])["properties"]
    is_done = properties["provisioningState"] == "Succeeded"
    return is_done and not properties["publishingProfile"]["excludeFromLatest"]


def looks_at_version(azure, waiting):
    wanted = ("GET", waiting["imageVersionId"].lower())
    return [call for call in azure.control.calls() if (call["method"], call["path"].lower()) == wanted]


def test_a_cancel_between_approval_and_delete_is_an_emergency_stop(app, azure, waiting):
    with held_while_promoting(azure, waiting):
        app.approve(waiting)
        app.until(waiting["id"], "Promoting")
        assert app.call("POST", waiting["links"]["cancel"], {"reason": "wrong image"}).status_code == 202
    assert outcome(app.ended(waiting["id"])) == ("Cancelled", "Cancelled")
    assert azure.exists(waiting["sourceImageId"])
    assert not deletes_sent(azure, waiting)


def test_a_cancel_after_the_delete_was_sent_is_a_conflict(troubled):
    waiting, azure = waiting_in(troubled), troubled.azure
    azure.control.add_fault(method="DELETE", path="/images/", delaySeconds=HELD_SECONDS)
    troubled.app.approve(waiting)
    eventually(lambda: azure.record(waiting["id"])["run"]["question"]["stage"] in {"sending", "sent"}, 20)
    assert troubled.app.call("POST", waiting["links"]["cancel"]).status_code == 409
    azure.control.remove_faults()
    assert outcome(troubled.app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_of_a_cancel_and_a_delete_at_once_only_one_happens(app, azure, waiting):
    app.approve(waiting)
    answer = app.call("POST", waiting["links"]["cancel"])
    end = outcome(app.ended(waiting["id"]))
    expected = ("Cancelled", "Cancelled") if answer.status_code == 202 else ("Migrated", "Migrated")
    assert (answer.status_code in {202, 409}, end) == (True, expected)
    assert azure.exists(waiting["sourceImageId"]) is (answer.status_code == 202)


def test_a_lock_on_the_version_that_forbids_its_delete_is_no_obstacle(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("kept")))
    lock = azure.lock(waiting["imageVersionId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")
    azure.unlock(lock)


def test_a_machine_stuck_in_its_creation_keeps_the_image_it_was_made_from(app, azure):
    waiting = app.waiting(app.start(azure.seed_image("used")))
    machine = azure.seed_consumer("virtualMachines", waiting["sourceImageId"].upper())
    azure.change(machine, lambda properties: properties.update(provisioningState="Creating"))
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceInUse")
