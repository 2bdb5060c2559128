"""The HTTP API of Durable Functions under /runtime/webhooks/durabletask: which operation a request is for."""

import logging
from collections.abc import Awaitable, Callable
from urllib.parse import unquote_plus

from aiohttp import web

from dev.host.durable_api.answers import BodyInvalidError, error
from dev.host.durable_api.entities import EntityApi
from dev.host.durable_api.instances import InstanceApi
from dev.host.durable_api.steering import SteeringApi
from dev.host.engine.engine import Engine
from dev.host.engine.grpc_context import EngineRefusedError
from dev.host.front.keys import Keys
from dev.host.worker.functions import Functions

_log = logging.getLogger(__name__)
Handler = Callable[..., Awaitable[web.Response]]


class DurableApi:
    """Finds the operation for a request. What does not exist here is 404, whatever the method."""

    def __init__(self, engine: Engine, functions: Functions, keys: Keys, hub_name: str) -> None:
        self._keys = keys
        self._hub_name = hub_name
        instances = InstanceApi(engine, functions, f"taskHub={hub_name}&connection=Storage&code={keys.durable}")
        steering = SteeringApi(engine, instances)
        entities = EntityApi(engine, functions)
        self._start, self._raise_event = instances.start, steering.raise_event
        self._entities: dict[str, Handler] = {
            "GET": entities.read,
            "POST": entities.signal,
            "DELETE": entities.signal,
        }
        self._collection: dict[str, Handler] = {"GET": instances.list, "DELETE": instances.purge_many}
        self._instance: dict[str, Handler] = {"GET": instances.get, "DELETE": instances.purge}
        self._operations: dict[str, Handler] = {
            "terminate": steering.terminate,
            "suspend": steering.suspend,
            "resume": steering.resume,
            "rewind": steering.rewind,
            "restart": steering.restart,
        }

    async def handle(self, request: web.Request, tail: str) -> web.Response:
        if refusal := self._keys.refusal(request, self._keys.durable):
            return refusal
        hub = request.query.get("taskHub", "").strip() or self._hub_name
        found = self._find(request.method, unquote_plus(tail).strip("/").split("/"))
        if found is None or hub.lower() != self._hub_name.lower():
            return web.Response(status=404)
        handler, arguments = found
        try:
            return await handler(request, *arguments)
        except BodyInvalidError as problem:
            return error(400, "Invalid JSON content", problem)
        except EngineRefusedError as problem:
            _log.warning("The engine refused %s: %s", request.path, problem)
            return error(500, "Something went wrong while processing your request", problem)

    def _find(self, method: str, path: list[str]) -> tuple[Handler, list[str]] | None:
        """The path is decoded before it is split: an id with a slash in it cannot be reached."""
        area, arguments = path[0].lower(), path[1:]
        if "" in arguments:
            return None
        match area, arguments:
            case "orchestrators", [_] | [_, _]:
                return _with(self._start if method == "POST" else None, arguments)
            case "entities", [] | [_] | [_, _]:
                return _with(self._entities.get(method), arguments)
            case "instances", []:
                return _with(self._collection.get(method), arguments)
            case "instances", [_]:
                return _with(self._instance.get(method), arguments)
            case "instances", [name, operation] if method == "POST":
                return _with(self._operations.get(operation.lower()), [name])
            case "instances", [name, operation, event] if (method, operation.lower()) == ("POST", "raiseevent"):
                return _with(self._raise_event, [name, event])
        return None


def _with(handler: Handler | None, arguments: list[str]) -> tuple[Handler, list[str]] | None:
    return (handler, arguments) if handler else None
