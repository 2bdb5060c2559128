"""What the service refuses of image versions: by the answer itself, or by the operation it started."""

import pytest

from tests.emulator.refusals import refused
from tests.support.documents import (
    DEFINITION_ID,
    GALLERY_ID,
    definition_body,
    image_id,
    version_body,
)


@pytest.fixture
def put(arm, definition):
    def put_version(body, name="1.0.0"):
        return arm("PUT", f"{definition}/versions/{name}", body)

    return put_version


@pytest.fixture
def put_into(arm, control):
    """Creates a version from `source` in a new definition with these properties; answers the failure."""

    def failure(source, **properties):
        path = f"{GALLERY_ID}/images/other"
        assert arm("PUT", path, definition_body(**properties)).status_code == 201
        control.advance(1)
        response = arm("PUT", f"{path}/versions/1.0.0", version_body(source=source))
        assert response.status_code == 201
        assert arm("GET", f"{path}/versions/1.0.0").json()["properties"]["provisioningState"] == "Failed"
        return arm.poll(response)["error"]

    return failure


@pytest.mark.parametrize("name", ["1.0", "v1.0.0", "1.0.0.0", "1.0.x", "1.0.2147483648", "-1.0.0"])
def test_version_names_are_three_numbers(put, name):
    assert "Major(int).Minor(int).Patch(int)" in refused(put(version_body(), name), 400, "InvalidParameter")["message"]


def test_a_region_may_be_named_once_only_in_any_spelling(put):
    error = refused(put(version_body("eastus2", "East US 2")), 400, "InvalidParameter")
    assert error["message"] == "Duplicate regions are not allowed in target publishing regions."


@pytest.mark.parametrize("count", [0, -1, 101])
def test_replica_counts_have_a_range(put, count):
    body = version_body({"name": "eastus2", "regionalReplicaCount": count})
    message = refused(put(body), 400, "InvalidParameter")["message"]
    assert message.startswith(f"The value {count} of parameter 'galleryArtifactVersion.properties.")
    assert "between 1 and 100, inclusive" in message


def test_unknown_regions_are_refused(put):
    refused(put(version_body("eastus2", "atlantis")), 400, "LocationNotAvailableForResourceType")


def test_a_new_version_names_its_source(put):
    assert "source.id" in refused(put(version_body(source=None)), 400, "InvalidParameter")["target"]


def test_the_source_of_a_version_never_changes(arm, version):
    error = refused(arm("PUT", version, version_body(source="debian-legacy")), 409, "PropertyChangeNotAllowed")
    assert error["target"] == "galleryImageVersion.properties.storageProfile.source.id"
    assert error["message"] == f"Changing property '{error['target']}' is not allowed."


def test_one_version_at_a_time_is_made_from_a_source(put, control):
    assert put(version_body()).status_code == 201
    body = version_body()
    source = body["properties"]["storageProfile"]["source"]
    source["id"] = source["id"].upper().replace("/SUBSCRIPTIONS", "/subscriptions")
    assert (
        f"Too many requests on source '{source['id']}'"
        in refused(put(body, "1.0.1"), 429, "TooManyRequests")["message"]
    )
    control.advance(446)
    assert put(version_body(), "1.0.1").status_code == 201


def test_parents_come_first(arm, definition):
    missing_gallery = f"{GALLERY_ID}_no/images/d/versions/1.0.0"
    message = refused(arm("PUT", missing_gallery, version_body()), 404, "ParentResourceNotFound")["message"]
    assert "Parent resource 'contoso_gallery_no' not found." in message
    missing_definition = f"{GALLERY_ID}/images/nothing/versions"
    message = refused(arm("GET", missing_definition), 404, "ParentResourceNotFound")["message"]
    assert "Parent resource 'contoso_gallery/nothing' not found." in message


def test_full_parents_are_not_deleted(arm, version, definition, control):
    nested = refused(arm("DELETE", definition), 409, "CannotDeleteResource")["message"]
    assert version in nested
    refused(arm("DELETE", GALLERY_ID), 409, "CannotDeleteResource")
    arm("DELETE", version)
    control.advance(122)
    assert arm("DELETE", definition).status_code == 202


def test_the_safety_flag_blocks_deletion_before_end_of_life(arm, definition, control):
    path = f"{definition}/versions/1.0.0"
    body = version_body(endOfLifeDate="2999-01-01T00:00:00Z")
    body["properties"]["safetyProfile"] = {"blockDeletionBeforeEndOfLife": True}
    arm("PUT", path, body)
    control.advance(446)
    refused(arm("DELETE", path), 409, "DeleteGalleryImageVersionBlockedBeforeEndOfLife")


def test_another_generation_fails_the_operation(put_into):
    error = put_into("ubuntu-web", hyperVGeneration="V2")
    assert error["code"] == "Conflict"
    assert error["message"] == (
        f"The resource with id '{image_id('ubuntu-web')}' has a different Hypervisor generation ['V1'] than the "
        "parent gallery image Hypervisor generation ['V2']."
    )


def test_a_definition_with_a_purchase_plan_takes_an_image_without_one(arm, control):
    path = f"{GALLERY_ID}/images/planned"
    arm("PUT", path, definition_body(purchasePlan={"name": "n", "publisher": "p", "product": "o"}))
    control.advance(1)
    arm("PUT", f"{path}/versions/1.0.0", version_body())
    control.advance(446)
    assert arm("GET", f"{path}/versions/1.0.0").json()["properties"]["provisioningState"] == "Succeeded"


def test_a_missing_source_fails_the_operation(put_into):
    error = put_into("no-such-image")
    assert (error["code"], "is not found. Please check source exists" in error["message"]) == ("NotFound", True)


def test_a_failed_version_stays_and_is_deleted_before_the_next_try(arm, put, control):
    put(version_body(source="windows-build"))
    refused(put(version_body()), 409, "PropertyChangeNotAllowed")
    arm("DELETE", f"{GALLERY_ID}/images/ubuntu-web/versions/1.0.0")
    control.advance(122)
    assert put(version_body()).status_code == 201


def test_a_disk_that_is_too_large_fails_in_every_region_with_details(arm, definition, control):
    image = control.resource(image_id("ubuntu-web"))
    image["properties"]["storageProfile"]["dataDisks"] = [{"lun": 0, "diskSizeGB": 2520}]
    control.put_resource(image)
    path = f"{definition}/versions/1.0.0"
    response = arm("PUT", path, version_body("eastus2", "westus2"))
    control.advance(446)
    assert "source resource size 2520 exceeds the max size 2048" in arm.poll(response)["error"]["message"]
    status = arm("GET", path, **{"$expand": "ReplicationStatus"}).json()["properties"]["replicationStatus"]
    assert {entry["state"] for entry in status["summary"]} == {"Failed"}


@pytest.mark.parametrize(
    "change",
    [
        {"publishingProfile": []},
        {"publishingProfile": {"targetRegions": "eastus2"}},
        {"publishingProfile": {"targetRegions": [{"name": 7}]}},
        {"publishingProfile": {"replicaCount": "many"}},
        {"publishingProfile": {"storageAccountType": "Floppy"}},
        {"publishingProfile": {"endOfLifeDate": "soon"}},
        {"storageProfile": {"source": {"id": 1}}},
        {"safetyProfile": 3},
    ],
)
def test_wrong_types_are_refused_by_name(put, change):
    body = version_body()
    body["properties"] |= change
    assert refused(put(body), 400, "InvalidParameter")["target"].startswith("galleryImageVersion.properties")


def test_an_end_of_life_without_an_offset_is_in_utc_and_protects_all_the_same(arm, put, control):
    path = put(version_body(endOfLifeDate="2099-01-01")).json()["id"]
    control.advance(446)
    assert arm("GET", path).json()["properties"]["publishingProfile"]["endOfLifeDate"] == "2099-01-01T00:00:00Z"
    arm("PATCH", path, {"properties": {"safetyProfile": {"blockDeletionBeforeEndOfLife": True}}})
    control.advance(422)
    refused(arm("DELETE", path), 409, "DeleteGalleryImageVersionBlockedBeforeEndOfLife")


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
