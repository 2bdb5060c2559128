"""The host's end of the worker: starts the child process, sends invocations, notices when it dies."""

import asyncio
import os
import signal
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from dev.host.worker import frames
from dev.host.worker.forking import Forked, fork
from dev.host.worker.frames import Frame
from dev.host.worker.functions import Function, Functions

_LOAD_SECONDS = 120
_STOP_SECONDS = 1


class AppLoadError(Exception):
    """The app could not be loaded; `traceback` is the app's own."""

    def __init__(self, message: str, traceback: str) -> None:
        super().__init__(message)
        self.traceback = traceback


class WorkerDiedError(Exception):
    """The worker ended before it answered; the work may have been done, or half of it, or not at all."""


@dataclass(frozen=True)
class WorkerCommand:
    """How to start the worker of an app."""

    app_dir: Path
    environment: Mapping[str, str]
    log: IO[bytes] | None
    """Where the app's output goes; None: to the host's own output."""


class WorkerProcess:
    """One life of the worker. Belongs to one event loop."""

    def __init__(self, process: Forked, writer: asyncio.StreamWriter) -> None:
        self._process = process
        self._writer = writer
        self._waiting: dict[str, asyncio.Future[Frame]] = {}
        self.functions = Functions([])
        self.died = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    @classmethod
    async def start(cls, command: WorkerCommand) -> "WorkerProcess":
        """Start the worker and wait until it has loaded the app."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await fork(str(command.app_dir), _environment(command), theirs, _output(command))
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = cls(process, writer)
        try:
            async with asyncio.timeout(_LOAD_SECONDS):
                worker.functions = await _loaded_functions(reader)
        except BaseException:
            await worker.stop()
            raise
        worker._reading = asyncio.create_task(worker._read(reader))
        return worker

    async def invoke(
        self, function: Function, inputs: Frame, metadata: Frame, trace_parent: str | None = None
    ) -> Frame:
        """Run a function; `inputs` are typed values by parameter name. Answers the worker's frame."""
        invocation_id = str(uuid.uuid4())
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        if self.died.is_set():
            raise WorkerDiedError(f"The worker is gone; '{function.name}' was not started")
        self._waiting[invocation_id] = answer
        frame = {
            "id": invocation_id,
            "function": function.id,
            "name": function.name,
            "inputs": inputs,
            "metadata": metadata,
            "trace_parent": trace_parent or _new_trace_parent(),
        }
        try:
            self._writer.write(frames.encode(frame))
            return await answer
        finally:
            self._waiting.pop(invocation_id, None)

    def strike(self) -> None:
        self._process.kill()

    async def kill(self) -> None:
        """SIGKILL, and wait until everyone who waits for an answer knows."""
        self.strike()
        await self.died.wait()

    async def stop(self) -> None:
        """End the process: by closing its socket first, by force if it does not listen."""
        self._writer.close()
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reading:
            await self._reading

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while (frame := await frames.next_frame(reader)) is not None:
            answer = self._waiting.get(frame["id"])
            if answer and not answer.done():
                answer.set_result(frame)
        await self._process.wait()
        self.died.set()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(WorkerDiedError(f"The worker {self._how_it_ended()}"))
        self._writer.close()

    def _how_it_ended(self) -> str:
        code = self._process.returncode or 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"


def _environment(command: WorkerCommand) -> dict[str, str]:
    return {**os.environ, **command.environment, "AzureWebJobsScriptRoot": str(command.app_dir)}


def _output(command: WorkerCommand) -> tuple[int, int]:
    """What the worker's standard output and error are."""
    return (command.log.fileno(),) * 2 if command.log else (1, 2)


async def _loaded_functions(reader: asyncio.StreamReader) -> Functions:
    frame = await frames.next_frame(reader)
    if frame is None:
        raise AppLoadError("The worker ended while it loaded the app; its output says why", "")
    if not frame["ok"]:
        raise AppLoadError(frame["error"], frame["stack"])
    return Functions(frame["functions"])


def _new_trace_parent() -> str:
    return f"00-{uuid.uuid4().hex}-{uuid.uuid4().hex[:16]}-00"
