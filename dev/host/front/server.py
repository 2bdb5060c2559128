"""The host's HTTP server: hands each request to the part of the host that its path belongs to."""

import socket
from collections.abc import Awaitable, Callable
from typing import IO

from aiohttp import web

from dev.host.front.keys import Keys

_LARGEST_BODY_BYTES = 100 * 1024 * 1024  # the platform's default
_CLOSE_SECONDS = 0.5
_WEBHOOK_METHODS = {"GET", "POST", "DELETE", "OPTIONS"}
_HOME_PAGE = "<!DOCTYPE html><title>Functions</title><p>Your Functions app is up and running.</p>"
Handler = Callable[[web.Request], Awaitable[web.Response | None]]
TailHandler = Callable[[web.Request, str], Awaitable[web.Response]]


class Server:
    """Listens on loopback from its construction on, answers once it has been started."""

    def __init__(self, port: int, log: IO[bytes] | None) -> None:
        """Into `log` goes the path of every request, and never its query, as into the log and the spans of Azure."""
        self._log = log
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._runner: web.AppRunner | None = None
        self._webhooks: dict[str, TailHandler] = {}
        self._admin: TailHandler = _not_found
        self._front: Handler | None = None
        self._keys = Keys()

    def route(self, *, front: Handler, admin: TailHandler, webhooks: dict[str, TailHandler], keys: Keys) -> None:
        self._front, self._admin, self._webhooks, self._keys = front, admin, webhooks, keys

    async def start(self) -> None:
        app = web.Application(client_max_size=_LARGEST_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_SECONDS)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket.dup()).start()

    async def pause(self) -> None:
        """Answer nobody before the next start; the address stays ours, and whoever comes meanwhile waits."""
        if self._runner:
            await self._runner.cleanup()

    async def stop(self) -> None:
        await self.pause()
        self._socket.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self._note(request)
        area, _, rest = request.rel_url.raw_path.lstrip("/").partition("/")
        if area.lower() == "admin":
            return await self._admin(request, rest)
        if area.lower() == "runtime" and rest.lower().startswith("webhooks/") and request.method in _WEBHOOK_METHODS:
            extension, _, tail = rest.partition("/")[2].partition("/")
            return await self._webhooks.get(extension.lower(), self._no_such_webhook)(request, tail)
        assert self._front is not None
        if (response := await self._front(request)) is not None:
            return response
        return (
            web.Response(text=_HOME_PAGE, content_type="text/html") if request.path == "/" else web.Response(status=404)
        )

    def _note(self, request: web.Request) -> None:
        if self._log:
            self._log.write(f"Executing HTTP request: {request.method} {request.rel_url.raw_path}\n".encode())
            self._log.flush()

    async def _no_such_webhook(self, request: web.Request, tail: str) -> web.Response:
        return self._keys.refusal(request) or await _not_found(request, tail)


async def _not_found(_request: web.Request, _tail: str) -> web.Response:
    return web.Response(status=404)
