"""The admin API as far as developers use it: list the functions, run one by hand, ask for the host's state."""

import asyncio
import logging
from typing import Any

from aiohttp import web

from dev.host.front.keys import Keys
from dev.host.triggers.event_grid import EVENT_GRID_TRIGGER
from dev.host.triggers.timers import timer_value
from dev.host.worker.frames import Frame
from dev.host.worker.functions import Function, Functions
from dev.host.worker.invocations import FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError

_log = logging.getLogger(__name__)
_OTHER_WAYS = {
    "httpTrigger": "request its URL",
    "orchestrationTrigger": "start it by POST /runtime/webhooks/durabletask/orchestrators/NAME",
    "entityTrigger": "signal it by POST /runtime/webhooks/durabletask/entities/NAME/KEY",
    "activityTrigger": "only orchestrators call it",
}


class AdminApi:
    """Everything under /admin; needs the master key."""

    def __init__(self, functions: Functions, invoker: Invoker, keys: Keys) -> None:
        self._functions = functions
        self._invoker = invoker
        self._keys = keys
        self._running: set[asyncio.Task[None]] = set()

    async def handle(self, request: web.Request, tail: str) -> web.Response:
        if not self._keys.allows_admin(request):
            return self._keys.refusal(request)
        match (request.method, tail.strip("/").lower().split("/")):
            case ("GET" | "POST", ["host", "ping"]):
                return web.Response()
            case ("GET", ["host", "status"]):
                return web.json_response({"state": "Running", "functions": len(self._functions.all)})
            case ("GET", ["functions"]):
                return web.json_response([_description(one) for one in self._functions.all])
            case (method, ["functions", name]):
                return await self._function(request, method, name)
        return web.Response(status=404)

    async def _function(self, request: web.Request, method: str, name: str) -> web.Response:
        function = self._functions.named(name)
        if function is None or method not in ("GET", "POST"):
            return web.Response(status=404)
        if method == "GET":
            return web.json_response(_description(function))
        if other_way := _OTHER_WAYS.get(function.trigger_type):
            return web.Response(status=400, text=f"'{function.name}' cannot be run like this: {other_way}")
        try:
            value = _value(function, await request.json() if request.can_read_body else {})
        except ValueError as error:
            return web.Response(status=400, text=f'Expected {{"input": "…"}}: {error}')
        task = asyncio.create_task(self._run(function, value))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return web.Response(status=202)

    async def _run(self, function: Function, value: Frame) -> None:
        try:
            await self._invoker.invoke(function, value)
        except (FunctionFailedError, WorkerDiedError) as error:
            _log.warning("'%s', run by hand, failed: %s", function.name, error)


def _description(function: Function) -> dict[str, Any]:
    return {"name": function.name, "language": "python", "config": {"bindings": function.bindings}}


def _value(function: Function, body: Any) -> Frame:
    if not isinstance(body, dict):
        raise ValueError("the body is not an object")  # noqa: TRY004 - reported like text that is no JSON
    if function.trigger_type == "timerTrigger":
        return timer_value(None, None)
    text = str(body.get("input", ""))
    return {"json": text} if function.trigger_type == EVENT_GRID_TRIGGER else {"string": text}
