"""Every refusal of galleries, by the call or by the operation it started, compared word for word."""

import pytest

from dev.emulator.compute.any_resource import errors
from dev.emulator.compute.versions import version_errors
from dev.emulator.seed import SHOP_GROUP, SUBSCRIPTION
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import (
    COMPUTE,
    DEFINITION_ID,
    GALLERY_ID,
    definition_body,
    image_id,
    machine_body,
    version_body,
)

refusals = Refusals()
IMAGE = image_id("ubuntu-web")
MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
VERSION = f"{DEFINITION_ID}/versions/1.0.0"
PROFILE = "galleryImageVersion.properties.publishingProfile"
ELSEWHERE = "/subscriptions/0badcafe-0000-4000-8000-000000000009"


@pytest.mark.parametrize("kind", lines_of(errors, version_errors))
def test_every_refusal_comes_as_recorded(kind, arm, control):
    refusals.check(kind, arm, control)


def define(arm, control, **properties):
    assert arm("PUT", DEFINITION_ID, definition_body(**properties)).status_code == 201
    control.advance(1)


def put_version(arm, control, body=None, name="1.0.0", **definition):
    """A version in a fresh definition with these properties."""
    define(arm, control, **definition)
    return arm("PUT", f"{DEFINITION_ID}/versions/{name}", body or version_body())


def existing_version(arm, control, **profile):
    assert put_version(arm, control, version_body(**profile)).status_code == 201
    control.advance(446)


def changed_image(control, **disk):
    image = control.resource(IMAGE)
    image["properties"]["storageProfile"]["osDisk"] |= disk
    return image


@refusals.expect(
    errors.PARENT_RESOURCE_NOT_FOUND,
    404,
    "ParentResourceNotFound",
    "Can not perform requested operation on nested resource. Parent resource 'nowhere' not found.",
)
def a_definition_without_its_gallery(arm, control):
    return arm("PUT", DEFINITION_ID.replace("contoso_gallery", "nowhere"), definition_body())


@refusals.expect(
    errors.NESTED_RESOURCES_EXIST,
    409,
    "CannotDeleteResource",
    "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: "
    f"'{GALLERY_ID}/images/ubuntu-base/versions/1.0.0'. "
    "Please delete all nested resources before deleting this resource.",
)
def a_definition_with_versions(arm, control):
    return arm("DELETE", f"{GALLERY_ID}/images/ubuntu-base")


@refusals.expect(
    errors.IDENTIFIER_TAKEN,
    409,
    "Conflict",
    "Gallery image: ubuntu-web identified by (publisher:contoso, offer:ubuntu, sku:web) already exists. "
    "Choose a different publisher, offer, sku combination.",
)
def an_identifier_used_twice(arm, control):
    define(arm, control)
    return arm("PUT", f"{GALLERY_ID}/images/other", definition_body())


@refusals.expect(
    errors.IDENTIFIER_INVALID,
    400,
    "InvalidParameter",
    "The value of parameter 'sku' is invalid: at most 64 letters, digits, '-', '_' and '.', which does not end it.",
    "galleryImage.properties.identifier.sku",
)
def an_identifier_with_a_space(arm, control):
    identifier = {"publisher": "contoso", "offer": "ubuntu", "sku": "22.04 LTS"}
    return arm("PUT", DEFINITION_ID, definition_body(identifier=identifier))


@refusals.expect(
    version_errors.MANAGED_IMAGE_HAS_NO_GUEST_STATE,
    400,
    "InvalidParameter",
    f"The managed image '{IMAGE}' cannot be the source of a version in an image definition of security type "
    "'TrustedLaunch'.",
    "galleryImageVersion.properties.storageProfile.source.id",
)
def a_managed_image_for_trusted_launch(arm, control):
    features = [{"name": "SecurityType", "value": "TrustedLaunch"}]
    return put_version(arm, control, hyperVGeneration="V2", features=features)


@refusals.expect(
    errors.FEATURE_NOT_OF_GENERATION,
    400,
    "InvalidParameter",
    "The feature 'DiskControllerTypes' is not supported with the Hyper-V generation 'V1'.",
    "galleryImage.properties.features",
)
def nvme_for_generation_1(arm, control):
    return arm("PUT", DEFINITION_ID, definition_body(features=[{"name": "DiskControllerTypes", "value": "SCSI, NVMe"}]))


@refusals.expect(
    errors.FEATURES_NOT_KNOWN,
    400,
    "BadRequest",
    "Could not find member 'features' on object of type 'Properties'.",
    "galleryImage.properties.features",
)
def features_before_there_were_any(arm, control):
    body = definition_body(features=[{"name": "IsHibernateSupported", "value": "True"}])
    return arm("PUT", DEFINITION_ID, body, api="2019-12-01")


@refusals.expect(
    errors.FAILED_VERSION_UNDER_SOFT_DELETE,
    409,
    "OperationNotAllowed",
    "The image version '1.0.0' is in state Failed and cannot be deleted while soft delete is on in its gallery.",
)
def a_failed_version_where_deleted_ones_are_kept(arm, control):
    body = {"location": "eastus2", "properties": {"softDeletePolicy": {"isSoftDeleteEnabled": True}}}
    assert arm("PUT", GALLERY_ID, body).status_code == 200
    put_version(arm, control, hyperVGeneration="V2")
    control.advance(446)
    return arm("DELETE", VERSION)


SOFT = {"softDeletePolicy": {"isSoftDeleteEnabled": True, "gracePeriodInDays": 7}}


@refusals.expect(
    errors.SOFT_DELETE_NEEDS_ONE_PLACE,
    409,
    "OperationNotAllowed",
    "Soft delete cannot be enabled on gallery 'contoso_gallery': it, its image definitions and their versions are in "
    "different locations.",
)
def soft_delete_between_regions(arm, control):
    define(arm, control)
    definition = control.resource(DEFINITION_ID)
    control.put_resource(definition | {"location": "westus2"})
    return arm("PATCH", GALLERY_ID, {"properties": SOFT}, api="2026-03-03")


def deleted(arm, control, days):
    assert arm("PATCH", GALLERY_ID, {"properties": SOFT}, api="2026-03-03").status_code == 200
    existing_version(arm, control)
    assert arm("DELETE", VERSION).status_code == 202
    control.advance(122 + days * 86_400)


@refusals.expect(
    errors.SOFT_DELETED_VERSION_IN_GRACE,
    409,
    "OperationNotAllowed",
    f"The gallery image version '{VERSION}' was deleted and can only be restored.",
)
def a_machine_of_a_deleted_version_in_its_grace(arm, control):
    deleted(arm, control, 8)
    return arm("PUT", MACHINE, machine_body(VERSION), api=COMPUTE)


@refusals.expect(
    errors.NO_LATEST_VERSION,
    404,
    "ImageNotFound",
    f"The gallery image '{DEFINITION_ID}' has no version that can be used as latest.",
)
def a_machine_of_the_latest_where_each_is_deleted(arm, control):
    deleted(arm, control, 1)
    return arm("PUT", MACHINE, machine_body(DEFINITION_ID), api=COMPUTE)


@refusals.expect(
    version_errors.INVALID_VERSION_NAME,
    400,
    "InvalidParameter",
    "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) "
    "format, where int is between 0 and 2,147,483,647 (inclusive). For e.g: 1.0.0, 2018.12.1 etc.",
    "galleryImageVersionName",
)
def a_version_of_two_numbers(arm, control):
    return put_version(arm, control, name="1.0")


@refusals.expect(
    version_errors.SOURCE_REGION_NOT_TARGETED,
    400,
    "InvalidParameter",
    "Gallery image version publishing profile regions 'northeurope' must contain the location of image version "
    "'East US 2'.",
    f"{PROFILE}.targetRegions",
)
def a_target_elsewhere_only(arm, control):
    return put_version(arm, control, version_body("northeurope"))


@refusals.expect(
    version_errors.DUPLICATE_REGIONS,
    400,
    "InvalidParameter",
    "Duplicate regions are not allowed in target publishing regions.",
    f"{PROFILE}.targetRegions",
)
def one_region_in_two_spellings(arm, control):
    return put_version(arm, control, version_body("eastus2", "East US 2"))


@refusals.expect(
    version_errors.REPLICA_COUNT_OUT_OF_RANGE,
    400,
    "InvalidParameter",
    "The value 0 of parameter 'galleryArtifactVersion.properties.publishingProfile.targetRegions.regionalReplicaCount'"
    " is out of range. The value must be between 1 and 100, inclusive.",
    "galleryArtifactVersion.properties.publishingProfile.targetRegions.regionalReplicaCount",
)
def no_replica(arm, control):
    return put_version(arm, control, version_body({"name": "eastus2", "regionalReplicaCount": 0}))


@refusals.expect(
    version_errors.ZRS_NOT_SUPPORTED,
    400,
    "InvalidParameter",
    "ZRS storage account type is not supported in this region.",
    f"{PROFILE}.targetRegions.storageAccountType",
)
def zones_where_there_are_none(arm, control):
    return put_version(arm, control, version_body("eastus2", {"name": "westus", "storageAccountType": "Standard_ZRS"}))


@refusals.expect(
    version_errors.TYPE_BESIDE_STRATEGY,
    400,
    "InvalidParameter",
    "Parameter 'storageAccountType' cannot be specified along with parameter 'storageAccountStrategy'.",
    f"{PROFILE}.storageAccountStrategy",
)
def a_type_beside_a_strategy(arm, control):
    define(arm, control)
    body = version_body(storageAccountType="Standard_LRS", storageAccountStrategy="PreferStandard_ZRS")
    return arm("PUT", VERSION, body, api="2025-03-03")


@refusals.expect(
    version_errors.STRATEGY_NOT_KNOWN_YET,
    400,
    "InvalidParameter",
    "Could not find member 'storageAccountStrategy' on object of api-version '2024-03-03'.",
    f"{PROFILE}.storageAccountStrategy",
)
def a_strategy_of_later(arm, control):
    return put_version(arm, control, version_body(storageAccountStrategy="PreferStandard_ZRS"))


@refusals.expect(
    errors.END_OF_LIFE_IN_THE_PAST,
    400,
    "InvalidParameter",
    "EndOfLifeDate must be set to a future date.",
    f"{PROFILE}.endOfLifeDate",
)
def an_end_of_life_gone_by(arm, control):
    return put_version(arm, control, version_body(endOfLifeDate="2020-01-01T00:00:00Z"))


@refusals.expect(
    version_errors.MARKED_FOR_DELETION,
    409,
    "OperationNotAllowed",
    "Operation 'Update Gallery Image Version' is not on allowed on 1.0.0; since it is marked for deletion.",
)
def an_update_while_it_is_deleted(arm, control):
    existing_version(arm, control)
    arm("DELETE", VERSION)
    return arm("PUT", VERSION, version_body(source=None))


@refusals.expect(
    version_errors.DELETION_BLOCKED_BEFORE_END_OF_LIFE,
    409,
    "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
    "Deletion of Gallery image version is not allowed because the image is enabled for blockDeletionBeforeEndOfLife "
    "and its endOfLifeDate has not reached yet",
)
def a_protected_version(arm, control):
    existing_version(arm, control, endOfLifeDate="2099-01-01T00:00:00Z")
    arm("PATCH", VERSION, {"properties": {"safetyProfile": {"blockDeletionBeforeEndOfLife": True}}})
    control.advance(422)
    return arm("DELETE", VERSION)


@refusals.expect(
    version_errors.ENCRYPTED_SOURCE_ELSEWHERE,
    400,
    "InvalidParameter",
    f"Encrypted source: '{IMAGE.replace(SUBSCRIPTION, ELSEWHERE)}' is in a different subscription ID than the current "
    "gallery image version subscription 'c0ffee00-0000-4000-8000-000000000001'.",
)
def an_encrypted_source_of_another_subscription(arm, control):
    control.put_resource({"id": ELSEWHERE})
    image = changed_image(control, diskEncryptionSet={"id": "/subscriptions/s/des"})
    image["id"] = IMAGE.replace(SUBSCRIPTION, ELSEWHERE)
    control.put_resource(image)
    body = version_body()
    body["properties"]["storageProfile"]["source"]["id"] = image["id"]
    return put_version(arm, control, body)


SET = f"{SHOP_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/des"


def put_encrypted(arm, control, set_id, *more, location="eastus2"):
    """East US 2 with this set, more regions without one; the set that exists is at the location."""
    control.put_resource({"id": SET, "location": location, "properties": {}})
    encryption = {"osDiskImage": {"diskEncryptionSetId": set_id}}
    return put_version(arm, control, version_body({"name": "eastus2", "encryption": encryption}, *more))


@refusals.expect(
    version_errors.ENCRYPTION_SET_NOT_FOUND,
    404,
    "NotFound",
    f"The disk encryption set '{SET}-2' cannot be found.",
    f"{PROFILE}.targetRegions.encryption",
)
def an_encryption_set_that_is_not_there(arm, control):
    return put_encrypted(arm, control, f"{SET}-2")


@refusals.expect(
    version_errors.ENCRYPTION_SET_IN_ANOTHER_REGION,
    400,
    "InvalidParameter",
    f"The disk encryption set '{SET}' is in region 'westus2' and cannot encrypt a replica in region 'eastus2'.",
    f"{PROFILE}.targetRegions.encryption",
)
def an_encryption_set_of_another_region(arm, control):
    return put_encrypted(arm, control, SET, location="westus2")


@refusals.expect(
    version_errors.ENCRYPTION_SET_IN_ANOTHER_SUBSCRIPTION,
    400,
    "InvalidParameter",
    f"The disk encryption set '{SET.replace(SUBSCRIPTION, ELSEWHERE)}' is not in subscription "
    "'c0ffee00-0000-4000-8000-000000000001', which the image version is in.",
    f"{PROFILE}.targetRegions.encryption",
)
def an_encryption_set_of_another_subscription(arm, control):
    return put_encrypted(arm, control, SET.replace(SUBSCRIPTION, ELSEWHERE))


@refusals.expect(
    version_errors.ENCRYPTED_IN_SOME_REGIONS,
    400,
    "InvalidParameter",
    "Either every target region names a disk encryption set, or none does.",
    f"{PROFILE}.targetRegions.encryption",
)
def one_region_encrypted_and_one_not(arm, control):
    return put_encrypted(arm, control, SET, "westus2")


@refusals.expect(
    errors.QUOTA_EXCEEDED,
    409,
    "QuotaExceeded",
    "The limit of 1 galleries per subscription and region is reached in 'eastus2'.",
)
def a_gallery_too_many(arm, control):
    control.settings(quotas={"galleries": 1})
    assert arm("PUT", f"{GALLERY_ID}_west", {"location": "westus"}).status_code == 201
    return arm("PUT", f"{GALLERY_ID}_2", {"location": "eastus2"})


@refusals.expect(
    version_errors.TOO_MANY_REQUESTS_ON_SOURCE,
    429,
    "TooManyRequests",
    f"Too many requests on source '{IMAGE}'. Please reduce the number of requests on the source or wait some time "
    "before retrying",
)
def two_versions_of_one_source_at_once(arm, control):
    put_version(arm, control)
    return arm("PUT", f"{DEFINITION_ID}/versions/1.0.1", version_body())


@refusals.expect(
    version_errors.SOURCE_NOT_FOUND,
    404,
    "NotFound",
    f"Source '{image_id('debian-legacy')}' is not found. Please check source exists, and is in the same region as "
    "gallery image version being created",
)
def a_source_of_another_region(arm, control):
    return put_version(arm, control, version_body(source="debian-legacy"))


@refusals.expect(
    version_errors.GENERATION_MISMATCH,
    409,
    "Conflict",
    f"The resource with id '{IMAGE}' has a different Hypervisor generation ['V1'] than the parent gallery image "
    "Hypervisor generation ['V2'].",
)
def another_generation(arm, control):
    return put_version(arm, control, hyperVGeneration="V2")


@refusals.expect(
    version_errors.OS_TYPE_MISMATCH,
    409,
    "Conflict",
    f"The resource with id '{IMAGE}' has a different OS type ['Linux'] than the parent gallery image OS type "
    "generation ['Windows']",
)
def another_os(arm, control):
    return put_version(arm, control, osType="Windows")


@refusals.expect(
    version_errors.OS_STATE_MISMATCH,
    409,
    "Conflict",
    f"Cannot create Gallery Image Version from: {IMAGE} since the OS State in the parent gallery image (Generalized) "
    "is not Specialized",
)
def a_specialized_source(arm, control):
    control.put_resource(changed_image(control, osState="Specialized"))
    return put_version(arm, control)


@refusals.expect(
    version_errors.PLAN_MISMATCH,
    409,
    "Conflict",
    f"""The resource with id '{MACHINE}' has a different plan ['{{"name": "n", "publisher": "p", "product": "o"}}'] """
    "than the parent gallery image plan ['null']",
)
def a_machine_with_a_purchase_plan_the_definition_lacks(arm, control):
    storage = {"osDisk": {"osType": "Linux", "createOption": "FromImage"}}
    machine = {"id": MACHINE, "location": "eastus2", "properties": {"storageProfile": storage}}
    control.put_resource({**machine, "plan": {"name": "n", "publisher": "p", "product": "o"}})
    body = version_body()
    body["properties"]["storageProfile"]["source"] = {"virtualMachineId": MACHINE}
    return put_version(arm, control, body)


OVERSIZE = (
    "Replication failed in this region due to 'The GalleryImageVersion source resource size 2520 exceeds the max size "
    "2048 supported.'"
)


@refusals.expect(
    version_errors.REPLICATION_FAILED,
    409,
    "Conflict",
    "Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: "
    f"'{{region:eastus2, detail:{OVERSIZE}}},{{region:westus2, detail:Failed with internal server error.}}'. "
    "If retry does not work, then please do an update by removing the failed regions and update again by adding them "
    "back.",
    details=[{"code": "GallerySourceResourceExceedsMaxSize", "target": "eastus2", "message": OVERSIZE}],
)
def a_disk_too_large_and_a_broken_region(arm, control):
    control.put_resource(changed_image(control, diskSizeGB=2520))
    control.settings(replicationFailures={"westus2": "Failed with internal server error."})
    response = put_version(arm, control, version_body("eastus2", "westus2"))
    control.advance(446)
    return response
