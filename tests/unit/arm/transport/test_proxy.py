"""A proxy of the environment is used, unless it is to be left out for a host: no firewall is gone round."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from azure.core.rest import HttpRequest

from arm.transport import sending
from arm.transport.sending import OnceTransport


@pytest.fixture(autouse=True)
async def proxy(monkeypatch) -> AsyncIterator[list[str]]:
    """The first lines of what it was asked."""
    asked: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode().strip())
        writer.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    sending._proxy.cache_clear()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    yield asked
    server.close()
    sending._proxy.cache_clear()


async def ask(url: str) -> int:
    async with OnceTransport(5) as transport:
        return (await transport.send(HttpRequest("GET", url))).status_code


async def test_a_request_goes_through_the_proxy_that_the_environment_names(proxy, monkeypatch):
    monkeypatch.setenv("no_proxy", "elsewhere.example")
    assert await ask("http://management.example/subscriptions") == 204
    assert proxy == ["GET http://management.example/subscriptions HTTP/1.1"]


async def test_a_host_that_is_left_out_is_asked_itself(proxy, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert sending._proxy("http", "127.0.0.1:80") is None
    assert sending._proxy("http", "management.example") is not None
