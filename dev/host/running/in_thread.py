"""A host in a thread of this process, for tests and demos; its worker is a child process as ever."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from dev.host.engine.limits import Limits
from dev.host.front.keys import Keys
from dev.host.running.host import Host, HostOptions
from dev.host.worker.crash import Moment

VISIBILITY_TIMEOUT = timedelta(minutes=5)  # of the queues of Azure Storage, as the extension sets it


class RunningHost:
    """What callers may know and do while the host runs. Usable from any thread."""

    def __init__(self, host: Host, log_path: Path) -> None:
        self._host = host
        self.url = host.url
        self.key = host.keys.master
        self.function_key = host.keys.function
        self.durable_key = host.keys.durable
        self.log_path = log_path

    def event_grid_url(self, function_name: str) -> str:
        return self._host.event_grid_url(function_name)

    def instance(self, instance_id: str) -> dict[str, Any] | None:
        """What the status API shows of an orchestration, without a request: for those who look often."""
        return self._host.instance(instance_id)

    def crash_worker_on(self, function_name: str, when: Moment, times: int = 1, about: str = "") -> None:
        """SIGKILL the worker as it gets an invocation of the function, is at it, or before the result of one counts.

        Every word of `about` is in the instance's id, or an orchestration's input, or what a trigger brings.
        """
        self._host.crash_worker_on(function_name, when, times, about)

    def fall_over_on(
        self, function_name: str, when: Moment, hidden: timedelta | None = VISIBILITY_TIMEOUT, about: str = ""
    ) -> None:
        """Kill host and worker at an invocation, and start both: what they had taken comes back once it is visible.

        `hidden` None: nothing comes back, and the task hub is empty.
        """
        self._host.fall_over_on(function_name, when, hidden, about)

    def pending_crashes(self, about: str = "") -> int:
        """How many of the crashes asked for have not happened yet; a test that means them to should see none left."""
        return self._host.pending_crashes(about)


@contextmanager
def running_host(
    app_dir: str | Path,
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    key: str | None = None,
    limits: Limits | None = None,
) -> Iterator[RunningHost]:
    """Run an app until the block is left. Raises AppLoadError if the app cannot be loaded."""
    with tempfile.NamedTemporaryFile(prefix="functions-host-", suffix=".log") as log:
        options = HostOptions(
            app_dir=Path(app_dir).resolve(),
            environment=environment or {},
            port=port,
            keys=Keys(master=key) if key else Keys(),
            log=log.file,
            limits=limits or Limits(),
        )
        runner = _Runner(options)
        host = runner.start()
        try:
            yield RunningHost(host, Path(log.name))
        finally:
            runner.stop()


class _Runner:
    """The thread and the event loop of a host."""

    def __init__(self, options: HostOptions) -> None:
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="functions-host", daemon=True)
        self._host: Host | None = None

    def start(self) -> Host:
        self._thread.start()
        try:
            return asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        except BaseException:
            self.stop()
            raise

    async def _start(self) -> Host:
        self._host = Host(self._options)
        await self._host.start()
        return self._host

    def stop(self) -> None:
        if self._host:
            asyncio.run_coroutine_threadsafe(self._host.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
