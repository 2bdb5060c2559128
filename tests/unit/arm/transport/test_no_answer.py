"""Whoever takes a request and never answers it, or a byte at a time, is waited for no longer than a call may take."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.rest import HttpRequest

from arm.transport.sending import OnceTransport, TimedTransport

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"


async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def trickling(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The library's own limit is for the time between two bytes."""
    writer.write(HEAD)
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.fixture(params=[silent, trickling])
async def address(request) -> AsyncIterator[str]:
    server = await asyncio.start_server(request.param, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()


@pytest.mark.parametrize("kind", [TimedTransport, OnceTransport])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_answer_that_never_ends_is_no_answer(address, kind: type[TimedTransport], method: str):
    """The approval page of every image waited for it, until the platform gave up."""
    async with kind(0.2) as transport:
        with pytest.raises(ServiceResponseTimeoutError, match="no whole answer within"):
            await transport.send(HttpRequest(method, address))
