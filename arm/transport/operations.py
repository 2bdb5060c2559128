"""Long-running operations: started here, followed one look at a time, never waited for.

An operation's URL is opaque and may carry a signature: it is kept whole, never rebuilt, never logged.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from arm.transport.client import read_body, send
from arm.transport.errors import ArmNotFoundError, arm_errors, error_of, retry_after_seconds
from migration.resources.operation import Operation, OperationStatus

DEFAULT_POLL_SECONDS = 10.0


async def start(begin: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Operation:
    """Start an operation of the SDK (a `begin_...` method, with its arguments and options) without polling it."""
    answers: list[Any] = []
    async with arm_errors():
        await begin(*arguments, polling=False, raw_response_hook=answers.append, **options)
    headers = answers[-1].http_response.headers
    url = headers.get("Azure-AsyncOperation") or headers.get("Location")
    return Operation(url=url, seconds=retry_after_seconds(headers) or DEFAULT_POLL_SECONDS)


async def follow(url: str) -> OperationStatus:
    """Look at an operation once. One that ARM no longer knows is over; the resource itself must tell how."""
    try:
        response = await send("GET", url)
    except ArmNotFoundError:
        return OperationStatus(state="Gone")
    wait = retry_after_seconds(response.headers) or DEFAULT_POLL_SECONDS
    if response.status_code == 202:
        return OperationStatus(state="Running", seconds=wait)
    body = await read_body(response) if response.content else {"status": "Succeeded"}
    status = str(body.get("status", "Succeeded"))
    if status == "Succeeded":
        return OperationStatus(state="Succeeded")
    if status in {"Failed", "Canceled", "Cancelled"}:
        code, message = error_of(body, default=(status, f"the operation ended as {status}"))
        return OperationStatus(state="Failed", code=code, message=message)
    return OperationStatus(state="Running", seconds=wait)
