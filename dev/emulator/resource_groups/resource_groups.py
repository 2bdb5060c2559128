"""Resource groups: create or update, look, list, and delete with everything inside."""

import re
from datetime import datetime
from functools import partial
from typing import Any

from dev.emulator.front_door.access import may_see
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import Routes
from dev.emulator.resource_groups import deletion
from dev.emulator.subscription.api_versions import GROUPS
from dev.emulator.subscription.errors import (
    RESOURCE_GROUP_LOCATION_CHANGED,
    RESOURCE_GROUP_LOCATION_NOT_AVAILABLE,
    RESOURCE_GROUP_NAME_INVALID,
)
from dev.emulator.subscription.filters import parse_filter
from dev.emulator.vocabulary import regions
from dev.emulator.vocabulary.errors import LOCATION_REQUIRED, RESOURCE_GROUP_NOT_FOUND, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import RESOURCE_GROUP_TYPE
from dev.emulator.vocabulary.tag_rules import check_tags, parse_tags
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_ALL = "/subscriptions/{subscriptionId}/resourceGroups"
_ONE = _ALL + "/{resourceGroup}"
_OPERATION = "Microsoft.Resources/subscriptions/resourceGroups/write"
_TYPE_SHOWN_SINCE = "2019-05-01"
_NAME = re.compile(r"[\w().-]{0,89}[\w()-]")


def register(routes: Routes) -> None:
    routes.add("GET", _ALL, _list, GROUPS)
    routes.add("GET", _ONE, _get, GROUPS)
    routes.add("HEAD", _ONE, _exists, GROUPS)
    routes.add("PUT", _ONE, _put, GROUPS)
    routes.add("PATCH", _ONE, _patch, GROUPS)
    routes.add("DELETE", _ONE, _delete, GROUPS)
    deletion.register(routes)


def _list(world: World, request: ArmRequest) -> ArmResponse:
    scope = f"/subscriptions/{request.subscription}"
    if text := request.query.get("$filter", ""):
        wanted = parse_filter(text)
        every = world.resources.page(RESOURCE_GROUP_TYPE, scope)
        groups = [group for group in every if wanted(group) and may_see(world, group.id)]
        return ArmResponse(200, {"value": [_document(request, group) for group in groups]})
    return list_page(world, request, RESOURCE_GROUP_TYPE, scope, partial(_document, request))


def _get(world: World, request: ArmRequest) -> ArmResponse:
    return ArmResponse(200, _document(request, _required(world, request)))


def _exists(world: World, request: ArmRequest) -> ArmResponse:
    _required(world, request)
    return ArmResponse(204)


def _put(world: World, request: ArmRequest) -> ArmResponse:
    name = request.names["resourceGroup"]
    if not _NAME.fullmatch(name):
        raise ArmError(RESOURCE_GROUP_NAME_INVALID, name=name)
    known = world.resources.get(request.path)
    group = Resource(
        id=f"/subscriptions/{request.subscription}/resourceGroups/{name}",
        type=RESOURCE_GROUP_TYPE,
        name=name,
        location=_location(request, known),
        tags=_tags(request),
        other={"managedBy": request.body["managedBy"]} if request.body.get("managedBy") else {},
    )
    world.resources.put(group)
    world.announce(_OPERATION, group.id)
    return ArmResponse(200 if known else 201, _document(request, group))


def _patch(world: World, request: ArmRequest) -> ArmResponse:
    group = _required(world, request)
    if (tags := _tags(request)) is not None:
        group.tags = tags
    world.announce(_OPERATION, group.id)
    return ArmResponse(200, _document(request, group))


def _delete(world: World, request: ArmRequest) -> ArmResponse:
    group = _required(world, request)
    group.properties["provisioningState"] = "Deleting"

    def remove(at: datetime) -> None:
        deletion.remove_with_content(world, group, at)

    operation = world.start_operation("resourceGroupDelete", group.id, remove)
    return ArmResponse(202, None, deletion.headers(world, request, operation))


def _required(world: World, request: ArmRequest) -> Resource:
    group = world.resources.get(request.path)
    if group is None:
        raise ArmError(RESOURCE_GROUP_NOT_FOUND, name=request.names["resourceGroup"])
    return group


def _tags(request: ArmRequest) -> dict[str, str] | None:
    sent = request.body.get("tags")
    return None if sent is None else check_tags(parse_tags(sent))


def _location(request: ArmRequest, known: Resource | None) -> str:
    wished = request.body.get("location")
    if not isinstance(wished, str) or not wished:
        raise ArmError(LOCATION_REQUIRED)
    region = regions.find(wished)
    if region is None:
        available = ",".join(regions.REGIONS)
        raise ArmError(RESOURCE_GROUP_LOCATION_NOT_AVAILABLE, location=wished, available=available)
    if known and known.location and known.location != region.name:
        raise ArmError(RESOURCE_GROUP_LOCATION_CHANGED, location=region.name, existing=known.location)
    return region.name


def _document(request: ArmRequest, group: Resource) -> dict[str, Any]:
    document = group.document()
    if request.api_version < _TYPE_SHOWN_SINCE:
        document.pop("type")
    document["properties"] = {"provisioningState": "Succeeded", **document["properties"]}
    return document
