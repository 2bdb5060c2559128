"""Source images: which can become a version, and what Azure may show of one, of its machine, or not at all."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import image_id
from tests.support.running.answers import name_of, notes_of, planned, problems_of
from tests.support.running.estate import (
    FORBIDDEN,
    OTHER_TENANT,
    show,
    storage_of,
    update,
)

SOURCES = {
    "SourceNotGeneralized": lambda properties: properties["storageProfile"]["osDisk"].update(osState="Specialized"),
    "SourceEncrypted": lambda properties: properties["storageProfile"]["osDisk"].update(diskEncryptionSet={"id": "/x"}),
    "SourceNotReady": lambda properties: properties.update(provisioningState="Updating"),
    "DataDiskTooLarge": lambda properties: properties["storageProfile"].update(
        dataDisks=[{"lun": 7, "diskSizeGB": 1025, "managedDisk": {"id": "/x"}}]
    ),
}


def test_an_image_that_does_not_exist_is_a_problem_of_its_id(app):
    answer = app.plan(image_id("no-such-image"))
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["errors"]] == ["sourceImageId"]


@pytest.mark.parametrize("code", SOURCES)
def test_an_image_that_cannot_become_a_version_is_refused(app, azure, code):
    image = azure.seed_image("unfit")
    azure.change(image, SOURCES[code])
    answer = app.plan(image)
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["errors"]] == [code]


def test_an_image_without_properties_is_no_source_and_costs_the_list_nothing(app, azure):
    image = azure.seed_image("hollow")
    show(azure, image, properties=None, tags=None)
    assert ("sourceImageId", "SourceNotGeneralized") in problems_of(app.plan(image))
    assert image.lower() in {one["id"].lower() for one in app.call("GET", "images").json()["images"]}


def test_an_image_that_makes_no_sense_is_a_problem_of_its_id_and_not_asked_for_again(app, azure):
    image = azure.seed_image("strange")
    azure.change(image, lambda properties: properties["storageProfile"].update(dataDisks=[None]))
    assert problems_of(app.plan(image)) == [("sourceImageId", "ResourceUnreadable")]
    assert problems_of(app.call("POST", "migrations", {"sourceImageId": image})) == problems_of(app.plan(image))


@pytest.mark.parametrize(("spelt", "generation"), [("v1", "V1"), ("v2", "V2")])
def test_a_generation_in_small_letters_is_the_same_generation(app, azure, spelt, generation):
    image = azure.seed_image("spelt")
    update(azure, image, hyperVGeneration=spelt)
    assert planned(app.plan(image))["definition"]["generation"] == generation
    asked = app.plan(image, securityType="TrustedLaunchSupported")
    assert asked.status_code == (422 if generation == "V1" else 200)


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
    azure.control.add_fault(method="GET", path="/virtualMachines/captured", error=FORBIDDEN)
    assert any(machine in note and "not checked" in note for note in planned(app.plan(image))["notes"])


@pytest.mark.parametrize("refusal", [FORBIDDEN, OTHER_TENANT])
def test_a_machine_of_another_tenant_or_owner_costs_the_plan_a_note(app, azure, refusal):
    image = azure.seed_image("captured")
    machine = f"{IMAGES_GROUP}/providers/Microsoft.Compute/virtualMachines/elsewhere"
    update(azure, image, sourceVirtualMachine={"id": machine})
    azure.control.add_fault(method="GET", path="/virtualMachines/elsewhere", error=refusal)
    assert [note for note in notes_of(app.plan(image)) if machine in note]
