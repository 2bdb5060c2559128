"""What a machine or scale set shows beside what was sent: ids, dates and defaults; and what it never shows.

A PUT that leaves out the image reference keeps it: the model goes on being made from that image.
"""

import uuid
from datetime import datetime
from typing import Any

from dev.emulator.world.clock import arm_timestamp

_GIVEN_ONCE = ("vmId", "uniqueId", "timeCreated")
_SECRET = frozenset({"adminPassword", "customData"})
_OS_DEFAULTS = {"secrets": [], "allowExtensionOperations": True, "requireGuestProvisionSignal": True}
_LINUX_DEFAULTS = {"provisionVMAgent": True}
_WINDOWS_DEFAULTS = {"provisionVMAgent": True, "enableAutomaticUpdates": True}
_OS_DISK_DEFAULTS = {"deleteOption": "Detach"}
_DATA_DISK_DEFAULTS = {"caching": "None", "deleteOption": "Detach", "toBeDetached": False}
Properties = dict[str, Any]


def of_machine(sent: Properties, known: Properties, now: datetime, machine_id: str) -> Properties:
    """Complete a machine. One that is made from an image gets an OS disk, and every disk of it is a managed one.

    An ephemeral disk has an id, too, and `diffDiskSettings` (Azure/azure-rest-api-specs, virtualMachine.json of
    2024-07-01: "can only be specified for managed disk"). That the ids are there before the machine is finished, and
    the form of the disks' names, is unverified.
    """
    _complete_os(sent)
    storage = sent.get("storageProfile") or {}
    _add_disks(storage, machine_id)
    if storage.get("osDisk"):
        storage["osDisk"] = _OS_DISK_DEFAULTS | storage["osDisk"]
    if storage.get("dataDisks"):
        storage["dataDisks"] = [_DATA_DISK_DEFAULTS | disk for disk in storage["dataDisks"]]
    _keep_image(sent, known)
    return sent | _given(known, "vmId", now)


def _add_disks(storage: Properties, machine_id: str) -> None:
    if not (storage.get("imageReference") or {}).get("id"):
        return
    storage["osDisk"] = {"createOption": "FromImage", "caching": "ReadWrite"} | (storage.get("osDisk") or {})
    data_disks = {f"disk{at}": disk for at, disk in enumerate(storage.get("dataDisks") or [])}
    named = {"OsDisk_1": storage["osDisk"]} | data_disks
    group, name = machine_id.partition("/providers/")[0], machine_id.rpartition("/")[2]
    for part, disk in named.items():
        if not disk.get("vhd"):
            own = {"id": f"{group}/providers/Microsoft.Compute/disks/{name}_{part}"}
            disk["managedDisk"] = {"storageAccountType": "Premium_LRS"} | own | (disk.get("managedDisk") or {})


def of_scale_set(sent: Properties, known: Properties, now: datetime) -> Properties:
    model = sent.get("virtualMachineProfile") or {}
    _complete_os(model)
    _keep_image(model, known.get("virtualMachineProfile") or {})
    return sent | _given(known, "uniqueId", now)


def _given(known: Properties, identity: str, now: datetime) -> Properties:
    new = {identity: str(uuid.uuid4()), "timeCreated": arm_timestamp(now)}
    return new | {name: known[name] for name in _GIVEN_ONCE if name in known}


def _keep_image(model: Properties, known: Properties) -> None:
    reference = (known.get("storageProfile") or {}).get("imageReference")
    if reference:
        model.setdefault("storageProfile", {}).setdefault("imageReference", reference)


def _complete_os(model: Properties) -> None:
    profile = model.get("osProfile")
    if not isinstance(profile, dict):
        return
    for name, defaults in (("linuxConfiguration", _LINUX_DEFAULTS), ("windowsConfiguration", _WINDOWS_DEFAULTS)):
        if isinstance(profile.get(name), dict):
            profile[name] = defaults | profile[name]
    shown = {name: value for name, value in profile.items() if name not in _SECRET}
    model["osProfile"] = _OS_DEFAULTS | shown
