"""Managed images: read, list, delete."""

import hashlib
import json
from typing import Any

from arm.transport.client import compute
from arm.transport.errors import ArmNotFoundError
from arm.transport.operations import start
from arm.transport.reading import each_understood, read, read_all, tags_of, understood
from migration.resources.image import DataDisk, ManagedImage
from migration.resources.operation import Operation
from migration.resources.states import ProvisioningState
from migration.values.ids import MANAGED_IMAGE, ResourceId
from migration.values.image_version.regions import normalise_region

DELETE_CONNECTS_WITHIN_SECONDS = 5  # what was looked at before may change meanwhile


async def get_image(image_id: str) -> ManagedImage | None:
    """Read a managed image; None where there is none."""
    source = ResourceId.parse(image_id, MANAGED_IMAGE)
    found = await read(compute(source.subscription).images.get(source.resource_group, source.name))
    return understood(image_from, found) if found else None


async def list_images(subscription: str) -> list[ManagedImage]:
    """List the managed images of a subscription, over all pages."""
    return each_understood(ManagedImage, image_from, await read_all(compute(subscription).images.list))


async def list_images_in_group(subscription: str, group: str) -> list[ManagedImage]:
    """List the managed images of a resource group, over all pages; none where there is no such group."""
    listing = compute(subscription).images.list_by_resource_group
    try:
        return each_understood(ManagedImage, image_from, await read_all(listing, group))
    except ArmNotFoundError:
        return []


async def start_delete(image_id: str) -> Operation:
    """Start deleting a managed image. There is no way back: managed images have no soft delete."""
    source = ResourceId.parse(image_id, MANAGED_IMAGE)
    begin = compute(source.subscription).images.begin_delete
    once = {"connection_timeout": DELETE_CONNECTS_WITHIN_SECONDS}
    return await start(begin, source.resource_group, source.name, **once)


def image_from(body: dict[str, Any]) -> ManagedImage:
    properties = body.get("properties") or {}
    storage = properties.get("storageProfile") or {}
    os_disk = storage.get("osDisk") or {}
    disks = storage.get("dataDisks") or []
    ResourceId.parse(body["id"], MANAGED_IMAGE)  # raises: all that is known of an image is found by its id
    return ManagedImage(
        id=body["id"],
        name=body["name"],
        location=normalise_region(body["location"]),
        os_type=os_disk.get("osType") or "Unknown",
        os_state=os_disk.get("osState") or "Unknown",
        generation=(properties.get("hyperVGeneration") or "V1").upper(),  # absent means V1
        provisioning_state=ProvisioningState(properties.get("provisioningState") or "Unknown"),
        content=content_of(body),
        shape=shape_of(body),
        os_disk_size_gb=os_disk.get("diskSizeGB"),
        os_disk_caching=os_disk.get("caching"),
        os_disk_storage=os_disk.get("storageAccountType"),
        data_disks=[_data_disk(disk) for disk in disks],
        encrypted=any(disk.get("diskEncryptionSet") for disk in [os_disk, *disks]),
        encryption_set=_encryption_set(os_disk),
        zone_resilient=bool(storage.get("zoneResilient")),
        edge_zone=(body.get("extendedLocation") or {}).get("name"),
        machine_id=(properties.get("sourceVirtualMachine") or {}).get("id"),
        created_at=(body.get("systemData") or {}).get("createdAt"),
        tags=tags_of(body),
    )


def _data_disk(disk: dict[str, Any]) -> DataDisk:
    return DataDisk(
        lun=disk["lun"],
        size_gb=disk.get("diskSizeGB"),
        caching=disk.get("caching"),
        encryption_set=_encryption_set(disk),
    )


def _encryption_set(disk: dict[str, Any]) -> str | None:
    named: str | None = (disk.get("diskEncryptionSet") or {}).get("id")
    return named


def content_of(body: dict[str, Any]) -> str:
    """Digest what tells one image's content from another's: when it was made, and from which machine and disks.

    Only what identifies it: a newer API version that adds a property must not make every image look changed.
    """
    return _digest_of_identity({"created": (body.get("systemData") or {}).get("createdAt"), **_made_of(body)})


def shape_of(body: dict[str, Any]) -> str:
    """Digest what an image was made from, without when."""
    return _digest_of_identity(_made_of(body))


def _made_of(body: dict[str, Any]) -> dict[str, Any]:
    properties = body.get("properties") or {}
    storage = properties.get("storageProfile") or {}
    disks = [storage.get("osDisk") or {}, *(storage.get("dataDisks") or [])]
    return {
        "machine": (properties.get("sourceVirtualMachine") or {}).get("id"),
        "disks": [[disk.get("lun"), _origin(disk), disk.get("diskSizeGB"), disk.get("osType")] for disk in disks],
    }


def _digest_of_identity(identity: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(identity, sort_keys=True).lower().encode()).hexdigest()[:16]


def _origin(disk: dict[str, Any]) -> str | None:
    """Return the managed disk, snapshot or blob a disk was made from."""
    named = disk.get("managedDisk") or disk.get("snapshot") or {}
    origin: str | None = named.get("id") or disk.get("blobUri")
    return origin
