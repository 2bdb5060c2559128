"""What people's galleries hold and Azure takes or refuses: no stricter and no more lenient than the table of rules."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id, version_body

MANY = ("westus2", "westeurope", "eastus", "northeurope", "westus", "eastus2", "centralus", "uksouth")
TRUSTED = {"name": "SecurityType", "value": "TrustedLaunchSupported"}


def state(arm, path):
    return arm("GET", path).json()["properties"]["provisioningState"]


@pytest.mark.parametrize("name", ["2022.06.08", "2024.02.20", "0.0.0", "2147483647.0.0"])
def test_version_names_with_leading_zeros_are_taken_as_written(arm, definition, name):
    assert arm("PUT", f"{definition}/versions/{name}", version_body()).json()["name"] == name


@pytest.mark.parametrize(
    ("part", "value", "taken"),
    [
        ("publisher", "p" * 128, True),
        ("publisher", "p" * 129, False),
        ("offer", "o" * 64, True),
        ("offer", "o" * 65, False),
        ("offer", "rg-golden(prod)-images", False),
        ("offer", "rg-bilder-münchen", False),
        ("offer", "golden.", False),
        ("sku", "s" * 65, False),
        ("sku", "_22.04-LTS", True),
        ("sku", "line\n", False),
    ],
)
def test_identifiers_have_lengths_and_letters(arm, part, value, taken):
    identifier = {"publisher": "contoso", "offer": "ubuntu", "sku": "web", part: value}
    answer = arm("PUT", DEFINITION_ID, definition_body(identifier=identifier))
    if taken:
        assert answer.status_code == 201
    else:
        error = answer.json()["error"]
        assert (answer.status_code, error["target"]) == (400, f"galleryImage.properties.identifier.{part}")


def test_a_hundred_replicas_are_the_limit_of_a_region_and_not_of_the_version(arm, definition):
    targets = [{"name": region, "regionalReplicaCount": 50} for region in MANY]
    assert arm("PUT", f"{definition}/versions/1.0.0", version_body(*targets)).status_code == 201


@pytest.mark.parametrize(("size", "end"), [(1536, "Succeeded"), (2048, "Succeeded"), (2049, "Failed")])
def test_a_data_disk_may_have_two_terabytes(arm, definition, control, size, end):
    image = control.resource(image_id("ubuntu-web"))
    image["properties"]["storageProfile"]["dataDisks"] = [{"lun": 3, "diskSizeGB": size}]
    control.put_resource(image)
    arm("PUT", f"{definition}/versions/1.0.0", version_body())
    control.advance(446)
    assert state(arm, f"{definition}/versions/1.0.0") == end


def test_a_definition_may_have_half_a_purchase_plan(arm):
    answer = arm("PUT", DEFINITION_ID, definition_body(purchasePlan={"name": "l1"}))
    assert (answer.status_code, answer.json()["properties"]["purchasePlan"]) == (201, {"name": "l1"})


def test_a_managed_image_goes_into_a_definition_that_supports_trusted_launch(arm, control):
    image = control.resource(image_id("ubuntu-web"))
    image["properties"]["hyperVGeneration"] = "V2"
    control.put_resource(image)
    arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration="V2", features=[TRUSTED]))
    control.advance(1)
    assert arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body()).status_code == 201


def test_a_managed_image_has_no_guest_state_for_a_confidential_machine(arm, control):
    confidential = {"name": "SecurityType", "value": "ConfidentialVM"}
    arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration="V2", features=[confidential]))
    control.advance(1)
    answer = arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body())
    assert (answer.status_code, "ConfidentialVM" in answer.json()["error"]["message"]) == (400, True)


def test_a_failed_version_goes_once_soft_delete_is_off(arm, control):
    for enabled, status in ((True, 409), (False, 202)):
        policy = {"softDeletePolicy": {"isSoftDeleteEnabled": enabled}}
        arm("PUT", GALLERY_ID, {"location": "eastus2", "properties": policy})
        if enabled:
            arm("PUT", DEFINITION_ID, definition_body(hyperVGeneration="V2"))
            control.advance(1)
            arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body())
            control.advance(446)
        assert arm("DELETE", f"{DEFINITION_ID}/versions/1.0.0").status_code == status


def test_rights_given_at_a_resource_count_there_and_nowhere_else(arm, control):
    image = image_id("ubuntu-web")
    control.settings(deniedActions={"*/write": GALLERIES_GROUP, "*/delete": IMAGES_GROUP})
    control.settings(grantedActions={"Microsoft.Compute/galleries/*": GALLERY_ID, "*": image})
    assert arm("PUT", DEFINITION_ID, definition_body()).status_code == 201
    assert arm("PUT", f"{GALLERY_ID}_2", {"location": "eastus2"}).status_code == 403
    assert arm("DELETE", image_id("windows-build")).status_code == 403
    assert arm("DELETE", image).status_code == 202
    at_gallery = arm("GET", f"{GALLERY_ID}/providers/Microsoft.Authorization/permissions", api="2022-04-01")
    granted = [entry["actions"] for entry in at_gallery.json()["value"]]
    assert granted == [["*"], ["Microsoft.Compute/galleries/*"]]
    at_group = arm("GET", f"{GALLERIES_GROUP}/providers/Microsoft.Authorization/permissions", api="2022-04-01")
    assert [entry["notActions"] for entry in at_group.json()["value"]] == [["*/write"]]


@pytest.mark.parametrize("path", [image_id("ubuntu-web"), GALLERY_ID])
def test_a_resource_has_fifty_tags_at_most_however_they_are_written(arm, path):
    for count, status in ((50, 200), (51, 400)):
        assert arm("PATCH", path, {"tags": {f"t{number}": "" for number in range(count)}}).status_code == status
