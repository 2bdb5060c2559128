"""Managed images: their four kinds of source, what is filled in, what is refused; and that machines may use them."""

import pytest

from dev.emulator.seed import SHOP_GROUP
from tests.emulator.refusals import refused
from tests.support.documents import COMPUTE, image_id, machine_body

NEW = image_id("fresh")
MACHINE = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"


@pytest.fixture
def put(arm):
    def put_image(path=NEW, location="westeurope", **properties):
        return arm("PUT", path, {"location": location, "properties": properties}, api=COMPUTE)

    return put_image


def os_disk(**source):
    return {"osDisk": {"osType": "Linux", "osState": "Generalized", **source}}


@pytest.mark.parametrize(
    "source",
    [
        {"managedDisk": {"id": "/subscriptions/s/disks/d"}},
        {"snapshot": {"id": "/subscriptions/s/snapshots/d"}},
        {"blobUri": "https://store.blob.core.windows.net/vhds/d.vhd"},
    ],
)
def test_an_image_is_made_from_a_disk_a_snapshot_or_a_blob(put, source):
    response = put(storageProfile=os_disk(**source))
    assert response.status_code == 201
    shown = response.json()["properties"]["storageProfile"]["osDisk"]
    assert shown == {
        "osType": "Linux",
        "osState": "Generalized",
        "caching": "None",
        "storageAccountType": "Standard_LRS",
        **source,
    }


def test_an_image_needs_a_source(put):
    refused(put(), 400, "InvalidParameter")
    refused(put(storageProfile=os_disk()), 400, "InvalidParameter")


def test_an_image_keeps_its_source(put, control):
    put(storageProfile=os_disk(managedDisk={"id": "/disks/a"}))
    control.advance(31)
    assert put(storageProfile=os_disk(managedDisk={"id": "/DISKS/A"})).status_code == 200
    refused(put(storageProfile=os_disk(managedDisk={"id": "/disks/b"})), 409, "PropertyChangeNotAllowed")


def test_a_patch_replaces_the_tags(arm, control):
    response = arm("PATCH", image_id("ubuntu-web"), {"tags": {"a": "b"}}, api=COMPUTE)
    assert (response.status_code, response.json()["tags"]) == (200, {"a": "b"})
    control.advance(1)
    shown = arm("GET", image_id("ubuntu-web"), api=COMPUTE).json()
    assert (shown["tags"], shown["properties"]["provisioningState"]) == ({"a": "b"}, "Succeeded")


def test_ids_match_in_any_case_and_come_back_as_first_written(arm):
    shouted = image_id("ubuntu-web").upper()
    assert arm("GET", shouted, api=COMPUTE).json()["id"] == image_id("ubuntu-web")


def test_a_missing_image_is_named(arm):
    response = arm("GET", NEW, api=COMPUTE)
    assert refused(response, 404, "ResourceNotFound")["message"] == (
        "The Resource 'Microsoft.Compute/images/fresh' under resource group 'images' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    assert response.headers["x-ms-failure-cause"] == "gateway"


@pytest.mark.parametrize("name", ["_x", "-x", "x.", "x" * 81, "a b"])
def test_image_names_follow_the_rule(put, name):
    error = refused(put(image_id(name), storageProfile=os_disk(blobUri="b")), 400, "InvalidParameter")
    assert error["target"] == "imageName"


def test_an_image_is_not_deleted_while_machines_are_provisioned_from_it(arm, control):
    image = image_id("debian-legacy")
    arm("PUT", MACHINE, machine_body(image), api=COMPUTE)
    response = arm("DELETE", image, api=COMPUTE)
    assert response.status_code == 202
    control.advance(31)
    error = arm.poll(response)["error"]
    assert error["code"] == "OperationNotAllowed"
    assert "Virtual Machines 'vm1' are being provisioned using the Image 'debian-legacy'" in error["message"]
    assert arm("GET", image, api=COMPUTE).json()["properties"]["provisioningState"] == "Succeeded"


def test_an_image_a_scale_set_names_may_be_deleted(arm, control):
    assert arm("DELETE", image_id("shop-frontend"), api=COMPUTE).status_code == 202
    control.advance(31)
    assert control.resource(image_id("shop-frontend")) is None
