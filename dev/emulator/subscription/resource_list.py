"""The generic list of resources of a subscription or a group, with the filters that `az resource list` sends."""

import re
from collections.abc import Callable
from typing import Any

from dev.emulator.errors import ArmError
from dev.emulator.request import ArmRequest, ArmResponse
from dev.emulator.resource_id import RESOURCE_GROUP_TYPE
from dev.emulator.resources import Resource
from dev.emulator.routes import Routes
from dev.emulator.subscription.api_versions import RESOURCES
from dev.emulator.subscription.errors import FILTER_INVALID
from dev.emulator.world import World

_CONDITION = re.compile(r"(\w+) eq '((?:[^']|'')*)'", re.IGNORECASE)


def register(routes: Routes) -> None:
    subscription = "/subscriptions/{subscriptionId}"
    routes.add("GET", f"{subscription}/resources", _list, RESOURCES)
    routes.add("GET", f"{subscription}/resourceGroups/{{resourceGroup}}/resources", _list, RESOURCES)


def _list(world: World, request: ArmRequest) -> ArmResponse:
    wanted = _filter(request.query.get("$filter", ""))
    scope = request.path.rpartition("/")[0]
    listed = [resource for resource in world.resources.below(scope) if _is_tracked(resource) and wanted(resource)]
    return ArmResponse(200, {"value": [_document(resource) for resource in listed]})


def _is_tracked(resource: Resource) -> bool:
    """Whether it has a place of its own; locks and the groups themselves are not listed."""
    return resource.location is not None and resource.type.lower() != RESOURCE_GROUP_TYPE.lower()


def _filter(text: str) -> Callable[[Resource], bool]:
    """A conjunction of `field eq 'value'`; anything else is refused rather than ignored."""
    if not text.strip():
        return lambda _resource: True
    conditions: dict[str, str] = {}
    for part in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE):
        condition = _CONDITION.fullmatch(part.strip("() "))
        if condition is None or condition[1].lower() not in _FIELDS:
            raise ArmError(FILTER_INVALID, filter=text)
        conditions[condition[1].lower()] = condition[2].replace("''", "'")
    return lambda resource: all(_FIELDS[name](resource, conditions) for name in conditions)


def _has_tag(resource: Resource, conditions: dict[str, str]) -> bool:
    tags = {name.lower(): value for name, value in (resource.tags or {}).items()}
    value = tags.get(conditions.get("tagname", "").lower())
    return value is not None and conditions.get("tagvalue", value) == value


_FIELDS: dict[str, Callable[[Resource, dict[str, str]], bool]] = {
    "resourcegroup": lambda resource, wish: f"/resourcegroups/{wish['resourcegroup'].lower()}/" in resource.id.lower(),
    "resourcetype": lambda resource, wish: resource.type.lower() == wish["resourcetype"].lower(),
    "name": lambda resource, wish: resource.name.lower() == wish["name"].lower(),
    "location": lambda resource, wish: resource.location == wish["location"].replace(" ", "").lower(),
    "tagname": _has_tag,
    "tagvalue": _has_tag,
}


def _document(resource: Resource) -> dict[str, Any]:
    """The generic view: no properties, except the state that `$expand=provisioningState` adds."""
    document = resource.document()
    state = document.pop("properties").get("provisioningState")
    return document | ({"provisioningState": state} if state else {})
