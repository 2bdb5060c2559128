"""Plays the faults that were asked for around the real answer: late, refused, cut off or garbled."""

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.wishes.faults import Fault

_HTML = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


async def serve(
    fault: Fault | None,
    http: web.Request,
    answer: Callable[[], Awaitable[web.Response]],
    refused: Callable[[ArmError], web.Response],
) -> web.Response:
    """The answer, through the fault this call meets, if any; `refused` writes a refusal as the service does."""
    if fault is None:
        return await answer()
    await fault.delay()
    if fault.hang:
        await asyncio.Event().wait()  # ends when the client goes away or the emulator stops
    if fault.drop == "before":
        return _cut_off(http)
    refusal = fault.refusal(http.method, http.path)
    response = refused(refusal) if refusal else await answer()
    if fault.drop == "after":
        return _cut_off(http)
    return _corrupted(response, fault)


def _cut_off(http: web.Request) -> web.Response:
    if http.transport:
        http.transport.abort()
    return web.Response()


def _corrupted(response: web.Response, fault: Fault) -> web.Response:
    text = response.text or ""
    match fault.corrupt:
        case "truncated":
            response.text = text[: len(text) // 2]
        case "empty":
            response.text = ""
        case "hollow":
            response.text = "{}"
        case "html":
            return web.Response(status=response.status, text=_HTML, content_type="text/html")
    return response
