"""How a compute resource looks in the api-version that is asked with: newer fields are hidden from older versions.

The tables say since when a field is shown, as the API definitions and recorded answers have it. A path leads through
properties; [] stands for every element of a list.
"""

from collections.abc import Iterator
from typing import Any

from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.world.resources import Resource

_GALLERY = "microsoft.compute/galleries"
_IMAGE = "microsoft.compute/images"
_DEFINITION = "microsoft.compute/galleries/images"
_VERSION = "microsoft.compute/galleries/images/versions"

# In the API definitions since this date. Galleries and all inside them have none: recorded with 2026-03-03.
_SYSTEM_DATA_SINCE = "2025-04-01"
_TYPE_IN_GALLERIES_SINCE = "2019-03-01"

_SHOWN_SINCE: dict[str, dict[str, str]] = {
    _IMAGE: {"hyperVGeneration": "2019-03-01"},
    _DEFINITION: {
        "hyperVGeneration": "2019-07-01",
        "features": "2020-09-30",
        "architecture": "2021-07-01",
    },
    _VERSION: {
        "publishingProfile.storageAccountType": "2019-03-01",
        "publishingProfile.targetRegions.[].storageAccountType": "2019-03-01",
        "publishingProfile.replicationMode": "2020-09-30",
        "publishingProfile.targetRegions.[].encryption.osDiskImage.securityProfile": "2021-10-01",
        "safetyProfile": "2022-01-03",
        "safetyProfile.allowDeletionOfReplicatedLocations": "2022-03-03",
        "securityProfile": "2023-07-03",
        "safetyProfile.blockDeletionBeforeEndOfLife": "2024-03-03",
        "validationsProfile": "2024-03-03",
        "publishingProfile.storageAccountStrategy": "2025-03-03",
    },
}

# What one api-version says of resources that were never told.
_FILLED_IN: dict[tuple[str, str], dict[str, Any]] = {
    (_GALLERY, "2021-07-01"): {"softDeletePolicy": {"isSoftDeleteEnabled": False}},
}


def shown(request: ArmRequest, resource: Resource) -> dict[str, Any]:
    """Its document, without what only `$expand` shows."""
    document, kind = resource.document(), resource.type.lower()
    document["properties"].pop("replicationStatus", None)
    for path, since in _SHOWN_SINCE.get(kind, {}).items():
        if request.api_version < since:
            _hide(document["properties"], path)
    document["properties"] = _FILLED_IN.get((kind, request.api_version), {}) | document["properties"]
    if kind.startswith(_GALLERY):
        if request.api_version < _TYPE_IN_GALLERIES_SINCE:
            del document["type"]
    elif resource.hidden.get("systemData") and request.api_version >= _SYSTEM_DATA_SINCE:
        document["systemData"] = dict(resource.hidden["systemData"])
    return document


def _hide(properties: dict[str, Any], path: str) -> None:
    *around, field = path.split(".")
    for holder in _reached(properties, around):
        holder.pop(field, None)


def _reached(value: Any, steps: list[str]) -> Iterator[dict[str, Any]]:
    """Every object that the steps lead to."""
    if not steps:
        if isinstance(value, dict):
            yield value
    elif steps[0] == "[]":
        for element in value if isinstance(value, list) else ():
            yield from _reached(element, steps[1:])
    elif isinstance(value, dict):
        yield from _reached(value.get(steps[0]), steps[1:])
