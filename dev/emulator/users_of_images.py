"""What names a managed image, as Azure shows it: documents to put into the world, one a kind of user.

Shapes are those of the published definitions; beside each its source. Only what concerns images is there. Machines and
scale sets are emulated (`compute/machines`); of the others only that they are there: Resource Graph shows them.
"""

import json
from typing import Any

from dev.emulator.seed import SHOP_GROUP

Document = dict[str, Any]
_COMPUTE = f"{SHOP_GROUP}/providers/Microsoft.Compute"
STATES = ("Creating", "Updating", "Failed", "Succeeded", "Deleting", "Migrating")  # of a machine, as of all of Compute
UPGRADES = ("Automatic", "Manual", "Rolling")  # UpgradeMode of virtualMachineScaleSet.json, 2024-07-01


def machine(
    name: str, image_id: str, *, state: str = "Succeeded", ephemeral: bool = False, unmanaged: bool = False
) -> Document:
    """VirtualMachine of virtualMachine.json, 2024-07-01. An ephemeral OS disk has `diffDiskSettings`."""
    disks = f"{_COMPUTE}/disks/{name}"
    managed = {"managedDisk": {"id": f"{disks}_OsDisk_1", "storageAccountType": "Premium_LRS"}}
    blob = {"vhd": {"uri": f"https://shop.blob.core.windows.net/vhds/{name}.vhd"}}
    os_disk: Document = {
        "osType": "Linux",
        "name": f"{name}_OsDisk_1",
        "createOption": "FromImage",
        "caching": "ReadWrite",
    }
    os_disk |= {**(blob if unmanaged else managed), "diskSizeGB": 30, "deleteOption": "Detach"}
    if ephemeral:
        os_disk |= {"caching": "ReadOnly", "diffDiskSettings": {"option": "Local", "placement": "CacheDisk"}}
    storage = {"imageReference": {"id": image_id}, "osDisk": os_disk, "dataDisks": []}
    return _document(f"{_COMPUTE}/virtualMachines/{name}", {"storageProfile": storage}, state)


def scale_set(name: str, image_id: str, *, mode: str = "Uniform", upgrade: str = "Manual") -> Document:
    """VirtualMachineScaleSet of virtualMachineScaleSet.json, 2024-07-01; of either orchestration mode."""
    storage = {"imageReference": {"id": image_id}, "osDisk": {"createOption": "FromImage", "osType": "Linux"}}
    model = {"virtualMachineProfile": {"storageProfile": storage}, "upgradePolicy": {"mode": upgrade}}
    return _document(f"{_COMPUTE}/virtualMachineScaleSets/{name}", {**model, "orchestrationMode": mode})


def instance(scale_set_id: str, number: int, image_id: str) -> Document:
    """VirtualMachineScaleSetVM, the same definitions: of a uniform scale set, with the image that it was made from."""
    disk = {"id": f"{_COMPUTE}/disks/{scale_set_id.rpartition('/')[2]}_{number}_OsDisk"}
    storage = {"imageReference": {"id": image_id}, "osDisk": {"createOption": "FromImage", "managedDisk": disk}}
    shown = {"storageProfile": storage, "latestModelApplied": False}
    return _document(f"{scale_set_id}/virtualMachines/{number}", shown)


def fleet(name: str, image_id: str) -> Document:
    """Microsoft.AzureFleet/fleets 2024-05-01-preview (Azure/bicep-types-az, read 2026-11-30)."""
    profile = {"storageProfile": {"imageReference": {"id": image_id}}}
    shown = {"computeProfile": {"baseVirtualMachineProfile": profile}}
    return _document(f"{SHOP_GROUP}/providers/Microsoft.AzureFleet/fleets/{name}", shown)


def image_template(name: str, *, source: str | None = None, target: str | None = None) -> Document:
    """Microsoft.VirtualMachineImages/imageTemplates 2024-02-01 (the docs' template reference; not compared live)."""
    platform = {
        "type": "PlatformImage",
        "publisher": "canonical",
        "offer": "ubuntu",
        "sku": "22_04",
        "version": "latest",
    }
    distributor = {"type": "ManagedImage", "imageId": target, "location": "westeurope", "runOutputName": "image"}
    shown = {
        "source": {"type": "ManagedImage", "imageId": source} if source else platform,
        "distribute": [distributor] if target else [{"type": "VHD", "runOutputName": "vhd"}],
    }
    return _document(f"{SHOP_GROUP}/providers/Microsoft.VirtualMachineImages/imageTemplates/{name}", shown)


def host_pool(name: str, image_id: str | None = None, *, management: str | None = "Standard") -> Document:
    """Microsoft.DesktopVirtualization/hostPools 2024-04-08-preview (Azure/bicep-types-az), with `managementType`.

    `vmTemplate` is JSON in a text, whose fields are the portal's own and documented nowhere: unverified.
    """
    template = {"vmTemplate": json.dumps({"imageType": "CustomImage", "customImageId": image_id})} if image_id else {}
    shown = {"hostPoolType": "Pooled"} | template | ({"managementType": management} if management else {})
    return _document(f"{SHOP_GROUP}/providers/Microsoft.DesktopVirtualization/hostpools/{name}", shown)


def session_host_configuration(host_pool_id: str, image_id: str) -> Document:
    """.../sessionHostConfigurations/default of an automated pool; that its image is named at `imageInfo.customInfo.
    resourceId` is of the published policy aliases, and unverified.
    """
    shown = {"imageInfo": {"type": "Custom", "customInfo": {"resourceId": image_id}}}
    return _document(f"{host_pool_id}/sessionHostConfigurations/default", shown)


def lab(name: str) -> Document:
    """Microsoft.DevTestLab/labs 2018-09-15."""
    return _document(f"{SHOP_GROUP}/providers/Microsoft.DevTestLab/labs/{name}", {"labStorageType": "Premium"})


def lab_image(lab_id: str, name: str, image_id: str) -> Document:
    """Microsoft.DevTestLab/labs/customimages 2018-09-15: `managedImageId` (SDK of .NET, DevTestLabCustomImageData)."""
    return _document(f"{lab_id}/customimages/{name}", {"managedImageId": image_id})


def node_type(cluster: str, name: str, image_id: str) -> Document:
    """Microsoft.ServiceFabric/managedClusters/nodeTypes: `vmImageResourceId` (docs' template reference; unverified that
    it takes a managed image).
    """
    cluster_id = f"{SHOP_GROUP}/providers/Microsoft.ServiceFabric/managedClusters/{cluster}"
    return _document(f"{cluster_id}/nodeTypes/{name}", {"vmImageResourceId": image_id, "vmInstanceCount": 5})


def disk(name: str, image_id: str) -> Document:
    """Microsoft.Compute/disks: `creationData.imageReference` of what was made `FromImage`, of a platform or user image
    (ImageDiskReference of disk.json, DiskRP); that Resource Graph tells of user images there is unverified.
    """
    origin = {"createOption": "FromImage", "imageReference": {"id": image_id}}
    return _document(f"{_COMPUTE}/disks/{name}", {"creationData": origin, "osType": "Linux", "diskState": "Attached"})


def other(name: str, image_id: str) -> Document:
    """Something that nobody knows."""
    return _document(f"{SHOP_GROUP}/providers/Contoso.Builds/recipes/{name}", {"base": {"image": image_id}})


def _document(resource_id: str, properties: dict[str, Any], state: str = "Succeeded") -> Document:
    shown = properties | {"provisioningState": state}
    return {"id": resource_id, "location": "westeurope", "tags": {}, "properties": shown}
