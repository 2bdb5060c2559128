"""How a compute resource looks in the api-version that is asked with."""

from typing import Any

from dev.emulator.vocabulary.request import ArmRequest
from dev.emulator.world.resources import Resource

_GENERATION_SHOWN_SINCE = "2019-03-01"
_SYSTEM_DATA_SHOWN_SINCE = "2025-03-03"  # not in the definitions of 2024, in those of 2025-12-03 and 2026-04-01


def shown(request: ArmRequest, resource: Resource) -> dict[str, Any]:
    """Its document, without what only `$expand` shows."""
    document = resource.document()
    document["properties"].pop("replicationStatus", None)
    if resource.type.lower() == "microsoft.compute/images" and request.api_version < _GENERATION_SHOWN_SINCE:
        document["properties"].pop("hyperVGeneration", None)
    if resource.hidden.get("systemData") and request.api_version >= _SYSTEM_DATA_SHOWN_SINCE:
        document["systemData"] = dict(resource.hidden["systemData"])
    return document
