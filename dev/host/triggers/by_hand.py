"""The admin API as far as developers use it: list the functions, run one by hand, ask for the host's state."""

import asyncio
import json
import logging
import time
from typing import Any

from aiohttp import web

from dev.host.front.keys import Keys
from dev.host.triggers.timers import timer_value
from dev.host.worker.frames import Frame
from dev.host.worker.functions import Function, Functions
from dev.host.worker.invocations import FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError

_log = logging.getLogger(__name__)
_HOST_VERSION = "4.1037.0"  # the one whose answers these are
_NO_STORE = {"Cache-Control": "no-store,no-cache", "Pragma": "no-cache"}
_JSON_INPUT = {"eventGridTrigger", "activityTrigger"}


class AdminApi:
    """Everything under /admin; needs the master key, but for the ping."""

    def __init__(self, functions: Functions, invoker: Invoker, keys: Keys) -> None:
        self._functions = functions
        self._invoker = invoker
        self._keys = keys
        self._running: set[asyncio.Task[None]] = set()
        self._started = time.monotonic()

    async def handle(self, request: web.Request, tail: str) -> web.Response:
        path = tail.strip("/").lower().split("/")
        if path == ["host", "ping"]:
            known = request.method in ("GET", "POST")
            return web.Response(headers=_NO_STORE) if known else web.Response(status=404)
        if refusal := self._keys.refusal(request):
            return refusal
        match (request.method, path):
            case ("GET", ["host", "status"]):
                return web.json_response(self._status())
            case ("GET", ["functions"]):
                return web.json_response([_description(one, request.url.origin()) for one in self._functions.all])
            case ("GET", ["functions", name]) if function := self._functions.named(name):
                return web.json_response(_description(function, request.url.origin()))
            case ("POST", ["functions", name]):
                return await self._start(request, name)
        return web.Response(status=404)

    def _status(self) -> dict[str, Any]:
        return {
            "id": "dev-host",
            "state": "Running",
            "version": _HOST_VERSION,
            "versionDetails": _HOST_VERSION,
            "processUptime": int((time.monotonic() - self._started) * 1000),
            "functionAppContentEditingState": "NotAllowed",
        }

    async def _start(self, request: web.Request, name: str) -> web.Response:
        """Run a function of whatever trigger in the background; how it ends is in the log."""
        if not _is_json(request.content_type) or "Content-Type" not in request.headers:
            return web.Response(status=415)
        try:
            body = json.loads(await request.read())
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return web.Response(status=400)
        function = self._functions.named(name)
        if function is None:
            return web.Response(status=404)
        task = asyncio.create_task(self._run(function, _value(function, body.get("input"))))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return web.Response(status=202)

    async def _run(self, function: Function, value: Frame) -> None:
        try:
            await self._invoker.invoke(function, value)
        except (FunctionFailedError, WorkerDiedError) as error:
            _log.warning("'%s', run by hand, failed: %s", function.name, error)


def _description(function: Function, origin: object) -> dict[str, Any]:
    """A function as the admin API shows it; what stands for files is null, there being none to download here."""
    absent = ("script_root_path_href", "script_href", "config_href", "test_data_href", "secrets_file_href", "files")
    return {
        "name": function.name,
        **dict.fromkeys(absent),
        "href": f"{origin}/admin/functions/{function.name}",
        "config": {"name": function.name, "language": "python", "bindings": function.bindings},
        "test_data": None,
        "isDisabled": function.is_disabled,
        "isDirect": True,
        "isProxy": False,
        "language": "python",
        "invoke_url_template": None,
    }


def _is_json(content_type: str) -> bool:
    return content_type in ("application/json", "text/json") or content_type.endswith("+json")


def _value(function: Function, given: Any) -> Frame:
    """The trigger's value: the input given, in the shape this kind of trigger takes."""
    text = given if isinstance(given, str) else json.dumps(given) if given is not None else ""
    match function.trigger_type:
        case "timerTrigger":
            return timer_value(None, None)
        case "httpTrigger":
            http = {"method": "POST", "url": "", "headers": {}, "query": {}, "params": {}, "body": {"string": text}}
            return {"http": http}
        case kind if kind in _JSON_INPUT:
            return {"json": text or "null"}
    return {"string": text}
