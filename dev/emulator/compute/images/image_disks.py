"""The disks of a managed image: as a client sends them, or as those of the machine that it is captured from.

While an image is made it shows where its disks come from. Sizes that nobody sent it shows when it is finished.
"""

from typing import Any

from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_UNKNOWN_OS_GIB = {"Linux": 30, "Windows": 127}
_UNKNOWN_DATA_GIB = 32
_DEFAULT_STORAGE = "Standard_LRS"
Disk = dict[str, Any]


def captured(machine: Resource) -> dict[str, Any]:
    """The storage profile of an image of a machine: of its disks what an image has a field for."""
    storage = machine.properties.get("storageProfile") or {}
    os_disk, data_disks = storage.get("osDisk") or {}, storage.get("dataDisks") or []
    kept = {"osType": os_disk.get("osType", "Linux"), "osState": "Generalized"}
    return {
        "osDisk": kept | _image_disk(machine, os_disk, "OsDisk", "ReadWrite"),
        "dataDisks": [
            {"lun": disk["lun"]} | _image_disk(machine, disk, f"DataDisk_{disk['lun']}", "None") for disk in data_disks
        ],
    }


def sizes(world: World, storage: dict[str, Any], machine: Resource | None) -> list[int]:
    """In GiB, OS disk first. Read when the image is begun: what it is made from may be gone when it is finished."""
    machine_disks = _disks((machine.properties.get("storageProfile") or {}) if machine else {})
    given = [disk.get("diskSizeGB") for disk in machine_disks]
    return [
        disk.get("diskSizeGB") or (given[at] if at < len(given) else None) or _size_of_source(world, disk)
        for at, disk in enumerate(_disks(storage))
    ]


def finish(storage: dict[str, Any], sizes_gib: list[int]) -> None:
    for disk, size in zip(_disks(storage), sizes_gib, strict=True):
        disk.setdefault("diskSizeGB", size)


def _image_disk(machine: Resource, disk: Disk, part: str, caching: str) -> Disk:
    """A managed disk leaves its id, and its storage type beside it; an unmanaged one its blob and its size."""
    managed = disk.get("managedDisk") or {}
    blob = (disk.get("vhd") or {}).get("uri")
    implicit = f"{machine.id.rpartition('/providers/')[0]}/providers/Microsoft.Compute/disks/{machine.name}_{part}"
    source = {"blobUri": blob} if blob else {"managedDisk": {"id": managed.get("id") or implicit}}
    shown = {
        **source,
        "caching": disk.get("caching") or caching,
        "storageAccountType": managed.get("storageAccountType") or _DEFAULT_STORAGE,
    }
    if encryption := managed.get("diskEncryptionSet"):
        shown["diskEncryptionSet"] = encryption
    if blob and disk.get("diskSizeGB"):
        shown["diskSizeGB"] = disk["diskSizeGB"]
    return shown


def _size_of_source(world: World, disk: Disk) -> int:
    """Of a disk or snapshot that this world knows; all others are believed to be of a usual size."""
    named = (disk.get("managedDisk") or disk.get("snapshot") or {}).get("id")
    source = world.resources.get(named) if named else None
    known = source.properties.get("diskSizeGB") if source else None
    return int(known or _UNKNOWN_OS_GIB.get(disk.get("osType", ""), _UNKNOWN_DATA_GIB))


def _disks(storage: dict[str, Any]) -> list[Disk]:
    return [storage["osDisk"], *(storage.get("dataDisks") or [])] if storage.get("osDisk") else []
