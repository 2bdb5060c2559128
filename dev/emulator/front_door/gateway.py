"""The front of Resource Manager, without HTTP objects: what is checked of every call before a provider sees it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from dev.emulator.front_door import answer_headers, gathered_lists
from dev.emulator.front_door.access import require_permission
from dev.emulator.front_door.policies import require_policies
from dev.emulator.front_door.routes import Match, Routes
from dev.emulator.vocabulary.errors import (
    AUTHENTICATION_FAILED,
    INVALID_REQUEST_CONTENT,
    MISSING_API_VERSION,
    NOT_EMULATED,
    RESOURCE_GROUP_NOT_FOUND,
    SCOPE_LOCKED,
    SUBSCRIPTION_NOT_FOUND,
    ArmError,
)
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.tokens import claims_of
from dev.emulator.world import Call, World
from dev.emulator.world.journal import Document, Written

WITHOUT_TOKEN = frozenset({"/metadata/endpoints"})
_WRITES = frozenset({"PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class RawCall:
    """A call as it came over the wire: percent-encoded path, lower-case keys in query and headers."""

    method: str
    raw_path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    origin: str

    @property
    def path(self) -> str:
        """Decoded; repeated slashes count as one, as in the service (`az lock` sends some)."""
        return re.sub("/{2,}", "/", unquote(self.raw_path)).rstrip("/") or "/"


def answer(world: World, routes: Routes, call: RawCall) -> ArmResponse:
    """Serves one ARM call and records it; a refusal becomes ARM's error body."""
    world.settle()
    seen = world.seen() if call.method in _WRITES else {}
    try:
        response = _dispatch(world, routes, call)
    except ArmError as error:
        response = ArmResponse(error.status, {"error": error.body()}, error.headers)
    if call.method in _WRITES:
        world.note(_written(world, call, response.status, seen))
    world.settle()
    api_version = call.query.get("api-version", "")
    world.record(Call(world.clock.now(), call.method, call.path, api_version or None, response.status))
    return answer_headers.completed(response, call.method, call.path, api_version, world.clock.now())


def _written(world: World, call: RawCall, status: int, seen: dict[str, Document | None]) -> Written:
    client = str(claims_of(call.headers.get("authorization", "")).get("appid", ""))
    try:
        body = _json_object(call)
    except ArmError:
        body = None
    return Written(world.clock.now(), client, call.method, call.path, body, status, seen)


def _dispatch(world: World, routes: Routes, call: RawCall) -> ArmResponse:
    path = call.path
    if path.lower() not in WITHOUT_TOKEN and not call.headers.get("authorization", "").startswith("Bearer "):
        raise ArmError(AUTHENTICATION_FAILED)
    match, api_version = _find(routes, call)
    _require_scopes(world, match)
    request = ArmRequest(
        method=call.method,
        path=path,
        api_version=api_version,
        names=match.names,
        query=call.query,
        body=_json_object(call),
        headers=call.headers,
        origin=call.origin,
    )
    require_permission(world, request)
    require_policies(world, request)
    if call.method in _WRITES:
        _respect_locks(world, request)
    remaining = world.rate_limit_rule(world, request)
    try:
        response = match.route.handler(world, request)
    except ArmError as error:
        error.headers |= remaining
        raise
    return gathered_lists.completed(request, response, remaining)


def _find(routes: Routes, call: RawCall) -> tuple[Match, str]:
    url = call.origin + call.raw_path
    match = None if "%2f" in call.raw_path.lower() else routes.match(call.method, call.path)
    if match is None:
        raise ArmError(NOT_EMULATED, method=call.method, url=url, why="unknown route")
    api_version = call.query.get("api-version")
    if not api_version:
        raise ArmError(MISSING_API_VERSION)
    if not match.route.accepts(api_version):
        raise ArmError(NOT_EMULATED, method=call.method, url=url, why=f"api-version {api_version}")
    return match, api_version


def _require_scopes(world: World, match: Match) -> None:
    """A call inside a subscription or a group needs both to exist; creating the group itself does not."""
    subscription = match.names.get("subscriptionId")
    group = match.names.get("resourceGroup")
    if subscription and not world.resources.get(f"/subscriptions/{subscription}"):
        raise ArmError(SUBSCRIPTION_NOT_FOUND, name=subscription)
    if not group or match.route.template.endswith("/{resourceGroup}"):
        return
    if not world.resources.get(f"/subscriptions/{subscription}/resourceGroups/{group}"):
        raise ArmError(RESOURCE_GROUP_NOT_FOUND, name=group)


def _json_object(call: RawCall) -> dict[str, Any]:
    if not call.content.strip():
        if call.method in {"PUT", "PATCH"}:
            raise ArmError(INVALID_REQUEST_CONTENT, reason="the request has no content")
        return {}
    try:
        body = json.loads(call.content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise ArmError(INVALID_REQUEST_CONTENT, reason=problem) from problem
    if not isinstance(body, dict):
        raise ArmError(INVALID_REQUEST_CONTENT, reason="a JSON object is expected")
    return body


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _respect_locks(world: World, request: ArmRequest) -> None:
    locks = world.locks_blocking(request.path, request.method)
    if locks:
        locked = ",".join(lock.id.lower().partition("/providers/microsoft.authorization/")[0] for lock in locks)
        verb = "delete" if request.method == "DELETE" else "write"
        raise ArmError(SCOPE_LOCKED, scope=request.path, verb=verb, locked=locked)
