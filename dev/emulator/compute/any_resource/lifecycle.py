"""What all compute resources share: being found, checked, written and deleted through long-running operations."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dev.emulator.compute.any_resource.errors import END_OF_LIFE_IN_THE_PAST, PARENT_RESOURCE_NOT_FOUND
from dev.emulator.compute.any_resource.operation_status import Family, headers
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.vocabulary import regions
from dev.emulator.vocabulary.errors import (
    INVALID_ENTITY_NAME,
    INVALID_RESOURCE_LOCATION,
    LOCATION_NOT_AVAILABLE,
    LOCATION_REQUIRED,
    OPERATION_PREEMPTED,
    RESOURCE_NOT_FOUND,
    ArmError,
)
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import RESOURCE_GROUP_TYPE, SUBSCRIPTION_TYPE, ResourceId
from dev.emulator.world import World
from dev.emulator.world.resources import Resource
from dev.emulator.world.system_data import stamped

Conclusion = Callable[[Resource, datetime], ArmError | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A resource type: how durations name it, where its operations are followed, and what names it allows."""

    type: str
    duration_name: str
    family: Family
    name_parameter: str
    name_rule: re.Pattern[str]


def check_name(kind: Kind, name: str) -> None:
    if not kind.name_rule.fullmatch(name):
        raise ArmError(INVALID_ENTITY_NAME, parameter=kind.name_parameter, rule=kind.name_rule.pattern)


def checked_location(kind: Kind, request: ArmRequest, existing: Resource | None) -> str:
    """The body's location in its short form; required, known, and unchanged if the resource exists."""
    wished = request.body.get("location")
    if not isinstance(wished, str) or not wished:
        raise ArmError(LOCATION_REQUIRED)
    region = regions.find(wished)
    if region is None:
        available = ",".join(regions.REGIONS)
        raise ArmError(LOCATION_NOT_AVAILABLE, location=wished, type=kind.type, available=available)
    if existing and existing.location != region.name:
        raise ArmError(
            INVALID_RESOURCE_LOCATION,
            name=existing.name,
            existing=existing.location,
            resource_group=request.resource_group,
            location=region.name,
        )
    return region.name


def show_one(world: World, request: ArmRequest) -> ArmResponse:
    """GET of a resource that needs nothing beyond being there."""
    return ArmResponse(200, shown(request, must_find(world, request)))


def must_find(world: World, request: ArmRequest) -> Resource:
    require_parents(world, ResourceId.parse(request.path).parent)
    resource = world.resources.get(request.path)
    if resource is None:
        below = request.path.lower().rindex("/providers/") + len("/providers/")
        namespace, _, types_and_names = request.path[below:].partition("/")
        group = request.resource_group
        raise ArmError(RESOURCE_NOT_FOUND, type=namespace, name=types_and_names, resource_group=group)
    return resource


def require_parents(world: World, parent: str, *, writing: bool = False) -> None:
    """What is inside another resource needs it, and those around it: 404 naming the outermost missing one.

    On request (`parentUnseenSeconds`) a new parent is not yet seen by those who write into it.
    """
    around = [ResourceId.parse(scope) for scope in (*reversed(ResourceId.parse(parent).ancestors()), parent)]
    names, now = [], world.clock.now()
    for scope in around:
        if scope.type in (SUBSCRIPTION_TYPE, RESOURCE_GROUP_TYPE):
            continue
        names.append(scope.name)
        around_it = world.resources.get(scope.text)
        if around_it is None or (writing and around_it.hidden.get("unseenUntil", now) > now):
            raise ArmError(PARENT_RESOURCE_NOT_FOUND, name="/".join(names))


def check_end_of_life(world: World, end: datetime | None, target: str) -> None:
    if end is not None and end <= world.clock.now():
        raise ArmError(END_OF_LIFE_IN_THE_PAST, target=target)


def accept_write(
    world: World,
    request: ArmRequest,
    kind: Kind,
    resource: Resource,
    *,
    conclude: Conclusion = lambda _resource, _at: None,
    duration: timedelta | None = None,
    source_id: str | None = None,
) -> ArmResponse:
    """Stores the resource as Creating or Updating and answers 201 or 200; `conclude` decides how it ends."""
    known = world.resources.get(resource.id)
    created = known is None
    resource.properties["provisioningState"] = "Creating" if created else "Updating"
    resource.hidden["write"] = token = object()
    resource.hidden["systemData"] = stamped(world, request, known.hidden.get("systemData") if known else None)
    world.resources.put(resource)
    operation_name = kind.duration_name + ("Create" if created else "Update")
    failure = world.faults.take_failure(operation_name)
    is_told = world.settings.events_before_the_end
    if is_told:
        world.announce(f"{kind.type}/write", resource.id)

    def finish(at: datetime) -> ArmError | None:
        current = world.resources.get(resource.id)
        if current is None or current.hidden.get("write") is not token:
            return ArmError(OPERATION_PREEMPTED)
        error = failure or conclude(current, at)
        current.properties["provisioningState"] = "Failed" if error else "Succeeded"
        if error is None:
            if not is_told:
                world.announce(f"{kind.type}/write", current.id, at=at)
            if created:
                current.hidden["unseenUntil"] = at + timedelta(seconds=world.settings.parent_unseen_seconds)
        return error

    operation = world.start_operation(
        operation_name,
        resource.id,
        finish,
        duration=duration,
        source_id=source_id,
    )
    given = headers(world, request, operation, family=kind.family, location=resource.location)
    return ArmResponse(201 if created else 200, shown(request, resource), given)
