"""What a role grants: it counts where it is given and below, and is told there."""

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id


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
