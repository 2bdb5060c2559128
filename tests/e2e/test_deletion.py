"""The promise: an approved source is deleted only while nothing uses it and every region holds its copy."""

import pytest

from tests.e2e.deletes import approved_and_kept, lose_replica
from tests.support.running.app import outcome
from tests.support.running.azure import TAG


@pytest.mark.parametrize("spelling", [str, str.upper])
@pytest.mark.parametrize("kind", ["virtualMachines", "virtualMachineScaleSets"])
def test_a_source_that_a_machine_or_scale_set_names_is_kept(app, azure, waiting, kind, spelling):
    consumer = azure.seed_consumer(kind, spelling(waiting["sourceImageId"]))
    assert consumer.lower() in approved_and_kept(app, azure, waiting, "SourceInUse").lower()
    azure.control.delete_resource(consumer)


def test_a_source_that_a_scale_set_on_a_late_page_names_is_kept(fresh):
    fresh.azure.control.settings(pageSize=2)
    waiting = fresh.app.waiting(fresh.app.start(fresh.azure.seed_image()))
    for _ in range(5):
        fresh.azure.seed_consumer("virtualMachineScaleSets", waiting["imageVersionId"])
    last = fresh.azure.seed_consumer("virtualMachineScaleSets", waiting["sourceImageId"])
    assert last.lower() in approved_and_kept(fresh.app, fresh.azure, waiting, "SourceInUse").lower()


def test_a_machine_that_uses_the_new_version_does_not_keep_the_source(app, azure, waiting):
    azure.seed_consumer("virtualMachines", waiting["imageVersionId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
def test_a_locked_source_is_kept_and_goes_once_the_lock_is_gone(app, azure, waiting, level):
    lock = azure.lock(waiting["sourceImageId"], level)
    name = lock.rpartition("/")[2]
    assert f"{name} ({level})" in approved_and_kept(app, azure, waiting, "SourceLocked")
    azure.unlock(lock)
    again = app.waiting(app.start(waiting["sourceImageId"], targetRegions=["westus2"]))
    assert again["imageVersionId"] == waiting["imageVersionId"]
    app.approve(again)
    assert outcome(app.ended(again["id"])) == ("Migrated", "Migrated")


def test_a_source_in_a_locked_group_is_kept(app, azure):
    group = azure.seed_group("locked")
    waiting = app.waiting(app.start(azure.seed_image(group=group)))
    lock = azure.lock(group)
    assert lock.rpartition("/")[2] in approved_and_kept(app, azure, waiting, "SourceLocked")


def test_a_source_in_a_locked_subscription_is_kept(fresh):
    waiting = fresh.app.waiting(fresh.app.start(fresh.azure.seed_image()))
    lock = fresh.azure.lock(f"/subscriptions/{fresh.azure.emulator.subscription_id}")
    assert lock.rpartition("/")[2] in approved_and_kept(fresh.app, fresh.azure, waiting, "SourceLocked")


def test_a_lock_on_another_image_does_not_keep_the_source(app, azure, waiting):
    azure.lock(azure.seed_image("neighbour"))
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_the_source_of_a_shallow_version_is_kept(app, azure, waiting):
    shallow = {"replicationMode": "Shallow"}
    azure.change(waiting["imageVersionId"], lambda properties: properties["publishingProfile"].update(shallow))
    assert "holds no copy of its own" in approved_and_kept(app, azure, waiting, "ShallowReplication")


def test_a_source_created_anew_from_other_disks_is_kept(app, azure, waiting):
    other = {"managedDisk": {"id": "/subscriptions/0/resourceGroups/images/providers/Microsoft.Compute/disks/other"}}
    azure.change(waiting["sourceImageId"], lambda properties: properties["storageProfile"]["osDisk"].update(other))
    assert "from other disks" in approved_and_kept(app, azure, waiting, "SourceChanged")


def drop_target_region(properties):
    regions = properties["publishingProfile"]["targetRegions"]
    properties["publishingProfile"]["targetRegions"] = [each for each in regions if each["name"] != "West US 2"]


def fail_replica(properties):
    lose_replica(properties)
    failed = {"region": "westus2", "state": "Failed", "progress": 50, "details": "the disk is gone"}
    properties["replicationStatus"]["summary"].append(failed)


def take_other_source(properties):
    properties["storageProfile"]["source"]["id"] += "-2"


BROKEN = {
    "region dropped": (drop_target_region, "ReplicationIncomplete", "region westus2 is not among"),
    "replica lost": (lose_replica, "ReplicationIncomplete", "region westus2 is Unknown"),
    "replica failed": (fail_replica, "ReplicationFailed", "westus2: the disk is gone"),
    "version failed": (
        lambda properties: properties.update(provisioningState="Failed"),
        "ReplicationFailed",
        "could not be built",
    ),
    "version of another source": (take_other_source, "VersionFromAnotherSource", "not from the source image"),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_the_source_of_a_version_that_lost_its_copies_after_verification_is_kept(app, azure, waiting, damage):
    change, code, said = BROKEN[damage]
    azure.change(waiting["imageVersionId"], change)
    assert said in approved_and_kept(app, azure, waiting, code)
    version = azure.read(waiting["imageVersionId"])
    assert version["properties"]["publishingProfile"]["excludeFromLatest"] is True


def test_the_source_of_a_version_that_is_gone_is_kept(app, azure, waiting):
    azure.control.delete_resource(waiting["imageVersionId"])
    approved_and_kept(app, azure, waiting, "VersionNotFound")


def test_a_source_somebody_else_deleted_meanwhile_is_not_claimed(app, azure, waiting):
    azure.control.delete_resource(waiting["sourceImageId"])
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Failed", "SourceGone")
    assert azure.read(waiting["imageVersionId"])["properties"]["provisioningState"] == "Succeeded"


def test_a_source_that_is_kept_says_why_on_itself(app, azure, waiting):
    azure.seed_consumer("virtualMachines", waiting["sourceImageId"])
    approved_and_kept(app, azure, waiting, "SourceInUse")
    assert azure.tags(waiting["sourceImageId"])[f"{TAG}-status"].startswith("SourceKept SourceInUse ")
    assert azure.tags(waiting["imageVersionId"])["migration-outcome"] == "SourceKept"


def test_a_source_that_an_instance_of_a_scale_set_still_names_is_kept(app, azure, waiting):
    scale_set = azure.seed_consumer("virtualMachineScaleSets", waiting["imageVersionId"])
    storage = {"storageProfile": {"imageReference": {"id": waiting["sourceImageId"]}}}
    azure.control.put_resource(
        {
            "id": f"{scale_set}/virtualMachines/0",
            "location": "westeurope",
            "properties": storage | {"provisioningState": "Succeeded"},
        }
    )
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceInUse")
