"""The task hub of a world: Microsoft's engine on the world's clock, its work done by the app's own functions.

Several activities are under way at once, as in Azure; what a dead worker did not answer is handed out again, later.
"""

import asyncio
import base64
import random
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from azure.durable_functions.internal.converters import ActivityTriggerConverter
from azure.durable_functions.internal.serialization import DEFAULT_FUNCTIONS_DATA_CONVERTER
from azure.durable_functions.worker import DurableFunctionsWorker
from azure.functions.meta import Datum
from durabletask.internal import helpers

from dev.host.engine.engine import Engine
from dev.host.engine.failures import failure_from_text
from dev.host.engine.grpc_context import DIRECT_CALL
from dev.host.engine.limits import IN_MEMORY
from dev.host.engine.work import ActivityWork, OrchestrationWork
from tests.chaos.trace import Trace, digest_of
from tests.chaos.world.clock import WorldClock
from tests.chaos.world.workers import WorkerDiedError, Workers

AT_ONCE = 10  # activities, as host.json has it
type Activity = Callable[[Any], Any]


class Hub:
    """`left` is every text that instances were given, said of themselves, or ended with."""

    def __init__(self, clock: WorldClock, trace: Trace, workers: Workers, numbers: random.Random) -> None:
        self._clock, self._trace, self._workers, self._numbers = clock, trace, workers, numbers
        self.orchestrators: Mapping[str, Callable[..., Any]] = {}
        self.activities: Mapping[str, Activity] = {}
        self.left: list[str] = []
        self.turns_to_drop = 0
        self._players: dict[str, DurableFunctionsWorker] = {}
        self._news = asyncio.Event()
        self._under_way: list[asyncio.Task[None]] = []
        self.engine = self._new_engine()

    def _new_engine(self) -> Engine:
        engine = Engine(self._clock, IN_MEMORY)
        engine.on_work(self._news.set)
        return engine

    def lose(self) -> None:
        """Begin anew, with an empty one: what it knew is gone, Azure and the records stay."""
        self._trace.note("hub lost", instances=sorted(self.instances()))
        for task in self._under_way:
            task.cancel()
        self._under_way.clear()
        self.engine = self._new_engine()
        self._news.set()

    def instances(self) -> dict[str, str]:
        """The runtime status of each, by its id."""
        found = self.engine._instances.values()
        return {one.instance_id: helpers.get_orchestration_status_str(one.status) for one in found}

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done, and nothing to be done now."""
        return not (self._under_way or self._news.is_set())

    async def work(self) -> None:
        """Do what there is to do, at its time, without end."""
        while True:
            self._news.clear()
            self.engine.fire_due()
            await self._do_all()
            due = self.engine.next_due()
            left = (due - self._clock.now()).total_seconds() if due else None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), None if left is None else max(0.0, left))

    async def _do_all(self) -> None:
        while True:
            if turn := self.engine.take_orchestration():
                await asyncio.sleep(self._numbers.randint(1, 20) / 1000)
                self._take_turn(turn)
            elif len(self._under_way) < AT_ONCE and (work := self.engine.take_activity()):
                task = asyncio.create_task(self._act(self.engine, work))
                self._under_way.append(task)
                task.add_done_callback(self._done)
            else:
                return

    def _done(self, task: asyncio.Task[None]) -> None:
        if task in self._under_way:
            self._under_way.remove(task)
        self._news.set()

    def _take_turn(self, work: OrchestrationWork) -> None:
        request = work.request.SerializeToString()
        self.left.append(request.decode(errors="replace"))
        player = self._players.setdefault(work.name, DurableFunctionsWorker())
        said = player.execute_orchestration_request(self.orchestrators[work.name], base64.b64encode(request).decode())
        answer = base64.b64decode(said)
        self.left.append(answer.decode(errors="replace"))
        if self.turns_to_drop:
            self.turns_to_drop -= 1
            self._trace.note("turn dropped", instance=work.instance_id)
            self.engine.put_back(work)
            return
        response = pb.OrchestratorResponse.FromString(answer)
        actions = [action.WhichOneof("orchestratorActionType") or "" for action in response.actions]
        self._trace.note("turn", instance=work.instance_id, actions=actions, status=response.customStatus.value)
        self.engine.complete_orchestration(work, response)

    async def _act(self, engine: Engine, work: ActivityWork) -> None:
        self._trace.note("activity", name=work.name, instance=work.instance_id, input=json_of(work.input))
        value = ActivityTriggerConverter.decode(Datum(work.input or "null", "json"), trigger_metadata=None)
        try:
            result = await self._workers.run(self.activities[work.name](value))
            encoded = ActivityTriggerConverter.encode(result, expected_type=None).value
        except WorkerDiedError:
            await asyncio.sleep(self._numbers.choice((1, 20, 300)))  # at the latest once the queue shows it again
            self._trace.note("activity again", name=work.name, instance=work.instance_id)
            engine.put_back(work)
        except Exception as error:  # noqa: BLE001 - whatever an activity raises becomes a failed task
            text = f"{type(error).__name__}: {error}"
            self._trace.note("activity failed", name=work.name, instance=work.instance_id, error=text)
            self.left.append(text)
            engine.fail_activity(work, failure_from_text(text, traceback.format_exc()))
        else:
            self._trace.note("activity done", name=work.name, instance=work.instance_id, result=digest_of(encoded))
            self.left.append(encoded)
            engine.complete_activity(work, encoded)

    # What a client does

    def start(self, name: str, payload: Any, instance_id: str) -> None:
        request = pb.CreateInstanceRequest(
            instanceId=instance_id, name=name, input=helpers.get_string_value(_encode(payload))
        )
        self.engine.StartInstance(request, DIRECT_CALL)

    def raise_event(self, instance_id: str, name: str, data: Any) -> None:
        request = pb.RaiseEventRequest(instanceId=instance_id, name=name, input=helpers.get_string_value(_encode(data)))
        self.engine.RaiseEvent(request, DIRECT_CALL)

    def terminate(self, instance_id: str) -> None:
        request = pb.TerminateRequest(instanceId=instance_id, output=helpers.get_string_value(_encode("by hand")))
        self.engine.TerminateInstance(request, DIRECT_CALL)

    def suspend(self, instance_id: str) -> None:
        self.engine.SuspendInstance(pb.SuspendRequest(instanceId=instance_id), DIRECT_CALL)

    def resume(self, instance_id: str) -> None:
        self.engine.ResumeInstance(pb.ResumeRequest(instanceId=instance_id), DIRECT_CALL)

    def purge(self, instance_id: str) -> None:
        self.engine.PurgeInstances(pb.PurgeInstancesRequest(instanceId=instance_id), DIRECT_CALL)

    def state(self, instance_id: str, *, with_payloads: bool) -> pb.GetInstanceResponse:
        request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=with_payloads)
        return self.engine.GetInstance(request, DIRECT_CALL)


def json_of(text: str | None) -> str:
    return text or "null"


def _encode(value: Any) -> str | None:
    return DEFAULT_FUNCTIONS_DATA_CONVERTER.serialize(value)
