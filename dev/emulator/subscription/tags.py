"""Tags at a scope: the Tags API over a subscription, a group or any resource that exists.

A write here raises `Microsoft.Resources/tags/write`, about the resource itself, and nothing of its own provider.
Tag names are compared case-insensitively; the latest spelling is kept.
"""

from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.api_versions import RESOURCES
from dev.emulator.subscription.scopes import require_resource
from dev.emulator.vocabulary.errors import INVALID_REQUEST_CONTENT, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.tag_rules import check_tags, parse_tags
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

_TEMPLATE = "/{scope*}/providers/Microsoft.Resources/tags/default"
_SUFFIX = "/providers/Microsoft.Resources/tags/default"
Tags = dict[str, str]


def register(routes: Routes) -> None:
    routes.add("GET", _TEMPLATE, _get, RESOURCES)
    routes.add("PUT", _TEMPLATE, _put, RESOURCES)
    routes.add("PATCH", _TEMPLATE, _patch, RESOURCES)
    routes.add("DELETE", _TEMPLATE, _delete, RESOURCES)


def merged(tags: Tags, changes: Tags) -> Tags:
    """Adds new names and overwrites known ones."""
    overwritten = {name.lower() for name in changes}
    return {name: value for name, value in tags.items() if name.lower() not in overwritten} | changes


def without(tags: Tags, unwanted: Tags) -> Tags:
    """Takes away names, or name and value pairs; an empty value stands for any."""
    wanted_gone = {name.lower(): value for name, value in unwanted.items()}

    def goes(name: str, value: str) -> bool:
        return name.lower() in wanted_gone and wanted_gone[name.lower()] in ("", value)

    return {name: value for name, value in tags.items() if not goes(name, value)}


def _get(world: World, request: ArmRequest) -> ArmResponse:
    return _answer(require_resource(world, request.names["scope"]))


def _put(world: World, request: ArmRequest) -> ArmResponse:
    resource = require_resource(world, request.names["scope"])
    return _write(world, resource, _sent(request))


def _patch(world: World, request: ArmRequest) -> ArmResponse:
    resource = require_resource(world, request.names["scope"])
    now = resource.tags or {}
    match str(request.body.get("operation", "")).lower():
        case "merge":
            return _write(world, resource, merged(now, _sent(request)))
        case "replace":
            return _write(world, resource, _sent(request))
        case "delete":
            return _write(world, resource, without(now, _sent(request)))
        case operation:
            raise ArmError(INVALID_REQUEST_CONTENT, reason=f"'{operation}' is not Merge, Replace or Delete")


def _delete(world: World, request: ArmRequest) -> ArmResponse:
    resource = require_resource(world, request.names["scope"])
    resource.tags = None
    world.announce("Microsoft.Resources/tags/delete", resource.id)
    return ArmResponse(200)


def _write(world: World, resource: Resource, tags: Tags) -> ArmResponse:
    resource.tags = check_tags(tags)
    world.announce("Microsoft.Resources/tags/write", resource.id)
    return _answer(resource)


def _answer(resource: Resource) -> ArmResponse:
    return ArmResponse(
        200,
        {
            "id": resource.id + _SUFFIX,
            "name": "default",
            "type": "Microsoft.Resources/tags",
            "properties": {"tags": dict(resource.tags or {})},
        },
    )


def _sent(request: ArmRequest) -> Tags:
    properties = request.body.get("properties")
    return parse_tags(properties.get("tags") if isinstance(properties, dict) else None)
