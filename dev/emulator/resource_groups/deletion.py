"""Deleting a resource group: a long-running operation followed by its `Location` alone, 202 until it is gone."""

from datetime import datetime
from urllib.parse import urlencode

from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription.api_versions import GROUPS
from dev.emulator.subscription.errors import OPERATION_RESULT_NOT_FOUND
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.operations import Operation
from dev.emulator.world.resources import Resource

_POLL_SECONDS = 15


def register(routes: Routes) -> None:
    routes.add("GET", "/subscriptions/{subscriptionId}/operationresults/{operationId}", _poll, GROUPS)


def headers(world: World, request: ArmRequest, operation: Operation) -> dict[str, str]:
    path = f"/subscriptions/{request.subscription}/operationresults/{operation.id}"
    return {
        "Location": f"{request.origin}{path}?{urlencode({'api-version': request.api_version})}",
        "Retry-After": str(world.clock.retry_after_seconds(_POLL_SECONDS)),
    }


def remove_with_content(world: World, group: Resource, at: datetime) -> None:
    """Everything inside goes first, innermost first, each with its own event."""
    content = world.resources.below(group.id)
    for resource in sorted(content, key=lambda resource: -resource.id.count("/")):
        world.resources.delete(resource.id)
        world.announce(f"{resource.type}/delete", resource.id, at=at)
    world.resources.delete(group.id)
    world.announce("Microsoft.Resources/subscriptions/resourceGroups/delete", group.id, at=at)


def _poll(world: World, request: ArmRequest) -> ArmResponse:
    operation = world.operations.get(request.names["operationId"])
    if operation is None or operation.kind != "resourceGroupDelete":
        raise ArmError(OPERATION_RESULT_NOT_FOUND, id=request.names["operationId"])
    if operation.ended is None:
        return ArmResponse(202, None, headers(world, request, operation))
    return ArmResponse(200)
