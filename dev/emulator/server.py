"""The aiohttp application: ARM on every path, and beside it what the providers attach and the control plane."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Handler

from dev.emulator import providers
from dev.emulator.control import journal
from dev.emulator.control import plane as control
from dev.emulator.front_door.gateway import RawCall, answer
from dev.emulator.front_door.routes import Routes
from dev.emulator.misbehaving import faulty
from dev.emulator.vocabulary.errors import INTERNAL_SERVER_ERROR, REQUEST_TOO_LARGE, ArmError
from dev.emulator.vocabulary.request import ArmResponse
from dev.emulator.world import Call, World

LARGEST_BODY_BYTES = 4 * 1024**2  # what Resource Manager itself accepts
WAKE = web.AppKey("wake", asyncio.Event)

_log = logging.getLogger(__name__)


def furnished(world: World) -> Routes:
    """The ways to all providers, and their rules in the world: all that there is beside HTTP."""
    routes = Routes()
    for register in providers.REGISTER:
        register(routes)
    for install in providers.INSTALL:
        install(world)
    return routes


def create_app(world: World) -> web.Application:
    """One emulator over one world; two apps share nothing."""
    routes = furnished(world)
    app = web.Application(client_max_size=LARGEST_BODY_BYTES, middlewares=[_wake_after_each_request])
    app[WAKE] = asyncio.Event()
    control.attach(app, world)
    journal.attach(app, world)
    for attach in providers.ATTACH:
        attach(app, world)

    async def serve_arm(http: web.Request) -> web.Response:
        fault = world.faults.take(http.method, http.path)
        return await faulty.serve(
            fault, http, lambda: _answer_arm(world, routes, http), lambda error: _refused(world, http, error)
        )

    app.router.add_route("*", "/{path:.*}", serve_arm)

    async def settle_when_due(app: web.Application) -> AsyncIterator[None]:
        settling = asyncio.create_task(_settle_when_due(world, app[WAKE]))
        yield
        settling.cancel()

    app.cleanup_ctx.append(settle_when_due)
    return app


async def _answer_arm(world: World, routes: Routes, http: web.Request) -> web.Response:
    try:
        content = await http.read()
        call = RawCall(
            method=http.method,
            raw_path=http.rel_url.raw_path,
            query={key.lower(): value for key, value in http.query.items()},
            headers={key.lower(): value for key, value in http.headers.items()},
            content=content,
            origin=f"{http.scheme}://{http.host}",
        )
        return _http_response(answer(world, routes, call))
    except web.HTTPRequestEntityTooLarge:
        error = ArmError(REQUEST_TOO_LARGE, limit_bytes=LARGEST_BODY_BYTES)
    except Exception:  # noqa: BLE001 - the client gets ARM's error body, the developer the traceback
        _log.exception("no answer to %s %s", http.method, http.path)
        error = ArmError(INTERNAL_SERVER_ERROR, method=http.method, url=http.path)
    return _http_response(ArmResponse(error.status, {"error": error.body()}))


def _refused(world: World, http: web.Request, error: ArmError) -> web.Response:
    """A refusal that somebody asked for; it counts as a call like any other."""
    api_version = http.query.get("api-version")
    world.record(Call(world.clock.now(), http.method, http.path, api_version, error.status))
    return _http_response(ArmResponse(error.status, {"error": error.body()}, error.headers))


def _http_response(response: ArmResponse) -> web.Response:
    if response.body is None:
        return web.Response(status=response.status, headers=response.headers)
    return web.json_response(response.body, status=response.status, headers=response.headers)


@web.middleware
async def _wake_after_each_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Any request may have started an operation or moved time: look again when the next one is due."""
    try:
        return await handler(request)
    finally:
        request.app[WAKE].set()


async def _settle_when_due(world: World, wake: asyncio.Event) -> None:
    """Ends operations on time even while nobody asks, so that their events leave on time."""
    while True:
        world.settle()
        wake.clear()
        due = world.operations.next_due()
        wait_seconds = world.clock.real_seconds_until(due) if due else math.inf
        try:
            await asyncio.wait_for(wake.wait(), None if math.isinf(wait_seconds) else wait_seconds)
        except TimeoutError:
            continue
