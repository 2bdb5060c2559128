"""Management locks at a subscription, a group or a resource; everything below inherits them.

CanNotDelete refuses deletes, ReadOnly every write. Deleting a scope is also refused while something inside is locked.
Locks do not protect locks: whoever may manage them can take them away.
"""

from dev.emulator.authorization.errors import LOCK_LEVEL_INVALID, LOCK_NOT_FOUND
from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.errors import FILTER_INVALID
from dev.emulator.subscription.scopes import require_resource
from dev.emulator.vocabulary.errors import INVALID_REQUEST_CONTENT, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world import World
from dev.emulator.world.resources import Resource
from dev.emulator.world.system_data import stamped

LOCK_TYPE = "Microsoft.Authorization/locks"
API_VERSIONS = frozenset({"2016-09-01", "2017-04-01", "2020-05-01"})
_SYSTEM_DATA_SINCE = "2020-05-01"
LEVELS = ("CanNotDelete", "ReadOnly", "NotSpecified")
_LONGEST_NOTES = 512
_LIST = "/{scope*}/providers/Microsoft.Authorization/locks"


def register(routes: Routes) -> None:
    routes.add("GET", _LIST, _list, API_VERSIONS)
    routes.add("GET", _LIST + "/{lockName}", _get, API_VERSIONS)
    routes.add("PUT", _LIST + "/{lockName}", _put, API_VERSIONS)
    routes.add("DELETE", _LIST + "/{lockName}", _delete, API_VERSIONS)


def blocking(world: World, resource_id: str, method: str) -> list[Resource]:
    """The locks that refuse `method` on a resource: nearest first, its own, inherited, and for deletes those inside."""
    try:
        target = ResourceId.parse(resource_id)
        scopes = [target.text, *target.ancestors()]
    except ValueError:
        return []  # not an id: nothing can be locked there, and the operation itself will say so
    if target.type.lower() == LOCK_TYPE.lower():
        return []
    levels = {"cannotdelete", "readonly"} if method == "DELETE" else {"readonly"}
    locks = [lock for scope in scopes for lock in _locks_at(world, scope)]
    if method == "DELETE":
        locks += [lock for lock in world.resources.page(LOCK_TYPE, target.text) if lock not in locks]
    return [lock for lock in locks if lock.properties["level"].lower() in levels]


def _locks_at(world: World, scope: str) -> list[Resource]:
    locks = world.resources.page(LOCK_TYPE, scope)
    return [lock for lock in locks if ResourceId.parse(lock.id).parent.lower() == scope.lower()]


def _list(world: World, request: ArmRequest) -> ArmResponse:
    """Locks at and below the scope, as the service lists them; `$filter=atScope()` gives those at and above it."""
    scope = require_resource(world, request.names["scope"]).id
    match request.query.get("$filter", "").strip().lower():
        case "":
            locks = world.resources.page(LOCK_TYPE, scope)
        case "atscope()":
            scopes = [scope, *ResourceId.parse(scope).ancestors()]
            locks = [lock for level in scopes for lock in _locks_at(world, level)]
        case text:
            raise ArmError(FILTER_INVALID, filter=text)
    return ArmResponse(200, {"value": [_document(request, lock) for lock in locks]})


def _get(world: World, request: ArmRequest) -> ArmResponse:
    lock = world.resources.get(_lock_id(world, request))
    if lock is None:
        raise ArmError(LOCK_NOT_FOUND, name=request.names["lockName"])
    return ArmResponse(200, _document(request, lock))


def _put(world: World, request: ArmRequest) -> ArmResponse:
    lock_id = _lock_id(world, request)
    known = world.resources.get(lock_id)
    properties = _checked(request.body.get("properties"))
    before = known.hidden.get("systemData") if known else None
    lock = Resource(lock_id, LOCK_TYPE, request.names["lockName"], properties=properties)
    lock.hidden["systemData"] = stamped(world, request, before)
    world.resources.put(lock)
    world.announce(f"{LOCK_TYPE}/write", lock.id)
    return ArmResponse(200 if known else 201, _document(request, lock))


def _delete(world: World, request: ArmRequest) -> ArmResponse:
    lock = world.resources.delete(_lock_id(world, request))
    if lock is None:
        return ArmResponse(204)
    world.announce(f"{LOCK_TYPE}/delete", lock.id)
    return ArmResponse(200)


def _lock_id(world: World, request: ArmRequest) -> str:
    scope = require_resource(world, request.names["scope"]).id
    return f"{scope}/providers/{LOCK_TYPE}/{request.names['lockName']}"


def _checked(properties: object) -> dict[str, object]:
    if not isinstance(properties, dict):
        raise ArmError(INVALID_REQUEST_CONTENT, reason="a lock needs properties")
    level = str(properties.get("level", ""))
    spelling = next((known for known in LEVELS if known.lower() == level.lower()), None)
    if spelling is None:
        raise ArmError(LOCK_LEVEL_INVALID, level=level)
    if len(str(properties.get("notes") or "")) > _LONGEST_NOTES:
        raise ArmError(INVALID_REQUEST_CONTENT, reason=f"notes exceed {_LONGEST_NOTES} characters")
    return {**properties, "level": spelling}


def _document(request: ArmRequest, lock: Resource) -> dict[str, object]:
    document: dict[str, object] = {
        "properties": dict(lock.properties),
        "id": lock.id,
        "type": lock.type,
        "name": lock.name,
    }
    if "systemData" in lock.hidden and request.api_version >= _SYSTEM_DATA_SINCE:
        document["systemData"] = dict(lock.hidden["systemData"])
    return document
