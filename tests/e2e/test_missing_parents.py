"""A 404 proves nothing, however often it comes: a list of users that is answered with it is not an empty list."""

import pytest

from tests.support.running.app import outcome
from tests.support.running.azure import DONE

GONE = {"status": 404, "code": "ResourceNotFound", "message": "not found"}


@pytest.mark.parametrize("times", [1, 2])
def test_a_scale_set_instance_is_seen_though_its_list_was_answered_with_404(troubled, times):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    scale_set = azure.seed_consumer("virtualMachineScaleSets", waiting["imageVersionId"])
    storage = {"storageProfile": {"imageReference": {"id": waiting["sourceImageId"]}}}
    azure.control.put_resource(
        {"id": f"{scale_set}/virtualMachines/0", "location": "westeurope", "properties": storage | DONE}
    )
    azure.control.add_fault(method="GET", path=f"{scale_set}/virtualMachines$", error=GONE, times=times)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceInUse")


@pytest.mark.parametrize("times", [1, 2])
def test_an_unfinished_version_is_seen_though_its_gallery_was_answered_with_404(troubled, times):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    gallery = azure.seed_gallery("elsewhere")
    other = azure.seed_version(
        azure.seed_definition("elsewhere", gallery=gallery), "1.0.0", source=waiting["sourceImageId"]
    )
    azure.change(other, lambda properties: properties.update(provisioningState="Creating"))
    azure.control.add_fault(method="GET", path=f"{gallery}/images$", error=GONE, times=times)
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    azure.control.delete_resource(other)
    assert outcome(ended) == ("SourceKept", "SourceInUse")


@pytest.mark.parametrize("state", ["Migrating", "Failed", "OfAKindYetToCome"])
def test_a_version_of_others_in_a_state_that_is_not_settled_needs_its_source(troubled, state):
    """Only Creating and Updating counted: one that was migrating, or was of a state not heard of yet, was missed."""
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    other = azure.seed_version(azure.seed_definition("unsettled"), "1.0.0", source=waiting["sourceImageId"])
    azure.change(other, lambda properties: properties.update(provisioningState=state))
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    azure.control.delete_resource(other)
    assert outcome(ended) == ("SourceKept", "SourceInUse")


@pytest.mark.parametrize("disk", ["osDiskImage", "dataDiskImages"])
def test_a_version_being_made_whose_disk_names_the_image_needs_it(troubled, disk):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    other = azure.seed_version(azure.seed_definition("by-disk"), "1.0.0")
    named = {"source": {"id": waiting["sourceImageId"].upper()}}
    storage = {disk: named if disk == "osDiskImage" else [{"lun": 0, **named}]}
    azure.change(other, lambda properties: properties.update(provisioningState="Creating", storageProfile=storage))
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    azure.control.delete_resource(other)
    assert outcome(ended) == ("SourceKept", "SourceInUse")
