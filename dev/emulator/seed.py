"""A small believable company: the world a fresh emulator holds."""

from typing import Any

from dev.emulator.world import World
from dev.emulator.world.resources import Resource

SUBSCRIPTION_ID = "c0ffee00-0000-4000-8000-000000000001"
SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
IMAGES_GROUP = f"{SUBSCRIPTION}/resourceGroups/images"
GALLERIES_GROUP = f"{SUBSCRIPTION}/resourceGroups/galleries"
SHOP_GROUP = f"{SUBSCRIPTION}/resourceGroups/shop"

_DONE = {"provisioningState": "Succeeded"}


def empty_subscription(world: World) -> None:
    """The subscription and its groups `images`, `galleries` and `shop`, with nothing in them."""
    _put(world, {"id": SUBSCRIPTION, "displayName": "Contoso Images"})
    for group, location in ((IMAGES_GROUP, "eastus2"), (GALLERIES_GROUP, "eastus2"), (SHOP_GROUP, "westeurope")):
        _put(world, {"id": group, "location": location, "tags": {}, "properties": dict(_DONE)})


def small_company(world: World) -> None:
    """Four managed images (one is used by a scale set), and a gallery with one definition and one version."""
    empty_subscription(world)
    for document in (
        managed_image("ubuntu-web", tags={"team": "web", "os": "ubuntu-22.04"}),
        managed_image("windows-build", os_type="Windows", generation="V2", os_gib=127, data_gib=(256,)),
        managed_image("debian-legacy", location="westeurope", tags={"team": "platform"}),
        managed_image("shop-frontend", location="westeurope", generation="V2", tags={"team": "shop"}),
        _scale_set("shop-frontend-vmss", f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/shop-frontend"),
        *_gallery(),
    ):
        _put(world, document)


def managed_image(
    name: str,
    *,
    location: str = "eastus2",
    os_type: str = "Linux",
    generation: str = "V1",
    os_gib: int = 30,
    data_gib: tuple[int, ...] = (),
    tags: dict[str, str] | None = None,
) -> dict[str, Any]:
    """The document of a generalized image whose source disks are long gone."""
    disks = f"{IMAGES_GROUP}/providers/Microsoft.Compute/disks/{name}"
    replicas = {"caching": "ReadWrite", "storageAccountType": "Premium_LRS"}
    os_disk = {"osType": os_type, "osState": "Generalized", "diskSizeGB": os_gib, **replicas}
    data_disks = [
        {"lun": lun, "diskSizeGB": size, "managedDisk": {"id": f"{disks}-data{lun}"}, **replicas}
        for lun, size in enumerate(data_gib)
    ]
    storage = {"osDisk": {**os_disk, "managedDisk": {"id": f"{disks}-os"}}, "dataDisks": data_disks}
    return {
        "id": f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/{name}",
        "location": location,
        "tags": tags or {},
        "properties": {"storageProfile": storage, "hyperVGeneration": generation, **_DONE},
    }


def _scale_set(name: str, image_id: str) -> dict[str, Any]:
    profile = {"storageProfile": {"imageReference": {"id": image_id}}}
    return {
        "id": f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}",
        "location": "westeurope",
        "sku": {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": 3},
        "properties": {"virtualMachineProfile": profile, "orchestrationMode": "Uniform", **_DONE},
    }


def _gallery() -> tuple[dict[str, Any], ...]:
    gallery = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
    definition = f"{gallery}/images/ubuntu-base"
    platform = {"osType": "Linux", "osState": "Generalized", "hyperVGeneration": "V1", "architecture": "x64"}
    identifier = {"publisher": "contoso", "offer": "ubuntu", "sku": "base"}
    target = {"name": "East US 2", "regionalReplicaCount": 1, "storageAccountType": "Standard_LRS"}
    profile = {
        "targetRegions": [target],
        "replicaCount": 1,
        "excludeFromLatest": False,
        "publishedDate": "2024-03-01T09:30:00.0000000+00:00",
        "storageAccountType": "Standard_LRS",
        "replicationMode": "Full",
    }
    source = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images/ubuntu-base-2024"
    os_disk_image = {"sizeInGB": 30, "hostCaching": "ReadWrite", "source": {}}
    storage = {"source": {"id": source}, "osDiskImage": os_disk_image}
    unique = {"uniqueName": f"{SUBSCRIPTION_ID}-CONTOSO_GALLERY"}
    at = {"location": "eastus2", "tags": {}}
    version = {"publishingProfile": profile, "storageProfile": storage, **_DONE}
    return (
        {"id": gallery, **at, "properties": {"identifier": unique, **_DONE}},
        {"id": definition, **at, "properties": {**platform, "identifier": identifier, **_DONE}},
        {"id": f"{definition}/versions/1.0.0", **at, "properties": version},
    )


def _put(world: World, document: dict[str, Any]) -> None:
    world.resources.put(Resource.from_document(document))
