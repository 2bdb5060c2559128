"""The Event Grid webhook: handshakes, and one invocation per event of a delivery."""

import asyncio
import json
import logging
from typing import Any

from aiohttp import web

from dev.host.front.keys import Keys
from dev.host.worker.functions import Functions
from dev.host.worker.invocations import FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError

_log = logging.getLogger(__name__)
EVENT_GRID_TRIGGER = "eventGridTrigger"
_VALIDATION = "SubscriptionValidation"
Event = dict[str, Any]


class EventGridWebhook:
    """POST and OPTIONS /runtime/webhooks/eventgrid?functionName=…&code=…."""

    def __init__(self, functions: Functions, invoker: Invoker, keys: Keys) -> None:
        self._functions = {one.name.lower(): one for one in functions.triggered_by(EVENT_GRID_TRIGGER)}
        self._invoker = invoker
        self._keys = keys

    async def handle(self, request: web.Request, tail: str) -> web.Response:
        if not self._keys.allows_event_grid(request):
            return self._keys.refusal(request)
        if tail:
            return web.Response(status=404)
        name = request.query.get("functionName", "")
        if name.lower() not in self._functions:
            known = ", ".join(sorted(one.name for one in self._functions.values()))
            return web.Response(status=404, text=f"Cannot find function '{name}'; there are: {known}")
        if request.method == "OPTIONS":
            return _cloud_events_handshake(request)
        if request.method != "POST":
            return web.Response(status=404)
        return await self._handle_post(request, name)

    async def _handle_post(self, request: web.Request, name: str) -> web.Response:
        kind = request.headers.get("aeg-event-type", "Notification")
        if kind == "Unsubscribe":
            return web.Response(status=202)
        try:
            events = _events(json.loads(await request.read()))
        except (ValueError, RecursionError) as error:
            return web.Response(status=400, text=str(error))
        if kind == _VALIDATION:
            return _validation_response(events)
        if kind != "Notification":
            return web.Response(status=400, text=f"'{kind}' is no kind of delivery")
        return await self._deliver(name, events)

    async def _deliver(self, name: str, events: list[Event]) -> web.Response:
        """All events of the delivery; one failure fails it as a whole, and Event Grid will send it again."""
        results = await asyncio.gather(*(self._invoke(name, event) for event in events))
        return web.Response(status=202 if all(results) else 500)

    async def _invoke(self, name: str, event: Event) -> bool:
        function = self._functions[name.lower()]
        try:
            await self._invoker.invoke(function, {"json": json.dumps(event)})
        except (FunctionFailedError, WorkerDiedError) as error:
            _log.warning("Event %s was not handled by '%s': %s", event.get("id"), function.name, error)
            return False
        return True


def _events(body: Any) -> list[Event]:
    events = body if isinstance(body, list) else [body]
    if not all(isinstance(event, dict) for event in events):
        raise ValueError("A delivery is an event or an array of events")
    return events


def _validation_response(events: list[Event]) -> web.Response:
    data = events[0].get("data") if events else None
    code = data.get("validationCode") if isinstance(data, dict) else None
    if code is None:
        return web.Response(status=400, text="The validation event has no validationCode")
    return web.json_response({"validationResponse": code})


def _cloud_events_handshake(request: web.Request) -> web.Response:
    """Validation as the CloudEvents web hook specification has it."""
    origin = request.headers.get("WebHook-Request-Origin")
    if origin is None:
        return web.Response(status=400, text="WebHook-Request-Origin is missing")
    headers = {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*", "Allow": "POST, OPTIONS"}
    return web.Response(status=200, headers=headers)
