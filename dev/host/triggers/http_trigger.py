"""HTTP triggers: finds the function for a request, checks the key, answers with what the function returned."""

from collections.abc import Iterable

from aiohttp import web

from dev.host.front.keys import Keys
from dev.host.front.messages import request_value, response_of
from dev.host.front.routes import Route, compile_route
from dev.host.worker.functions import Function
from dev.host.worker.invocations import FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError


class HttpFront:
    """Every HTTP-triggered function of the app. An unknown route and a wrong method are both 404, as in Azure.

    A disabled function is 404, too, for every key that would open it but the master key, which still runs it.
    """

    def __init__(self, functions: Iterable[Function], invoker: Invoker, keys: Keys, route_prefix: str) -> None:
        self._invoker = invoker
        self._keys = keys
        self._prefix = route_prefix
        routed = [(self._route(one), one) for one in functions if not is_reserved(one)]
        self._routed = sorted(routed, key=lambda pair: pair[0].precedence)

    def url_of(self, function: Function, base_url: str) -> str:
        return f"{base_url}/{self._route(function).template}"

    async def handle(self, request: web.Request) -> web.Response | None:
        """The function's answer; None if no function is for this request."""
        found = self._find(request)
        if found is None:
            return None
        function, route_values = found
        if not self._keys.opens_function(request, str(function.trigger.get("authLevel") or "FUNCTION")):
            return web.Response(status=401)
        if function.is_disabled and not self._keys.is_master(request):
            return web.Response(status=404)
        value = await request_value(request, route_values)
        trace_parent = request.headers.get("traceparent")
        try:
            answer = await self._invoker.invoke(function, value, trace_parent=trace_parent)
        except (FunctionFailedError, WorkerDiedError):
            return web.Response(status=500)  # empty, as in Azure; the worker's log has the traceback
        return response_of(answer)

    def _route(self, function: Function) -> Route:
        route = _own_route(function)
        return compile_route(f"{self._prefix}/{route}" if self._prefix else route)

    def _find(self, request: web.Request) -> tuple[Function, dict[str, str]] | None:
        path = request.rel_url.raw_path.removeprefix("/")
        for route, function in self._routed:
            methods = [str(method).upper() for method in function.trigger.get("methods") or ()]
            if methods and request.method not in methods:
                continue
            if (values := route.match(path)) is not None:
                return function, values
        return None


def is_reserved(function: Function) -> bool:
    """Routes that begin with `admin` are the host's own; a function that asks for one is not served."""
    return _own_route(function).lower().startswith("admin")


def _own_route(function: Function) -> str:
    return str(function.trigger.get("route") or function.name).strip("/")
