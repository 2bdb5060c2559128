"""Plays the faults that were asked for around the real answer: late, refused, cut off or garbled."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from dev.emulator.errors import ArmError
from dev.emulator.faults import Fault
from dev.emulator.request import ArmResponse
from dev.emulator.world import Call, World

Answer = Callable[[], Awaitable[ArmResponse]]
_HTML = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


async def serve(
    world: World, http: web.Request, answer: Answer, written: Callable[[ArmResponse], web.Response]
) -> web.Response:
    """The answer as HTTP, through the fault this call meets, if any."""
    fault = world.faults.take(http.method, http.path)
    if fault is None:
        return written(await answer())
    await asyncio.sleep(fault.delay_seconds)
    if fault.hang:
        await asyncio.Event().wait()  # ends when the client goes away or the emulator stops
    if fault.drop == "before":
        return _cut_off(http)
    refusal = fault.refusal(http.method, http.path)
    response = _refused(world, http, refusal) if refusal else await answer()
    if fault.drop == "after":
        return _cut_off(http)
    return _corrupted(written(response), fault)


def _cut_off(http: web.Request) -> web.Response:
    if http.transport:
        http.transport.abort()
    return web.Response()


def _refused(world: World, http: web.Request, error: ArmError) -> ArmResponse:
    api_version = http.query.get("api-version")
    world.record(Call(world.clock.now(), http.method, http.path, api_version, error.status))
    return ArmResponse(error.status, {"error": error.body()}, error.headers)


def _corrupted(response: web.Response, fault: Fault) -> web.Response:
    text = response.text or ""
    match fault.corrupt:
        case "truncated":
            response.text = text[: len(text) // 2]
        case "empty":
            response.text = ""
        case "html":
            return web.Response(status=response.status, text=_HTML, content_type="text/html")
    return response
