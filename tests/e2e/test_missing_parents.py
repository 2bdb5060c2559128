"""One 404 proves nothing: a list of users that is answered with it is not an empty list."""

from tests.e2e.app import outcome
from tests.e2e.azure import DONE

GONE = {"status": 404, "code": "ResourceNotFound", "message": "not found"}


def test_a_scale_set_instance_is_seen_though_its_list_was_answered_with_one_404(troubled):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    scale_set = azure.seed_consumer("virtualMachineScaleSets", waiting["imageVersionId"])
    storage = {"storageProfile": {"imageReference": {"id": waiting["sourceImageId"]}}}
    azure.control.put_resource(
        {"id": f"{scale_set}/virtualMachines/0", "location": "westeurope", "properties": storage | DONE}
    )
    azure.control.add_fault(method="GET", path=f"{scale_set}/virtualMachines$", error=GONE)
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("SourceKept", "SourceInUse")


def test_an_unfinished_version_is_seen_though_its_gallery_was_answered_with_one_404(troubled):
    app, azure = troubled.app, troubled.azure
    waiting = app.waiting(app.start(azure.seed_image()))
    gallery = azure.seed_gallery("elsewhere")
    other = azure.seed_version(
        azure.seed_definition("elsewhere", gallery=gallery), "1.0.0", source=waiting["sourceImageId"]
    )
    azure.change(other, lambda properties: properties.update(provisioningState="Creating"))
    azure.control.add_fault(method="GET", path=f"{gallery}/images$", error=GONE)
    app.approve(waiting)
    ended = app.ended(waiting["id"])
    azure.control.delete_resource(other)
    assert outcome(ended) == ("SourceKept", "SourceInUse")
