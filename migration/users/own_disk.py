"""Whether a machine has disks of its own, and can do without the image it was made from. It has only if it says so."""

from collections.abc import Mapping
from typing import Any

# As Compute's definitions have them up to 2026-04-01 (Azure/bicep-types-az, read 2026-11-30). One that is not among
# them may mean another kind of disk.
_STORAGE = {"imageReference", "osDisk", "dataDisks", "diskControllerType", "alignRegionalDisksToVMZone"} | {
    "diskApiVersion"
}
_DISK = {"name", "vhd", "image", "caching", "writeAcceleratorEnabled", "createOption", "diskSizeGB", "managedDisk"} | {
    *("deleteOption", "storageFaultDomainAlignment", "diffDiskSettings")
}
_OS_DISK = _DISK | {"osType", "encryptionSettings"}
_DATA_DISK = _DISK | {"lun", "sourceResource", "toBeDetached", "diskIOPSReadWrite", "diskMBpsReadWrite", "detachOption"}
_MANAGED_DISK = {"id", "storageAccountType", "diskEncryptionSet", "securityProfile", "additionalDiskProperties"}
_DISK_TYPE = "/providers/microsoft.compute/disks/"


def has_own_disks(machine: Any) -> bool:
    """Tell whether a machine, as Compute shows it, is complete and every disk of it a managed disk or a VHD.

    Anything else needs the image: a machine in the making, one that failed, an ephemeral disk, which is made from the
    image whenever the machine is reimaged or moved, and a state, field or form that is not known.
    """
    properties = _object(_object(machine).get("properties"))
    storage = _object(properties.get("storageProfile"))
    os_disk, data_disks = storage.get("osDisk"), storage.get("dataDisks")
    return (
        properties.get("provisioningState") == "Succeeded"
        and _knows(storage, _STORAGE)
        and _is_own(os_disk, _OS_DISK)
        and (data_disks is None or isinstance(data_disks, list))
        and all(_is_own(disk, _DATA_DISK) for disk in data_disks or [])
    )


def _is_own(disk: Any, known: set[str]) -> bool:
    if not isinstance(disk, Mapping) or not _knows(disk, known) or disk.get("diffDiskSettings") is not None:
        return False
    managed, vhd = disk.get("managedDisk"), disk.get("vhd")
    if managed is not None:
        return vhd is None and _is_managed(managed)
    return isinstance(vhd, Mapping) and vhd.keys() == {"uri"} and _is_text(vhd["uri"])


def _is_managed(disk: Any) -> bool:
    if not isinstance(disk, Mapping) or not _knows(disk, _MANAGED_DISK):
        return False
    disk_id = disk.get("id")
    return isinstance(disk_id, str) and bool(disk_id.lower().partition(_DISK_TYPE)[2].strip())


def _knows(shown: Mapping[str, Any], known: set[str]) -> bool:
    return shown.keys() <= known


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
