"""What people have that no rule foresees: spellings, halves of things, states in between, users of other kinds."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import GALLERY_ID
from tests.support.running.answers import name_of, planned, problems_of
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of
from tests.support.running.estate import (
    storage_of,
)

REFUSED = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy 'tags'."}
NOT_THE_APPS = {"status": 403, "code": "AuthorizationFailed", "message": "no right to read that"}


@pytest.fixture
def azure(troubled):
    return troubled.azure


@pytest.fixture
def app(troubled):
    return troubled.app


# Requests


@pytest.mark.parametrize("number", ["7.9.2201041542", "7.9", "snapshot", "9.6.20250121-0", "1.0.2147483648"])
def test_a_number_that_azure_would_refuse_after_an_hour_is_refused_at_once(app, azure, number):
    answer = app.plan(azure.seed_image("numbered"), version=number)
    assert [field for field, _ in problems_of(answer)] == ["version"]
    assert "2147483647" in answer.text


def test_the_largest_number_of_all_is_taken(app, azure):
    assert planned(app.plan(azure.seed_image("numbered"), version="2147483647.0.0"))["version"] == "2147483647.0.0"


@pytest.mark.parametrize("kind", ["virtualMachines", "disks", "galleries/hub/images/web/versions"])
def test_something_else_than_a_managed_image_is_refused_with_the_form_of_an_id(app, kind):
    answer = app.plan(f"{IMAGES_GROUP}/providers/Microsoft.Compute/{kind}/1.0.0")
    assert [field for field, _ in problems_of(answer)] == ["sourceImageId"]
    assert "providers/Microsoft.Compute/images/<name>" in answer.text


def test_a_region_named_twice_in_two_spellings_is_a_problem(app, azure):
    answer = app.plan(azure.seed_image("twice"), targetRegions=["East US 2", "eastus2", "west us 2"])
    assert problems_of(answer) == [("targetRegions", "Duplicate")]


@pytest.mark.parametrize("date", ["31/12/2027", "2027-02-30", "next year"])
def test_an_end_of_life_that_is_no_date_is_refused_at_once(app, azure, date):
    assert [field for field, _ in problems_of(app.plan(azure.seed_image("dated"), endOfLifeDate=date))] == [
        "endOfLifeDate"
    ]


# Images


def test_an_image_of_blobs_and_snapshots_with_gaps_in_its_luns_is_migrated(app, azure):
    image = azure.seed_image("pieced")
    disks = [
        {"lun": 5, "diskSizeGB": 8, "blobUri": "https://vhds.blob.core.windows.net/data/five.vhd"},
        {"lun": 2, "snapshot": {"id": f"{IMAGES_GROUP}/providers/Microsoft.Compute/snapshots/two"}},
    ]
    storage_of(azure, image, dataDisks=disks)
    assert any("data disk 2" in note for note in planned(app.plan(image))["notes"])
    ended = app.approve_and_end(app.start(image, endOfLifeDate="2030-12-31 10:00:00"))
    assert outcome(ended) == ("Migrated", "Migrated")


def test_states_in_another_spelling_are_the_same_states(app, azure):
    image, definition = azure.seed_image("spelt"), azure.seed_definition("spelt", osState="generalized", osType="linux")
    azure.change(image, lambda properties: properties["storageProfile"]["osDisk"].update(osState="generalized"))
    planned(app.plan(image, imageDefinition=name_of(definition)))


def test_what_an_image_leaves_out_costs_it_nothing(app, azure):
    image = azure.seed_image("sparse")
    storage_of(azure, image, dataDisks=None, zoneResilient=None)
    azure.change(image, lambda properties: properties.update(sourceVirtualMachine=None, hyperVGeneration=None))
    assert planned(app.plan(image))["definition"]["generation"] == "V1"


def test_a_machine_that_may_not_be_read_is_said_not_to_have_been_asked_for_its_plan(app, azure):
    image = azure.seed_image("captured")
    machine = f"{IMAGES_GROUP}/providers/Microsoft.Compute/virtualMachines/captured"
    azure.change(image, lambda properties: properties.update(sourceVirtualMachine={"id": machine}))
    azure.control.add_fault(method="GET", path="/virtualMachines/captured", error=NOT_THE_APPS)
    assert any(machine in note and "not checked" in note for note in planned(app.plan(image))["notes"])


# Galleries, definitions and versions of others


@pytest.mark.parametrize("state", ["Failed", "Deleting"])
def test_a_gallery_that_is_going_or_broken_is_a_problem_before_anything_waits_for_it(app, azure, state):
    gallery = azure.seed_gallery("going")
    azure.change(gallery, lambda properties: properties.update(provisioningState=state))
    assert problems_of(app.plan(azure.seed_image("homeless"), gallery=gallery)) == [("gallery", "GalleryNotReady")]


@pytest.mark.parametrize("state", ["Failed", "Deleting"])
def test_a_definition_of_others_that_is_going_or_broken_is_not_written_again(app, azure, state):
    definition = azure.seed_definition("going")
    azure.change(definition, lambda properties: properties.update(provisioningState=state))
    answer = app.plan(azure.seed_image("homeless"), imageDefinition=name_of(definition))
    assert problems_of(answer) == [("imageDefinition", "DefinitionNotReady")]


def test_features_of_a_definition_that_somebody_else_made_are_left_as_they_are(app, azure):
    features = [
        {"name": "DiskControllerTypes", "value": "SCSI, NVMe"},
        {"name": "IsAcceleratedNetworkSupported", "value": "True"},
    ]
    definition = azure.seed_definition("featured", features=features)
    image = azure.seed_image("featured")
    ended = app.approve_and_end(app.start(image, imageDefinition=name_of(definition)))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert azure.read(definition)["properties"]["features"] == features


@pytest.mark.parametrize("state", ["Creating", "Failed", "Deleting", "Succeeded"])
def test_the_next_number_is_above_every_version_whatever_its_state_and_end(app, azure, state):
    definition = azure.seed_definition("numbered")
    for number in ("2024.01.05", "2024.1.6", "9.0.0"):
        version = azure.seed_version(definition, number)
    highest = f"{definition}/versions/2024.1.6"
    azure.change(highest, lambda properties: properties.update(provisioningState=state))
    azure.change(highest, lambda properties: properties["publishingProfile"].update(excludeFromLatest=True))
    assert version != highest
    plan = planned(app.plan(azure.seed_image("numbered"), imageDefinition=name_of(definition)))
    assert plan["version"] == "2024.1.7"


def test_a_definition_whose_numbers_are_used_up_is_a_problem(app, azure):
    definition = azure.seed_definition("full")
    azure.seed_version(definition, ".".join(["2147483647"] * 3))
    answer = app.plan(azure.seed_image("late"), imageDefinition=name_of(definition))
    assert problems_of(answer) == [("version", "NoVersionLeft")]


def test_a_definition_for_another_processor_does_not_fit(app, azure):
    definition = azure.seed_definition("arm", architecture="Arm64")
    answer = app.plan(azure.seed_image("intel"), imageDefinition=name_of(definition))
    assert problems_of(answer) == [("imageDefinition", "DefinitionMismatch")]


# After the question


def test_a_policy_that_forbids_the_promotion_keeps_the_source_and_is_named(app, azure):
    image = azure.seed_image("forbidden")
    waiting = app.waiting(app.start(image))
    azure.control.add_fault(method="PUT", path=f"{waiting['imageVersionId']}$", error=REFUSED)
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    assert outcome(ended) == ("SourceKept", "RequestDisallowedByPolicy")
    assert azure.exists(image)


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


def test_an_approval_from_outside_the_page_says_in_the_audit_which_users_nobody_looked_for(app, azure):
    ended = app.approve_and_end(app.start(azure.seed_image("named")))
    entries = app.call("GET", f"migrations/{ended['id']}/audit").json()["entries"]
    (checks,) = [entry["checks"] for entry in entries if entry["event"] == "approved"]
    assert [told for told in checks if told.startswith("Not looked for: image templates")]
    assert [told for told in checks if told.startswith("Not looked for: Batch pools")]


def test_an_image_with_as_many_tags_as_azure_takes_is_migrated_and_keeps_them_where_it_stays(app, azure):
    tags = {f"tag-{number:02}": "x" for number in range(50)}
    image = azure.seed_image("tagged", tags=tags)
    ended = app.approve_and_end(app.start(image, deleteSource="never"))
    assert ended["outcome"]["kind"] == "SourceKept"
    assert azure.tags(image) == tags
    assert azure.exists(f"{definition_of(image)}/versions/1.0.0")
    assert GALLERY_ID in ended["imageVersionId"]
