"""Query strings of the durable HTTP API. What cannot be read is ignored, as the extension does."""

import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from durabletask.internal import helpers
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

from dev.host.durable_api.answers import BodyInvalidError

_STATUSES = ("Running", "Completed", "ContinuedAsNew", "Failed", "Canceled", "Terminated", "Pending", "Suspended")


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
    """`runtimeStatus`, repeated or separated by commas; a name's case matters, its number will do."""
    asked = [name.strip() for name in ",".join(request.query.getall("runtimeStatus", [])).split(",")]
    numbers = [_STATUSES.index(name) if name in _STATUSES else name for name in asked]
    return [int(number) for number in numbers if str(number).isdecimal()]


async def json_text(request: web.Request, *, empty: bool) -> str | None:
    """The body as it came, once it is known to be JSON, whatever its type; None for an empty one, if that may be."""
    body = await request.read()
    if not body.strip() and empty:
        return None
    try:
        json.loads(body)
        return body.decode()
    except (ValueError, RecursionError) as error:
        raise BodyInvalidError(str(error)) from error


def reason(request: web.Request) -> StringValue | None:
    return helpers.get_string_value(request.query.get("reason"))
