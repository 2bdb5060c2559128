"""The Event Grid webhook: handshakes, and one invocation per event of a delivery.

The kind of a request is in its header, whatever its method; what cannot be read is 500, so that it is sent again.
"""

import asyncio
import json
import logging
from typing import Any

from aiohttp import web

from dev.host.front.keys import Keys
from dev.host.worker.functions import Function, Functions
from dev.host.worker.invocations import FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError

_log = logging.getLogger(__name__)
EVENT_GRID_TRIGGER = "eventGridTrigger"


class EventGridWebhook:
    """/runtime/webhooks/eventgrid?functionName=…&code=…; the case of the function's name matters here.

    A disabled function is not found, so that a handshake with it fails.
    """

    def __init__(self, functions: Functions, invoker: Invoker, keys: Keys) -> None:
        self._functions = {one.name: one for one in functions.listening(EVENT_GRID_TRIGGER)}
        self._invoker = invoker
        self._keys = keys

    async def handle(self, request: web.Request, _tail: str) -> web.Response:
        if refusal := self._keys.refusal(request, self._keys.event_grid):
            return refusal
        name = request.query.get("functionName", "")
        function = self._functions.get(name)
        if function is None:
            return web.Response(status=404, text=f"cannot find function: '{name}'")
        if request.method == "OPTIONS":
            return web.Response(headers={"WebHook-Allowed-Origin": "eventgrid.azure.net"})
        return await self._answer(request, function)

    async def _answer(self, request: web.Request, function: Function) -> web.Response:
        kind = request.headers.get("aeg-event-type", "").lower()
        if kind == "unsubscribe":
            return web.Response(status=202)
        if kind not in ("notification", "subscriptionvalidation"):
            return web.Response(status=400)
        try:
            content = json.loads(await request.read())
            if kind == "subscriptionvalidation":
                return web.Response(text=_validated(content))
            events = _events(content)
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            _log.warning("A delivery to '%s' cannot be read: %s", function.name, error)
            return web.Response(status=500)
        return await self._deliver(function, events)

    async def _deliver(self, function: Function, events: list[Any]) -> web.Response:
        """All events of the delivery; one failure fails it as a whole, and Event Grid will send it again."""
        results = await asyncio.gather(*(self._invoke(function, event) for event in events))
        if all(results):
            return web.Response(status=202)
        return web.Response(status=500, text=f"Exception while executing function: Functions.{function.name}")

    async def _invoke(self, function: Function, event: Any) -> bool:
        try:
            await self._invoker.invoke(function, {"json": json.dumps(event)})
        except (FunctionFailedError, WorkerDiedError) as error:
            _log.warning("An event was not handled by '%s': %s", function.name, error)
            return False
        return True


def _events(content: Any) -> list[Any]:
    if isinstance(content, dict):
        return [content]
    if not isinstance(content, list):
        raise TypeError("neither an event nor an array of events")
    return content


def _validated(content: Any) -> str:
    """The answer to a handshake; in the CloudEvents schema, which has no array, the data may be JSON in a string."""
    if isinstance(content, list):
        data = content[0]["data"]
    else:
        data = json.loads(content["data"]) if isinstance(content["data"], str) else content["data"]
    return json.dumps({"validationResponse": str(data["validationCode"])}, separators=(",", ":"))
