"""Scopes in paths: what a subscription, group or resource id in front of an extension (tags, locks) refers to."""

from dev.emulator.vocabulary.errors import (
    INVALID_RESOURCE_ID,
    RESOURCE_GROUP_NOT_FOUND,
    RESOURCE_NOT_FOUND,
    SUBSCRIPTION_NOT_FOUND,
    ArmError,
)
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world import World
from dev.emulator.world.resources import Resource


def require_resource(world: World, scope: str) -> Resource:
    """The resource a scope names; refused like the service does, the outermost missing scope first."""
    scope_id = f"/{scope.strip('/')}"
    try:
        outermost_first = [*reversed(ResourceId.parse(scope_id).ancestors()), scope_id]
    except ValueError as problem:
        raise ArmError(INVALID_RESOURCE_ID, value=scope_id) from problem
    for level in outermost_first[:2]:
        if world.resources.get(level) is None:
            raise _missing(level)
    resource = world.resources.get(scope_id)
    if resource is None:
        raise _missing(scope_id)
    return resource


def _missing(scope_id: str) -> ArmError:
    segments = scope_id.strip("/").split("/")
    match segments:
        case [_, subscription]:
            return ArmError(SUBSCRIPTION_NOT_FOUND, name=subscription)
        case [_, _, _, group]:
            return ArmError(RESOURCE_GROUP_NOT_FOUND, name=group)
    parsed = ResourceId.parse(scope_id)
    group = segments[3] if segments[2].lower() == "resourcegroups" else ""
    return ArmError(RESOURCE_NOT_FOUND, type=parsed.type, name=parsed.name, resource_group=group)
