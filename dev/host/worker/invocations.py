"""Invoking functions: keeps a worker alive, gives functions their inputs, kills it when told or when time is up."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from dev.host.worker.crash import CrashPlan, Moment, Victim
from dev.host.worker.frames import Frame
from dev.host.worker.functions import Function, Functions
from dev.host.worker.process import WorkerCommand, WorkerDiedError, WorkerProcess

_log = logging.getLogger(__name__)
_QUICK_DEATH_SECONDS = 5
_LONGEST_PAUSE_SECONDS = 10.0
_DEATHS_WITHOUT_PAUSE = 3


class FunctionFailedError(Exception):
    """The function raised; the text is the worker's, "ValueError: text"."""

    def __init__(self, message: str, stack_trace: str) -> None:
        super().__init__(message)
        self.stack_trace = stack_trace


@dataclass(frozen=True)
class Answer:
    """What a function returned: typed values, None where it returned nothing."""

    value: Frame | None
    outputs: Frame


class Invoker:
    """Runs functions on the worker and starts a new worker when one has died."""

    def __init__(
        self, command: WorkerCommand, timeout: timedelta | None, on_failure: Callable[[BaseException], None]
    ) -> None:
        """`on_failure` is told when the app can no longer be loaded and the host has to stop."""
        self.crashes = CrashPlan()
        self.client_binding = "{}"
        self.host_falls: Callable[[], None] = lambda: None
        self._command = command
        self._timeout = timeout
        self._on_failure = on_failure
        self._worker: WorkerProcess | None = None
        self._ready = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._is_wished = False  # the worker's death

    async def start(self) -> Functions:
        self._worker = await WorkerProcess.start(self._command)
        self._ready.set()
        self._keeper = asyncio.create_task(self._keep_alive())
        return self._worker.functions

    async def stop(self, *, at_once: bool = False) -> None:
        """End the worker; `at_once`, as the end of the machine would. It can be started again."""
        self._ready.clear()
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._worker:
            await (self._worker.kill() if at_once else self._worker.stop())

    async def invoke(
        self,
        function: Function,
        value: Frame,
        metadata: Frame | None = None,
        trace_parent: str | None = None,
        about: str | None = None,
    ) -> Answer:
        """Give `value` to the function's trigger. Raises FunctionFailedError or WorkerDiedError.

        `about` is what a crash may name; by default all of the value.
        """
        await self._ready.wait()
        worker, said = self._worker, str(value) if about is None else about
        assert worker is not None
        await self._die_if_wished(worker, function, "before", said)
        if victim := self.crashes.take(function.names, "during", said):
            asyncio.get_running_loop().call_soon(self._strike, victim, worker)  # by then it is sent
        frame = await self._within_time(worker, function, self._inputs(function, value), metadata, trace_parent)
        await self._die_if_wished(worker, function, "after", said)
        if not frame["ok"]:
            raise FunctionFailedError(frame["error"], frame["stack"])
        return Answer(frame["value"], frame["outputs"])

    async def _die_if_wished(self, worker: WorkerProcess, function: Function, moment: Moment, about: str) -> None:
        if victim := self.crashes.take(function.names, moment, about):
            self._strike(victim, worker)
            await (worker.died if victim == "worker" else asyncio.Event()).wait()  # who dies with the host is cancelled
            raise WorkerDiedError(f"The worker was killed {moment} '{function.name}'")

    def _strike(self, victim: Victim, worker: WorkerProcess) -> None:
        if victim == "host":
            self.host_falls()
        else:
            self._is_wished = True
            worker.strike()

    async def _within_time(
        self,
        worker: WorkerProcess,
        function: Function,
        inputs: Frame,
        metadata: Frame | None,
        trace_parent: str | None,
    ) -> Frame:
        """As in Azure, a function that takes too long costs the whole worker its life."""
        try:
            async with asyncio.timeout(self._timeout.total_seconds() if self._timeout else None):
                return await worker.invoke(function, inputs, metadata or {}, trace_parent)
        except TimeoutError:
            message = f"Timeout value of {self._timeout} was exceeded by function: Functions.{function.name}"
            _log.error("%s; the worker is restarted", message)
            await worker.kill()
            raise FunctionFailedError(f"FunctionTimeoutException: {message}", "") from None

    def _inputs(self, function: Function, value: Frame) -> Frame:
        inputs = {str(function.trigger["name"]): value}
        for binding in function.bindings:
            if binding["type"] == "durableClient":
                inputs[str(binding["name"])] = {"string": self.client_binding}
        return inputs

    async def _keep_alive(self) -> None:
        """Start a new worker whenever one has died."""
        quick_deaths = 0
        while self._worker:
            started = time.monotonic()
            await self._worker.died.wait()
            self._ready.clear()
            is_quick = time.monotonic() - started < _QUICK_DEATH_SECONDS and not self._is_wished
            quick_deaths, self._is_wished = quick_deaths + 1 if is_quick else 0, False
            _log.warning("The worker (process %d) has died and is started again", self._worker.pid)
            await asyncio.sleep(_pause_seconds(quick_deaths))
            try:
                self._worker = await WorkerProcess.start(self._command)
            except Exception as error:  # noqa: BLE001 - whatever it is, without a worker the host is over
                self._on_failure(error)
                return
            self._ready.set()


def _pause_seconds(quick_deaths: int) -> float:
    """No pause for the first few; an app that kills every worker must not keep the machine busy."""
    doublings = max(quick_deaths - _DEATHS_WITHOUT_PAUSE, 0)
    return min(2.0**doublings - 1, _LONGEST_PAUSE_SECONDS)
