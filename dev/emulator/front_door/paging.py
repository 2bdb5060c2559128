"""Lists in pages: `value` and, while there is more, an absolute `nextLink`. Used by every provider that lists."""

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from dev.emulator.front_door.access import may_see
from dev.emulator.vocabulary.errors import INVALID_PARAMETER, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.world import World
from dev.emulator.world.resources import Resource


def list_page(
    world: World,
    request: ArmRequest,
    type_name: str,
    scope: str,
    show: Callable[[Resource], dict[str, Any]] = Resource.document,
) -> ArmResponse:
    """One page of the resources of a type below a scope, in the order of their ids.

    What the caller may not read is left out, so that a page may be short, or empty, with more to come.
    """
    size = world.settings.page_size
    found = world.resources.page(type_name, scope, _after(request), size + 1)
    body: dict[str, Any] = {"value": [show(one) for one in found[:size] if may_see(world, one.id)]}
    if len(found) > size:
        query = {**request.query, "$skiptoken": _token(found[size - 1])}
        body["nextLink"] = f"{request.origin}{request.path}?{urlencode(query)}"
    return ArmResponse(200, body)


def _token(last: Resource) -> str:
    return base64.urlsafe_b64encode(last.id.lower().encode()).decode()


def _after(request: ArmRequest) -> str:
    try:
        return base64.b64decode(request.query.get("$skiptoken", ""), b"-_", validate=True).decode()
    except ValueError as problem:
        raise ArmError(INVALID_PARAMETER, parameter="$skiptoken", reason="not a token of ours") from problem
