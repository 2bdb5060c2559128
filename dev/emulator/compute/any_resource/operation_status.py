"""Where Microsoft.Compute's long-running operations are followed: the URLs and headers given out, and the polls.

Galleries are followed under `capsOperations`, disk encryption sets under `DiskOperations`, all else under `operations`.
The disk provider gives out `Location` for writes too, and shows the resource in the last answer of a poll.
"""

import hashlib
from enum import Enum
from urllib.parse import urlencode

from dev.emulator.compute.any_resource.api_versions import any_version
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.front_door.routes import Routes
from dev.emulator.vocabulary.errors import RESOURCE_NOT_FOUND, ArmError
from dev.emulator.vocabulary.regions import normalized
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.clock import arm_timestamp
from dev.emulator.world.operations import Operation

_TEMPLATE = "/subscriptions/{subscriptionId}/providers/Microsoft.Compute/locations/{location}/%s/{operationId}"
_CERTIFICATE_LENGTH = 2048
_IMAGE_POLL_SECONDS = 30
_VERSION_POLL_SECONDS = 60
_NOWHERE = "global"  # of resources that were seeded without a location


class Family(Enum):
    """The URL families, by their path segment."""

    COMPUTE = "operations"
    GALLERY = "capsOperations"
    DISK = "DiskOperations"


def register(routes: Routes) -> None:
    for family in Family:
        routes.add("GET", _TEMPLATE % family.value, _poll, any_version)


def headers(
    world: World,
    request: ArmRequest,
    operation: Operation,
    *,
    family: Family,
    location: str | None,
    with_location: bool = False,
) -> dict[str, str]:
    """The headers of the answer that started an operation; deletes and the disk provider add `Location`."""
    path = (_TEMPLATE % family.value).format(
        subscriptionId=request.subscription, location=normalized(location or _NOWHERE), operationId=operation.id
    )
    signature = _signature(operation)
    query = urlencode({"api-version": request.api_version, **signature})
    given = {"Azure-AsyncOperation": f"{request.origin}{path}?{query}"}
    if with_location or family is Family.DISK:
        monitor = urlencode({"monitor": "true", "api-version": request.api_version, **signature})
        given["Location"] = f"{request.origin}{path}?{monitor}"
    if family is Family.COMPUTE:
        given["Azure-AsyncNotification"] = "Enabled"
    return given | _retry_after(world, operation, starting=True)


def _signature(operation: Operation) -> dict[str, str]:
    """Long and meaningless to clients, as the service's own since 2023: they must keep the URL as it is."""
    seed = operation.id.encode()
    certificate = "".join(hashlib.sha256(seed + bytes([block])).hexdigest() for block in range(32))
    return {
        "t": str(int(operation.started.timestamp() * 10**7)),
        "c": certificate[:_CERTIFICATE_LENGTH],
        "s": hashlib.sha512(seed).hexdigest(),
        "h": hashlib.sha256(seed).hexdigest(),
    }


def _retry_after(world: World, operation: Operation, *, starting: bool) -> dict[str, str]:
    """As recorded: 60 s around versions, about 30 s on polls of images, nowhere else.

    While emulated time does not run at real speed it is always sent: clients would wait 30 real seconds without it.
    """
    if operation.kind.startswith("imageVersion"):
        return {"Retry-After": str(world.clock.retry_after_seconds(_VERSION_POLL_SECONDS))}
    recorded = not starting and not operation.kind.startswith(("gallery", "imageDefinition"))
    if world.clock.speed == 1 and not recorded:
        return {}
    return {"Retry-After": str(world.clock.retry_after_seconds(_IMAGE_POLL_SECONDS))}


def _poll(world: World, request: ArmRequest) -> ArmResponse:
    operation = world.operations.get(request.names["operationId"])
    if operation is None:
        raise ArmError(RESOURCE_NOT_FOUND, type="Microsoft.Compute/locations", name=request.path, resource_group="")
    running = operation.ended is None
    advice = _retry_after(world, operation, starting=False) if running else {}
    if request.query.get("monitor") == "true":
        return _monitor(request, operation, advice)
    return ArmResponse(200, _status(operation, _output(world, request, operation)), advice)


def _output(world: World, request: ArmRequest, operation: Operation) -> dict[str, object]:
    made = world.resources.get(operation.resource_id)
    of_disk = f"/{Family.DISK.value}/".lower() in request.path.lower()
    if not of_disk or operation.status != "Succeeded" or made is None:
        return {}
    return {"properties": {"output": shown(request, made)}}


def _status(operation: Operation, output: dict[str, object]) -> dict[str, object]:
    status: dict[str, object] = {"startTime": arm_timestamp(operation.started)}
    if operation.ended:
        status["endTime"] = arm_timestamp(operation.ended)
    status["status"] = operation.status
    if operation.error:
        status["error"] = operation.error.body()
    return {**status, **output, "name": operation.id}


def _monitor(request: ArmRequest, operation: Operation, advice: dict[str, str]) -> ArmResponse:
    if operation.ended is None:
        here = f"{request.origin}{request.path}?{urlencode(request.query)}"
        return ArmResponse(202, None, {"Location": here, **advice})
    if operation.error:
        return ArmResponse(operation.error.status, {"error": operation.error.body()})
    return ArmResponse(200)
