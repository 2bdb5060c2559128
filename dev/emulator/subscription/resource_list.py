"""The generic list of the resources of a subscription or a group."""

from typing import Any

from dev.emulator.front_door.routes import GROUP_SCOPE, SUBSCRIPTION_SCOPE, Routes
from dev.emulator.subscription.api_versions import RESOURCES
from dev.emulator.subscription.filters import parse_filter
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import RESOURCE_GROUP_TYPE
from dev.emulator.world import World
from dev.emulator.world.resources import Resource


def register(routes: Routes) -> None:
    routes.add("GET", f"{SUBSCRIPTION_SCOPE}/resources", _list, RESOURCES)
    routes.add("GET", f"{GROUP_SCOPE}/resources", _list, RESOURCES)


def _list(world: World, request: ArmRequest) -> ArmResponse:
    wanted = parse_filter(request.query.get("$filter", ""))
    scope = request.path.rpartition("/")[0]
    listed = [resource for resource in world.resources.below(scope) if _is_tracked(resource) and wanted(resource)]
    return ArmResponse(200, {"value": [_document(resource) for resource in listed]})


def _is_tracked(resource: Resource) -> bool:
    """Whether it has a place of its own; locks and the groups themselves are not listed."""
    return resource.location is not None and resource.type.lower() != RESOURCE_GROUP_TYPE.lower()


def _document(resource: Resource) -> dict[str, Any]:
    """The generic view: no properties, except the state that `$expand=provisioningState` adds."""
    document = resource.document()
    state = document.pop("properties").get("provisioningState")
    return document | ({"provisioningState": state} if state else {})
