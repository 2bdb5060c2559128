"""The wire between the app and Azure: its calls take their time, meet the faults of the emulated Azure, and may be the
last that a worker makes.

It stands where aiohttp's session does. All above it is the app's own, or its SDKs'.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from azure.core.pipeline.transport import AioHttpTransport
from multidict import CIMultiDict

from dev.emulator.front_door.gateway import RawCall
from dev.emulator.wishes.faults import Fault
from tests.chaos.world.moments import Moments
from tests.chaos.world.workers import Workers

STORAGE = "https://storage.example.net"
ARM = "https://arm.example.net"
_FOR_GOOD = 86_400.0
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


class Answer(SimpleNamespace):
    """As much of an answer of aiohttp as azure-core reads."""

    def __init__(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        super().__init__(status=status, reason=str(status), headers=CIMultiDict(headers), content=content)

    async def read(self) -> bytes:
        return self.content

    def close(self) -> None:
        """Nothing is kept open."""


type Serve = Callable[[RawCall, Fault | None], Answer]
type Take = Callable[[RawCall], Fault | None]


class Wire:
    """All connections of the app, to Resource Manager and to its storage account alike."""

    def __init__(self, numbers: random.Random, workers: Workers, moments: Moments, serve: Serve, take: Take) -> None:
        self._numbers = numbers
        self._moments = moments
        self.bugs: list[str] = []
        self._workers = workers
        self._serve = serve
        self._take = take

    def connect(self, patch: pytest.MonkeyPatch) -> None:
        """Let every transport of azure-core send over this wire."""
        wire = self

        async def open_wire(transport: Any) -> None:
            transport.session = wire

        async def close_wire(transport: Any) -> None:
            transport.session = None

        patch.setattr(AioHttpTransport, "open", open_wire)
        patch.setattr(AioHttpTransport, "close", close_wire)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        data: Any = None,
        middlewares: tuple[Any, ...] = (),
        **_how: Any,
    ) -> Answer:
        parts = urlsplit(url)
        call = RawCall(
            method=headers.get("X-HTTP-Method", method) if method == "POST" else method,
            raw_path=parts.path,
            query={name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)},
            headers={name.lower(): value for name, value in headers.items()},
            content=data.encode() if isinstance(data, str) else bytes(data or b""),
            origin=f"{parts.scheme}://{parts.netloc}",
        )
        send = self._sent
        for middleware in middlewares:
            send = _through(middleware, send)
        return await send(call)

    async def _sent(self, call: RawCall) -> Answer:
        await self._pause()
        self._moments.reach("before", call)
        self._workers.require_life()
        fault = self._without_bugs(lambda: self._take(call))
        if fault is not None and fault.delay_seconds:
            await asyncio.sleep(fault.delay_seconds)
        if fault is not None and fault.hang:
            await asyncio.sleep(_FOR_GOOD)
        if fault is not None and fault.drop == "before":
            raise aiohttp.ServerDisconnectedError
        answer = self._without_bugs(lambda: self._serve(call, fault))
        self._moments.reach("after", call)
        self._workers.require_life()
        await self._pause()
        if fault is not None and fault.drop == "after":
            raise aiohttp.ServerDisconnectedError
        return _spoilt(answer, fault)

    def _without_bugs[Result](self, work: Callable[[], Result]) -> Result:
        """Do what is no code of the app: what it raises would be taken for an error of the app's."""
        try:
            return work()
        except Exception as error:
            self.bugs.append(f"{type(error).__name__}: {error}")
            raise

    async def _pause(self) -> None:
        """A call takes between two and eighty milliseconds; of many under way, each may come first."""
        await asyncio.sleep(self._numbers.randint(1, 40) / 1000)


def _through(middleware: Any, send: Any) -> Any:
    async def sent(call: RawCall) -> Answer:
        return await middleware(call, send)  # it looks at the method alone

    return sent


def _spoilt(answer: Answer, fault: Fault | None) -> Answer:
    match fault.corrupt if fault else None:
        case "truncated":
            answer.content = answer.content[: len(answer.content) // 2]
        case "empty":
            answer.content = b""
        case "hollow":
            answer.content = b"{}"
        case "html":
            return Answer(answer.status, {"Content-Type": "text/html"}, _HTML)
    return answer
