"""The HTTP API of Durable Functions under /runtime/webhooks/durabletask, with the extension's status codes."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote

import grpc
from aiohttp import web

from dev.host.durable_api.entities import EntityApi
from dev.host.durable_api.instances import InstanceApi
from dev.host.durable_api.query_strings import BodyInvalidError
from dev.host.engine.engine import Engine
from dev.host.engine.grpc_context import EngineRefusedError
from dev.host.front.keys import Keys
from dev.host.worker.functions import Functions

_REFUSALS = {grpc.StatusCode.NOT_FOUND: 404, grpc.StatusCode.ALREADY_EXISTS: 409}
Handler = Callable[..., Awaitable[web.Response]]


class DurableApi:
    """Finds the operation for a request. What does not exist here is 404, whatever the method."""

    def __init__(self, engine: Engine, functions: Functions, keys: Keys, hub_name: str) -> None:
        self._keys = keys
        self._hub_name = hub_name
        instances = InstanceApi(engine, functions, f"taskHub={hub_name}&connection=Storage&code={keys.durable}")
        entities = EntityApi(engine)
        self._collections: dict[tuple[str, str], Handler] = {
            ("GET", "instances"): instances.list,
            ("DELETE", "instances"): instances.purge_many,
            ("GET", "entities"): entities.list,
        }
        self._items: dict[tuple[str, str], Handler] = {
            ("POST", "orchestrators"): instances.start,
            ("GET", "instances"): instances.get,
            ("DELETE", "instances"): instances.purge,
            ("GET", "entities"): entities.list,
        }
        self._operations: dict[tuple[str, str, str], Handler] = {
            ("POST", "instances", "terminate"): instances.terminate,
            ("POST", "instances", "suspend"): instances.suspend,
            ("POST", "instances", "resume"): instances.resume,
            ("POST", "instances", "rewind"): instances.rewind,
            ("POST", "instances", "restart"): instances.restart,
        }
        self._keyed: dict[tuple[str, str], Handler] = {
            ("POST", "orchestrators"): instances.start,
            ("GET", "entities"): entities.get,
            ("POST", "entities"): entities.signal,
            ("DELETE", "entities"): entities.signal,
        }
        self._raise_event = instances.raise_event

    async def handle(self, request: web.Request, tail: str) -> web.Response:
        if not self._keys.allows_durable(request):
            return self._keys.refusal(request)
        if request.query.get("taskHub", self._hub_name).lower() != self._hub_name.lower():
            return web.Response(status=404, text="There is no such task hub here")
        found = self._find(request.method, [unquote(part) for part in tail.strip("/").split("/") if part])
        if found is None:
            return web.Response(status=404)
        handler, arguments = found
        try:
            return await handler(request, *arguments)
        except EngineRefusedError as error:
            return web.Response(status=_REFUSALS.get(error.code, 400), text=str(error))
        except BodyInvalidError as error:
            return web.Response(status=400, text=str(error))

    def _find(self, method: str, path: list[str]) -> tuple[Handler, list[str]] | None:
        match path:
            case [area]:
                return _with(self._collections.get((method, area.lower())), [])
            case [area, name]:
                return _with(self._items.get((method, area.lower())), [name])
            case [area, name, last]:
                operation = self._operations.get((method, area.lower(), last.lower()))
                if operation:
                    return operation, [name]
                return _with(self._keyed.get((method, area.lower())), [name, last])
            case [area, name, operation, event] if (area.lower(), operation.lower()) == ("instances", "raiseevent"):
                return (self._raise_event, [name, event]) if method == "POST" else None
        return None


def _with(handler: Handler | None, arguments: list[str]) -> tuple[Handler, list[str]] | None:
    return (handler, arguments) if handler else None
