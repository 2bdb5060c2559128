"""The operation itself: what a request may ask beside its query, and the answer in pages."""

import base64
import json
import uuid
import zlib
from typing import Any

from dev.emulator.front_door.routes import Routes
from dev.emulator.resource_graph.errors import (
    ACCESS_DENIED,
    BAD_REQUEST,
    NOTHING_READABLE,
    RATE_LIMITING,
    TOO_MANY_QUERIES,
    QueryError,
)
from dev.emulator.resource_graph.pipeline import Query, Rows, read_query
from dev.emulator.resource_graph.quota import count_query
from dev.emulator.resource_graph.rows import readable_subscriptions, rows_of
from dev.emulator.vocabulary.errors import ArmError, ErrorKind
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.clock import arm_timestamp

API_VERSIONS = frozenset({"2021-03-01", "2022-10-01", "2024-04-01"})
LARGEST_PAGE = 1000
_FIELDS = frozenset({"subscriptions", "query", "options", "managementGroups", "facets"})
_OPTIONS = frozenset({"$top", "$skip", "$skipToken", "resultFormat", "allowPartialScopes", "authorizationScopeFilter"})


def register(routes: Routes) -> None:
    routes.add("POST", "/providers/Microsoft.ResourceGraph/resources", _resources, API_VERSIONS)


def _resources(world: World, request: ArmRequest) -> ArmResponse:
    allowed, headers = count_query(world, request)
    if not allowed:
        raise _refused(world, request, RATE_LIMITING, [TOO_MANY_QUERIES], headers)
    try:
        body = _answer(world, request)
    except QueryError as problem:
        raise _refused(world, request, BAD_REQUEST, problem.details, headers) from problem
    if body is None:
        raise _refused(world, request, ACCESS_DENIED, [NOTHING_READABLE], headers)
    return ArmResponse(200, body, headers)


def _answer(world: World, request: ArmRequest) -> dict[str, Any] | None:
    """None if the caller may read none of the subscriptions."""
    text = request.body.get("query")
    if not isinstance(text, str):
        raise QueryError("'query' must be a string")
    options, subscriptions = _options(request.body), _subscriptions(request.body)
    query = read_query(text)
    readable = readable_subscriptions(world, subscriptions)
    if not readable:
        return None
    delay = world.settings.resource_graph_delay
    resources = world.past.as_of(world.clock.now() - delay) if delay else world.resources
    return _page(
        query,
        query.run(rows_of(world, resources, readable, query.table)),
        options,
        zlib.crc32(text.encode(errors="replace")),
    )


def _page(query: Query, rows: Rows, options: dict[str, Any], mark: int) -> dict[str, Any]:
    """Only what shows ids and sets itself no limit goes on in further pages; anything else is cut off."""
    size = _number(options, "$top", LARGEST_PAGE, 1)
    start = _start(options["$skipToken"], mark) if options.get("$skipToken") else _number(options, "$skip", 10**9, 0)
    page = rows[start : start + size]
    more = start + size < len(rows)
    goes_on = more and "id" in query.columns and not query.is_limited
    body = {"totalRecords": len(rows), "count": len(page), "data": page, "facets": []}
    body["resultTruncated"] = "true" if more and not goes_on else "false"
    return {**body, "$skipToken": _token(start + size, mark)} if goes_on else body


def _options(body: dict[str, Any]) -> dict[str, Any]:
    options = body.get("options") or {}
    if unknown := body.keys() - _FIELDS:
        raise QueryError(f"'{min(unknown)}' is not supported")
    if not isinstance(options, dict):
        raise QueryError("'options' must be an object")
    if unknown := options.keys() - _OPTIONS:
        raise QueryError(f"the option '{min(unknown)}' is not supported")
    if options.get("resultFormat", "objectArray") != "objectArray":
        raise QueryError(f"the resultFormat '{options['resultFormat']}' is not supported")
    for name in ("managementGroups", "facets"):
        if body.get(name):
            raise QueryError(f"'{name}' is not supported")
    return options


def _subscriptions(body: dict[str, Any]) -> list[str] | None:
    """None: whatever there is."""
    wanted = body.get("subscriptions")
    if wanted is not None and not (isinstance(wanted, list) and all(isinstance(name, str) for name in wanted)):
        raise QueryError("'subscriptions' must be a list of subscription ids")
    return wanted or None


def _number(options: dict[str, Any], name: str, default_and_most: int, least: int) -> int:
    value = options.get(name, default_and_most if least else 0)
    if type(value) is not int or not least <= value <= default_and_most:
        raise QueryError(f"'{name}' must be a whole number from {least} to {default_and_most}")
    return value


def _token(start: int, mark: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([start, mark]).encode()).decode()


def _start(token: object, mark: int) -> int:
    """Where the page begins; a token goes with the query that it was given for."""
    try:
        start, marked = json.loads(base64.b64decode(str(token), b"-_", validate=True))
    except (ValueError, TypeError) as problem:
        raise QueryError("'$skipToken' is not a token of ours") from problem
    if marked != mark or type(start) is not int or start < 0:
        raise QueryError("'$skipToken' belongs to another query")
    return start


def _refused(
    world: World, request: ArmRequest, kind: ErrorKind, details: list[Any], headers: dict[str, str]
) -> ArmError:
    correlation = request.headers.get("x-ms-correlation-request-id", str(uuid.UUID(int=0)))
    timestamp = arm_timestamp(world.clock.now()).replace("+00:00", "Z")
    return ArmError(kind, details=details, more_headers=headers, timestamp=timestamp, correlation=correlation)
