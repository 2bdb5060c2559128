"""Sends each write once, and waits for no answer without end.

The HTTP library sends PUT and DELETE again by itself where a kept connection was closed: what was checked just before a
DELETE may not be so any more by then, and of two requests one answer says nothing.
"""

import asyncio
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline.transport import AioHttpTransport

from migration.asking.platform import proxy_for

SAFE = {"GET", "HEAD"}
MOST_ADDRESSES = 10  # Resource Manager, the table service, and whatever their answers lead to
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


@lru_cache(MOST_ADDRESSES)
def _proxy(scheme: str, address: str) -> str | None:
    """Return the proxy for an address, which no process changes while it runs."""
    return proxy_for(scheme, address)


class TimedTransport(AioHttpTransport):  # type: ignore[misc]  # azure-core exports it lazily
    """The transport of azure-core, with a limit for a whole call: its own is for the time between two bytes.

    The HTTP library would look for a proxy, and for a login in a .netrc file, before each request, both in a thread.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(use_env_settings=False)
        self._seconds = seconds

    async def send(self, request: Any, **config: Any) -> Any:
        """Send; raises ServiceResponseTimeoutError where no whole answer came in time: it may have been carried out."""
        try:
            async with asyncio.timeout(self._seconds):
                return await super().send(request, proxy=_proxy(*urlsplit(request.url)[:2]), **config)
        except TimeoutError as error:
            raise ServiceResponseTimeoutError(f"no whole answer within {self._seconds:g} seconds") from error


class OnceTransport(TimedTransport):
    """The same, with writes sent once."""

    async def send(self, request: Any, **config: Any) -> Any:
        return await super().send(request, middlewares=(once,), **config)
