"""Carries durable work from the engine to the app's functions and their answers back.

Work whose worker died is put back and handed out again; everything else gets an answer, if only a failure.
"""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from google.protobuf.message import DecodeError, Message

from dev.host.engine.engine import Engine
from dev.host.engine.failures import failed_turn, failure_from_text, no_such_function, turn_of_a_missing_function
from dev.host.engine.work import ActivityWork, EntityWork, OrchestrationWork, Work
from dev.host.settings import HostSettings
from dev.host.worker.functions import Function, Functions
from dev.host.worker.invocations import Answer, FunctionFailedError, Invoker
from dev.host.worker.process import WorkerDiedError

_log = logging.getLogger(__name__)


class FunctionMissingError(Exception):
    """Work is for a function that the app does not have, or not of that kind."""


class _Lane:
    """One kind of work: where it comes from, who does it, how much of it at once."""

    def __init__(self, take: Callable[[], Work | None], do: Callable[[Any], Awaitable[None]], limit: int) -> None:
        self.take = take
        self.do = do
        self.free = limit


class DurableScheduler:
    """Belongs to one event loop; the engine may be used from any thread meanwhile."""

    def __init__(self, engine: Engine, functions: Functions, invoker: Invoker, settings: HostSettings) -> None:
        self._engine = engine
        self._functions = functions
        self._invoker = invoker
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._taken: list[Work] = []
        self._loop: asyncio.Task[None] | None = None
        self._lanes = [
            _Lane(engine.take_orchestration, self._orchestrate, settings.concurrent_orchestrators),
            _Lane(engine.take_entity, self._operate, settings.concurrent_entities),
            _Lane(engine.take_activity, self._act, settings.concurrent_activities),
        ]

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._engine.on_work(partial(_set_soon, loop, self._wake))
        self._loop = asyncio.create_task(self._run())

    async def stop(self) -> list[Work]:
        """Stop, and tell what had been taken and was not done: whoever dies with it in hand does not put it back."""
        self._engine.on_work(lambda: None)
        taken = list(self._taken)
        running = [*self._tasks, *([self._loop] if self._loop else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        return taken

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            self._engine.fire_due()
            for lane in self._lanes:
                self._fill(lane)
            await self._wait()

    def _fill(self, lane: _Lane) -> None:
        while lane.free and (work := lane.take()):
            lane.free -= 1
            self._taken.append(work)
            task = asyncio.create_task(self._do(lane, work))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _do(self, lane: _Lane, work: Work) -> None:
        try:
            await lane.do(work)
        except WorkerDiedError as error:
            _log.warning("%s: %s; the work is delivered again", work.name, error)
            self._engine.put_back(work)
        finally:
            self._taken.remove(work)
            lane.free += 1
            self._wake.set()

    async def _wait(self) -> None:
        """Until there may be work, or the next timer is due."""
        due = self._engine.next_due()
        delay = None if due is None else max((due - datetime.now(UTC)).total_seconds(), 0)
        try:
            async with asyncio.timeout(delay):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _orchestrate(self, work: OrchestrationWork) -> None:
        try:
            function = self._find("orchestrationTrigger", "orchestrator", work.name)
            value = _encoded(work.request.SerializeToString())
            answer = await self._invoker.invoke(function, value, about=f"{work.instance_id} {work.input}")
            response = _parsed(answer, pb.OrchestratorResponse)
        except FunctionMissingError as error:
            response = turn_of_a_missing_function(work.instance_id, str(error))
        except FunctionFailedError as error:
            response = failed_turn(work.instance_id, failure_from_text(str(error), error.stack_trace))
        self._engine.complete_orchestration(work, response)

    async def _act(self, work: ActivityWork) -> None:
        try:
            function = self._find("activityTrigger", "activity", work.name)
            answer = await self._invoker.invoke(function, {"json": work.input or "null"}, about=work.instance_id)
        except FunctionMissingError as error:
            self._engine.fail_activity(work, failure_from_text(f"System.ArgumentException: {error}"))
        except FunctionFailedError as error:
            self._engine.fail_activity(work, failure_from_text(str(error), error.stack_trace))
        else:
            result = next(iter(answer.value.values())) if answer.value else None
            self._engine.complete_activity(work, result)

    async def _operate(self, work: EntityWork) -> None:
        try:
            function = self._find("entityTrigger", "entity", work.name)
            value = _encoded(work.request.SerializeToString())
            result = _parsed(await self._invoker.invoke(function, value, about=work.entity_id), pb.EntityBatchResult)
        except (FunctionMissingError, FunctionFailedError) as error:
            failed = pb.OperationResult(failure=pb.OperationResultFailure(failureDetails=failure_from_text(str(error))))
            state = work.request.entityState
            result = pb.EntityBatchResult(results=[failed] * len(work.infos), entityState=state)
        self._engine.complete_entity(work, result)

    def _find(self, trigger_type: str, kind: str, name: str) -> Function:
        function = self._functions.durable(trigger_type, name)
        if function is None:
            known = [one.durable_name for one in self._functions.triggered_by(trigger_type)]
            raise FunctionMissingError(no_such_function(name, kind, known))
        return function


def _encoded(message: bytes) -> dict[str, str]:
    return {"string": base64.b64encode(message).decode()}


def _parsed[M: Message](answer: Answer, message_type: type[M]) -> M:
    text = (answer.value or {}).get("string", "")
    try:
        return message_type.FromString(base64.b64decode(text, validate=True))
    except (DecodeError, ValueError) as error:
        raise FunctionFailedError(f"ValueError: not a {message_type.__name__}: {error}", "") from error


def _set_soon(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    loop.call_soon_threadsafe(event.set)
