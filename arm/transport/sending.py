"""Sends each write once, and waits for no answer without end.

The HTTP library sends PUT and DELETE again by itself where a kept connection was closed: what was checked just before a
DELETE may not be so any more by then, and of two requests one answer says nothing.
"""

import asyncio
from typing import Any

import aiohttp
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline.transport import AioHttpTransport

SAFE = {"GET", "HEAD"}
LONGEST_CALL_SECONDS = 60.0  # a page of a list of a large subscription takes some


class SentOnceError(aiohttp.ClientError):
    """The connection was closed under a write; whether it was taken up is not known."""


async def once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Hand a closed connection on as an error that aiohttp does not answer by sending again."""
    try:
        return await handler(request)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
        if request.method in SAFE or isinstance(error, aiohttp.ClientConnectorError):
            raise
        raise SentOnceError(f"{type(error).__name__}: {error}") from error


class TimedTransport(AioHttpTransport):  # type: ignore[misc]  # azure-core exports it lazily
    """The transport of azure-core, with a limit for a whole call: its own is for the time between two bytes."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def send(self, request: Any, **config: Any) -> Any:
        """Send; raises ServiceResponseTimeoutError where no whole answer came in time: it may have been carried out."""
        try:
            async with asyncio.timeout(self._seconds):
                return await super().send(request, **config)
        except TimeoutError as error:
            raise ServiceResponseTimeoutError(f"no whole answer within {self._seconds:g} seconds") from error


class OnceTransport(TimedTransport):
    """The same, with writes sent once."""

    async def send(self, request: Any, **config: Any) -> Any:
        return await super().send(request, middlewares=(once,), **config)
