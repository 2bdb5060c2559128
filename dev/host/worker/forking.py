"""Getting a worker's process: from the fork server, which this process starts when it needs its first worker."""

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress

from dev.host.worker import frames
from dev.host.worker.order import HOST_ROOT, Order, send_order


class Forked:
    """A process that was forked for us: its id, and how it ended. Belongs to one event loop."""

    def __init__(self, pid: int, life: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._writer = writer
        self._ending = asyncio.create_task(self._see_it_end(life))

    async def wait(self) -> None:
        await asyncio.shield(self._ending)

    def kill(self) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def _see_it_end(self, life: asyncio.StreamReader) -> None:
        frame = await frames.next_frame(life)
        self.returncode = frame["code"] if frame else -signal.SIGKILL
        self._writer.close()


class _ForkServer:
    """The one fork server of this process. Usable from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def send(self, order: Order) -> None:
        with self._lock:
            if self._connection is None or self._process is None or self._process.poll() is not None:
                self._connection = self._start()
            send_order(self._connection, order)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "dev.host.worker.fork_server", str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": os.pathsep.join([HOST_ROOT, os.environ.get("PYTHONPATH", "")])},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self._stop, ours, self._process)
        return ours

    @staticmethod
    def _stop(connection: socket.socket, process: subprocess.Popen[bytes]) -> None:
        connection.close()
        process.wait()


_SERVER = _ForkServer()


async def fork(app_dir: str, environment: dict[str, str], connection: socket.socket, output: tuple[int, int]) -> Forked:
    """A new worker that speaks through `connection` and writes to `output`. Raises ConnectionError without one."""
    ours, theirs = socket.socketpair()
    with theirs:
        _SERVER.send(Order(app_dir, environment, connection, theirs, *output))
    life, writer = await asyncio.open_connection(sock=ours)
    frame = await frames.next_frame(life)
    if frame is None:
        raise ConnectionError("The fork server gave no worker")
    return Forked(frame["pid"], life, writer)
