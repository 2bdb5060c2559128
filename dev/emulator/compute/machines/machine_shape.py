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


def of_machine(sent: Properties, known: Properties, now: datetime) -> Properties:
    _complete_os(sent)
    storage = sent.get("storageProfile") or {}
    if storage.get("osDisk"):
        storage["osDisk"] = _OS_DISK_DEFAULTS | storage["osDisk"]
    if storage.get("dataDisks"):
        storage["dataDisks"] = [_DATA_DISK_DEFAULTS | disk for disk in storage["dataDisks"]]
    _keep_image(sent, known)
    return sent | _given(known, "vmId", now)


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
