"""What depends on the api-version: generations, systemData, soft delete; and what is left to 501."""

from datetime import datetime

import pytest

from dev.emulator.compute.any_resource.api_versions import GALLERIES, IMAGES
from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP
from tests.support.documents import (
    COMPUTE,
    DEFINITION_ID,
    GALLERY_ID,
    SOME_OBJECT_ID,
    Arm,
    definition_body,
    image_id,
    machine_body,
    version_body,
)

IMAGE = image_id("ubuntu-web")
NEW_IMAGE = image_id("fresh")
_DISK = {"id": f"{SHOP_GROUP}/providers/Microsoft.Compute/disks/os"}
_OS_DISK = {"osType": "Linux", "osState": "Generalized", "managedDisk": _DISK}
NEW_IMAGE_BODY = {"location": "westeurope", "properties": {"storageProfile": {"osDisk": _OS_DISK}}}
NEWEST_GALLERY = max(GALLERIES)
SOFT_DELETED = f"{GALLERY_ID}/softDeletedArtifactTypes/images/artifacts/ubuntu-web/versions"


@pytest.mark.parametrize(("api", "shown"), [("2018-10-01", None), ("2019-03-01", "V1"), ("2026-04-01", "V1")])
def test_the_generation_of_an_image_is_not_shown_before_2019(arm, api, shown):
    listed = arm("GET", f"{IMAGES_GROUP}/providers/Microsoft.Compute/images", api=api).json()["value"]
    [same] = [image for image in listed if image["name"] == "ubuntu-web"]
    for image in (arm("GET", IMAGE, api=api).json(), same):
        assert image["properties"].get("hyperVGeneration") == shown


@pytest.mark.parametrize("api", sorted(GALLERIES))
def test_a_definition_without_a_generation_depends_on_the_api_version(arm, api):
    body = definition_body()
    del body["properties"]["hyperVGeneration"]
    assert arm("PUT", DEFINITION_ID, body, api=api).status_code == 201
    shown = arm("GET", DEFINITION_ID, api="2024-03-03").json()["properties"]
    trusted = [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
    modern = api >= "2025-03-03"
    assert (shown["hyperVGeneration"], shown.get("features")) == (("V2", trusted) if modern else ("V1", None))


@pytest.mark.parametrize("api", sorted(IMAGES))
def test_images_answer_every_api_version_listed(arm, api):
    assert arm("PATCH", IMAGE, {"tags": {"api": api}}, api=api).json()["tags"] == {"api": api}


def test_system_data_names_the_first_and_the_last_writer(emulator, arm, control):
    arm("PUT", NEW_IMAGE, NEW_IMAGE_BODY)
    control.advance(60)
    person = Arm(emulator, upn="ada@contoso.com")
    with person.session:
        person("PATCH", NEW_IMAGE, {"tags": {}})
    shown = arm("GET", NEW_IMAGE, api=max(IMAGES)).json()["systemData"]
    assert (shown["createdBy"], shown["createdByType"]) == (SOME_OBJECT_ID, "Application")
    assert (shown["lastModifiedBy"], shown["lastModifiedByType"]) == ("ada@contoso.com", "User")
    assert shown["createdAt"] < shown["lastModifiedAt"]
    assert "systemData" not in arm("GET", NEW_IMAGE).json()


def test_galleries_and_what_is_in_them_have_no_system_data(arm, version):
    for path in (GALLERY_ID, DEFINITION_ID, version):
        assert "systemData" not in arm("GET", path, api=NEWEST_GALLERY).json()


@pytest.fixture
def soft(arm, control, version):
    """A finished version in a gallery with soft delete."""
    policy = {"softDeletePolicy": {"isSoftDeleteEnabled": True}}
    assert arm("PATCH", GALLERY_ID, {"properties": policy}).status_code == 200
    control.advance(1)
    return version


def delete(arm, control, version, **options):
    assert arm("DELETE", version, **options).status_code == 202
    control.advance(122)
    assert arm("GET", version).status_code == 404


def names(arm):
    return [item["name"] for item in arm("GET", SOFT_DELETED).json()["value"]]


def test_a_soft_deleted_version_is_listed_and_comes_back_as_it_was(arm, control, soft):
    before = arm("GET", soft).json()
    delete(arm, control, soft)
    [listed] = arm("GET", SOFT_DELETED).json()["value"]
    assert listed["properties"]["resourceArmId"] == soft
    restored = arm("PUT", soft, {"location": "eastus2", "properties": {"restore": True, "storageProfile": {}}})
    assert (restored.status_code, restored.json()["properties"]["provisioningState"]) == (200, "Updating")
    control.advance(422)
    assert arm("GET", soft).json() == before
    assert names(arm) == []


def test_without_a_policy_nothing_is_kept(arm, control, version):
    delete(arm, control, version)
    assert names(arm) == []


def test_soft_delete_can_be_passed_by(arm, control, soft):
    delete(arm, control, soft, api=NEWEST_GALLERY, bypassSoftDelete="true")
    assert names(arm) == []


@pytest.mark.parametrize(("named", "days"), [({}, 7), ({"retentionPeriodInDays": 3}, 3)])
def test_what_is_kept_is_gone_when_the_time_of_retention_is_over(arm, control, soft, named, days):
    policy = {"softDeletePolicy": {"isSoftDeleteEnabled": True, **named}}
    arm("PATCH", GALLERY_ID, {"properties": policy}, api=NEWEST_GALLERY)
    control.advance(1)
    delete(arm, control, soft)
    control.advance(days * 86_400 - 1)
    assert names(arm) == ["1.0.0"]
    control.advance(1)
    assert names(arm) == []


DAY = 86_400


@pytest.fixture
def graced(arm, control, soft):
    """A version that was deleted where three days of use are followed by four of grace."""
    policy = {"isSoftDeleteEnabled": True, "retentionPeriodInDays": 3, "gracePeriodInDays": 4}
    arm("PATCH", GALLERY_ID, {"properties": {"softDeletePolicy": policy}}, api=NEWEST_GALLERY)
    control.advance(1)
    delete(arm, control, soft)
    return soft


def test_a_deleted_version_tells_until_when_it_can_be_used_and_restored(arm, graced):
    def told(api):
        [listed] = arm("GET", SOFT_DELETED, api=api).json()["value"]
        own = listed["properties"]
        names = ("softDeletedTime", "consumptionEndTime", "hardDeletionTargetTime")
        return [datetime.fromisoformat(own[name]) if name in own else None for name in names]

    at, usable, gone = told(NEWEST_GALLERY)
    assert ((usable - at).days, (gone - usable).days) == (3, 4)
    assert told("2024-03-03")[1:] == [None, None]


def test_a_deleted_version_is_used_by_its_number_until_its_grace_begins(arm, control, graced):
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/"

    def made_from(image, name):
        return arm("PUT", machine + name, machine_body(image), api=COMPUTE).status_code

    assert made_from(graced, "vm1") == 201
    assert made_from(graced.partition("/versions/")[0], "vm2") == 404
    control.advance(3 * DAY)
    assert made_from(graced, "vm3") == 409
    restored = arm("PUT", graced, {"location": "eastus2", "properties": {"restore": True, "storageProfile": {}}})
    assert restored.status_code == 200
    control.advance(422)
    assert made_from(graced, "vm3") == 201


def test_a_deleted_version_is_gone_for_good_after_its_grace(arm, control, graced):
    control.advance(7 * DAY - 10)
    assert names(arm) == ["1.0.0"]
    control.advance(10)
    assert names(arm) == []


def test_only_what_is_kept_can_be_restored(arm, definition):
    path = f"{definition}/versions/1.0.0"
    answer = arm("PUT", path, {"location": "eastus2", "properties": {"restore": True, "storageProfile": {}}})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"),
        ("PATCH", f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/shop-frontend-vmss"),
        ("POST", f"{GALLERY_ID}/share"),
        ("GET", f"{GALLERY_ID}/applications"),
        ("GET", f"{GALLERY_ID}/inVMAccessControlProfiles"),
    ],
)
def test_what_is_left_out_says_so(arm, method, path):
    answer = arm(method, path, None if method == "GET" else {})
    assert (answer.status_code, answer.json()["error"]["code"]) == (501, "NotEmulated")
    assert path in answer.json()["error"]["message"]


def test_the_name_of_a_soft_deleted_version_is_free_again(arm, control, soft):
    delete(arm, control, soft)
    assert arm("PUT", soft, version_body()).status_code == 201
