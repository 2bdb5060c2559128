"""The disk images of an image version: what is shown of them while it is made, and once it is made.

A version of a machine, an image or another version first shows only that source; its disks are shown when they have
been copied. Disks, snapshots and blobs named one by one are shown from the start, and get their sizes in the end; for
a blob of a data disk none is recorded.
"""

from itertools import zip_longest
from typing import Any

from dev.emulator.compute.versions.source import emulated_source, source_disks
from dev.emulator.world import World

_UNKNOWN_DISK_GIB = 30
_OS_CACHING, _DATA_CACHING = "ReadWrite", "ReadOnly"
DiskImage = dict[str, Any]


def begun(storage: dict[str, Any]) -> dict[str, Any]:
    """The storage profile as sent; disks that are named one by one get a caching."""
    if "osDiskImage" in storage:
        storage["osDiskImage"].setdefault("hostCaching", _OS_CACHING)
    for disk in storage.get("dataDiskImages", []):
        disk.setdefault("hostCaching", _DATA_CACHING)
    return storage


def copied(world: World, storage: dict[str, Any]) -> list[DiskImage]:
    """What will be shown, OS disk first. Read when the version is begun: its source may be gone when it is made."""
    found = emulated_source(world, storage)
    disks = source_disks(found) if found else []
    return [_of_os(disk) if at == 0 else _of_data(disk) for at, disk in enumerate(disks)]


def made(storage: dict[str, Any], disk_images: list[DiskImage]) -> dict[str, Any]:
    """The storage profile of the finished version; what it shows already stays."""
    known = [storage.get("osDiskImage") or {}, *storage.get("dataDiskImages", [])]
    os_disk, *data_disks = [
        {**(copy or _guessed(shown or {})), **(shown or {})}
        for copy, shown in zip_longest(disk_images, known, fillvalue=None)
    ]
    return {**storage, "osDiskImage": os_disk} | ({"dataDiskImages": data_disks} if data_disks else {})


def _guessed(shown: DiskImage) -> DiskImage:
    of_data_blob = "lun" in shown and "uri" in (shown.get("source") or {})
    return {} if of_data_blob else {"sizeInGB": _UNKNOWN_DISK_GIB}


def _of_os(disk: dict[str, Any]) -> DiskImage:
    return {**_sized(disk), "source": {}}


def _of_data(disk: dict[str, Any]) -> DiskImage:
    return {"lun": disk["lun"], **_sized(disk)}


def _sized(disk: dict[str, Any]) -> DiskImage:
    return {"sizeInGB": disk.get("diskSizeGB", _UNKNOWN_DISK_GIB), "hostCaching": disk.get("caching") or "None"}
