"""Query strings of the durable HTTP API. What cannot be read is ignored, as the extension does."""

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from azure.durable_functions.internal.compat.orchestration_runtime_status import (
    OrchestrationRuntimeStatus,
    to_durabletask_status,
)
from durabletask.internal import helpers
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue


class BodyInvalidError(Exception):
    """The request's body is not JSON."""


CONTINUATION_HEADER = "x-ms-continuation-token"


def flag(request: web.Request, name: str, *, default: bool = False) -> bool:
    return {"true": True, "false": False}.get(request.query.get(name, "").lower(), default)


def number(request: web.Request, name: str) -> float | None:
    try:
        return float(request.query.get(name, ""))
    except ValueError:
        return None


def whole_number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() else None


def timestamp(request: web.Request, name: str) -> Timestamp | None:
    """ISO 8601, UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(request.query.get(name, ""))
    except ValueError:
        return None
    return helpers.new_timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def statuses(request: web.Request) -> list[Any]:
    """`runtimeStatus`, repeated or separated by commas."""
    known = {status.name.lower(): status for status in OrchestrationRuntimeStatus}
    known.pop("canceled")  # the engine has no such status
    asked = ",".join(request.query.getall("runtimeStatus", [])).split(",")
    chosen = [known[name.strip().lower()] for name in asked if name.strip().lower() in known]
    return [to_durabletask_status(status).value for status in chosen]


async def json_text(request: web.Request) -> str | None:
    """The body as it came, once it is known to be JSON; None for an empty one."""
    body = await request.read()
    if not body:
        return None
    try:
        json.loads(body)
        return body.decode()
    except (ValueError, RecursionError) as error:
        raise BodyInvalidError(f"Invalid JSON content: {error}") from error


def reason(request: web.Request) -> StringValue | None:
    return helpers.get_string_value(request.query.get("reason"))
