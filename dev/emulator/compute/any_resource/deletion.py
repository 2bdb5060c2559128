"""How compute resources are deleted: never while something is nested in them, and by an operation."""

from collections.abc import Callable
from datetime import datetime, timedelta

from dev.emulator.compute.any_resource.errors import NESTED_RESOURCES_EXIST
from dev.emulator.compute.any_resource.lifecycle import Kind
from dev.emulator.compute.any_resource.operation_status import headers
from dev.emulator.vocabulary.errors import OPERATION_PREEMPTED, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.operations import Operation
from dev.emulator.world.resources import Resource


def accept_delete(
    world: World,
    request: ArmRequest,
    kind: Kind,
    *,
    refusal: ArmError | None = None,
    keep: Callable[[Resource, datetime], None] = lambda _resource, _at: None,
) -> ArmResponse:
    """202 and an operation that removes it, or ends with the refusal; 204 when it is not there (any more)."""
    resource = world.resources.get(request.path)
    if resource is None:
        return ArmResponse(204)
    deletion = resource.hidden.get("deletion")
    if deletion is None or deletion.ended or resource.properties.get("provisioningState") != "Deleting":
        deletion = resource.hidden["deletion"] = _start_deletion(world, kind, resource, refusal, keep)
    family, location = kind.family, resource.location
    given = headers(world, request, deletion, family=family, location=location, with_location=True)
    return ArmResponse(202, None, given)


def _start_deletion(
    world: World,
    kind: Kind,
    resource: Resource,
    refusal: ArmError | None,
    keep: Callable[[Resource, datetime], None],
) -> Operation:
    before = resource.properties.get("provisioningState", "Succeeded")
    resource.properties["provisioningState"] = "Deleting"
    resource.hidden["write"] = token = object()
    failure = refusal or world.faults.take_failure(f"{kind.duration_name}Delete")

    def remove(at: datetime) -> ArmError | None:
        if resource.hidden["write"] is not token or world.resources.get(resource.id) is not resource:
            return ArmError(OPERATION_PREEMPTED)
        if failure:
            resource.properties["provisioningState"] = before
            return failure
        world.resources.delete(resource.id)
        if still_seen := world.settings.deleted_still_seen_seconds:
            world.lately_deleted[resource.id] = at + timedelta(seconds=still_seen)
        keep(resource, at)
        world.announce(f"{kind.type}/delete", resource.id, at=at)
        return None

    return world.start_operation(f"{kind.duration_name}Delete", resource.id, remove)


def refuse_while_nested(world: World, request: ArmRequest) -> None:
    """On request (`deletedStillSeenSeconds`) what is deleted still counts for a while."""
    nested = [resource.id for resource in world.resources.below(request.path)[:5]]
    nested = nested or _still_seen_below(world, request.path)
    if nested:
        raise ArmError(NESTED_RESOURCES_EXIST, nested=",".join(nested))


def _still_seen_below(world: World, parent: str) -> list[str]:
    inside, now = f"{parent.lower()}/", world.clock.now()
    return [gone for gone, until in world.lately_deleted.items() if gone.lower().startswith(inside) and until > now]
