"""Sends each write once: the HTTP library sends PUT and DELETE again by itself where a kept connection was closed.

What was checked just before a DELETE may not be so any more by then, and of two requests one answer says nothing.
"""

from typing import Any

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

SAFE = {"GET", "HEAD"}


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


class OnceTransport(AioHttpTransport):  # type: ignore[misc]  # azure-core exports it lazily
    """The transport of azure-core, with writes sent once."""

    async def send(self, request: Any, **config: Any) -> Any:
        return await super().send(request, middlewares=(once,), **config)
