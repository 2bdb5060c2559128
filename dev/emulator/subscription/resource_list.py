"""The generic list of the resources of a subscription or a group, as far as the caller may read them."""

from typing import Any

from dev.emulator.front_door.access import may_see
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
    expanded = {name.strip().lower() for name in request.query.get("$expand", "").split(",")}
    scope = request.path.rpartition("/")[0]
    listed = [
        one for one in world.resources.below(scope) if _is_tracked(one) and wanted(one) and may_see(world, one.id)
    ]
    return ArmResponse(200, {"value": [_document(resource, expanded) for resource in listed]})


def _is_tracked(resource: Resource) -> bool:
    """Whether it has a place of its own; locks and the groups themselves are not listed."""
    return resource.location is not None and resource.type.lower() != RESOURCE_GROUP_TYPE.lower()


def _document(resource: Resource, expanded: set[str]) -> dict[str, Any]:
    """The generic view: no properties, and of state and dates what `$expand` names."""
    document = resource.document()
    dates = resource.hidden.get("systemData") or {}
    created = dates.get("createdAt")
    more = {
        "createdTime": created,
        "changedTime": dates.get("lastModifiedAt", created),
        "provisioningState": document.pop("properties").get("provisioningState"),
    }
    return document | {name: value for name, value in more.items() if name.lower() in expanded and value}
