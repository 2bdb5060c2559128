"""A stage for orchestrators: the real engine and worker code on virtual time, in this process, without a host.

Orchestrators, entities and payloads run through the code that runs them in Azure; activities are plain callables.
"""

import asyncio
import base64
import inspect
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from azure.durable_functions.internal.converters import ActivityTriggerConverter
from azure.durable_functions.internal.serialization import DEFAULT_FUNCTIONS_DATA_CONVERTER
from azure.functions.meta import Datum
from durabletask.internal import helpers

from dev.host.engine.clock import VirtualClock
from dev.host.engine.engine import Engine
from dev.host.engine.failures import failure_from_text
from dev.host.engine.grpc_context import DIRECT_CALL
from dev.host.engine.limits import IN_MEMORY
from dev.host.engine.work import ActivityWork, EntityWork, OrchestrationWork
from dev.host.stage.cast import Cast, StageInstance, StageInstanceUnknownError, StageStuckError, known
from dev.host.stage.history import history_to_json

_DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)


class Stage:
    """Runs orchestrations on a clock that only `advance` moves."""

    def __init__(
        self,
        orchestrators: Mapping[str, Callable[..., Any]],
        activities: Mapping[str, Callable[..., Any]] | None = None,
        entities: Mapping[str, Callable[..., Any]] | None = None,
        now: datetime = _DEFAULT_START,
        step_limit: int = 100_000,
    ) -> None:
        self._step_limit = step_limit
        self.calls: list[tuple[str, Any]] = []
        lowered = {name.lower(): entity for name, entity in (entities or {}).items()}
        self._cast = Cast(orchestrators, activities or {}, lowered)
        self._clock = VirtualClock(now)
        self._engine = Engine(self._clock, IN_MEMORY)
        self._longest: dict[str, int] = {}

    @property
    def now(self) -> datetime:
        return self._clock.now()

    # What a client does

    def start(self, orchestrator: str, input: Any = None, instance_id: str | None = None) -> str:  # noqa: A002 - the platform's word
        request = pb.CreateInstanceRequest(
            instanceId=instance_id or "", name=orchestrator, input=helpers.get_string_value(_encode(input))
        )
        return self._engine.StartInstance(request, DIRECT_CALL).instanceId

    def raise_event(self, instance_id: str, name: str, data: Any = None) -> None:
        request = pb.RaiseEventRequest(instanceId=instance_id, name=name, input=helpers.get_string_value(_encode(data)))
        self._engine.RaiseEvent(request, DIRECT_CALL)

    def terminate(self, instance_id: str, reason: Any = None) -> None:
        request = pb.TerminateRequest(instanceId=instance_id, output=helpers.get_string_value(_encode(reason)))
        self._engine.TerminateInstance(request, DIRECT_CALL)

    def suspend(self, instance_id: str) -> None:
        self._engine.SuspendInstance(pb.SuspendRequest(instanceId=instance_id), DIRECT_CALL)

    def resume(self, instance_id: str) -> None:
        self._engine.ResumeInstance(pb.ResumeRequest(instanceId=instance_id), DIRECT_CALL)

    def signal_entity(self, name: str, key: str, operation: str, input: Any = None) -> None:  # noqa: A002 - the platform's word
        request = pb.SignalEntityRequest(
            instanceId=f"@{name.lower()}@{key}", name=operation, input=helpers.get_string_value(_encode(input))
        )
        self._engine.SignalEntity(request, DIRECT_CALL)

    def entity_state(self, name: str, key: str) -> Any:
        request = pb.GetEntityRequest(instanceId=f"@{name.lower()}@{key}", includeState=True)
        return _decode(self._engine.GetEntity(request, DIRECT_CALL).entity.serializedState.value)

    def instance(self, instance_id: str) -> StageInstance:
        snapshot = self._engine.snapshot(instance_id)
        if snapshot is None:
            raise StageInstanceUnknownError(instance_id)
        return StageInstance(
            instance_id=instance_id,
            name=snapshot.name,
            runtime_status=helpers.get_orchestration_status_str(snapshot.status),
            input=_decode(snapshot.input),
            output=_decode(snapshot.output),
            custom_status=_decode(snapshot.custom_status),
            failure=snapshot.failure_details,
            history=snapshot.history,
            longest_history=max(self._longest.get(instance_id, 0), len(snapshot.history)),
        )

    def export_history(self, instance_id: str) -> str:
        """The instance's history as JSON, to be kept and given to `dev.host.stage.history.replay`."""
        return history_to_json(self.instance(instance_id).history)

    # Time

    def run(self) -> None:
        """Do everything that can be done now; only timers and events are left to wait for."""
        for _ in range(self._step_limit):
            if not (self._engine.fire_due() or self._step()):
                return
        raise StageStuckError(f"still working after {self._step_limit} steps at {self.now.isoformat()}")

    def advance(self, duration: timedelta) -> None:
        """Move time, stopping at each timer on the way to do the work it causes."""
        end = self.now + duration
        self.run()
        while (due := self._engine.next_due()) and due <= end:
            self._clock.move_to(due)
            self.run()
        self._clock.move_to(end)

    def _step(self) -> bool:
        if orchestration := self._engine.take_orchestration():
            self._run_orchestration(orchestration)
        elif entity := self._engine.take_entity():
            self._run_entity(entity)
        elif activity := self._engine.take_activity():
            self._run_activity(activity)
        else:
            return False
        return True

    def _run_orchestration(self, work: OrchestrationWork) -> None:
        function = known(self._cast.orchestrators, work.name)
        request = base64.b64encode(work.request.SerializeToString()).decode()
        answer = self._cast.worker(work.name).execute_orchestration_request(function, request)
        response = pb.OrchestratorResponse.FromString(base64.b64decode(answer))
        events = len(work.request.pastEvents) + len(work.request.newEvents) + len(response.actions)
        self._longest[work.instance_id] = max(self._longest.get(work.instance_id, 0), events)
        self._engine.complete_orchestration(work, response)

    def _run_entity(self, work: EntityWork) -> None:
        function = known(self._cast.entities, work.name)
        request = base64.b64encode(work.request.SerializeToString()).decode()
        answer = self._cast.worker(f"@{work.name}").execute_entity_batch_request(function, request)
        self._engine.complete_entity(work, pb.EntityBatchResult.FromString(base64.b64decode(answer)))

    def _run_activity(self, work: ActivityWork) -> None:
        function = known(self._cast.activities, work.name)
        value = ActivityTriggerConverter.decode(Datum(work.input or "null", "json"), trigger_metadata=None)
        self.calls.append((work.name, value))
        try:
            result = function(value)
            if inspect.isawaitable(result):
                result = asyncio.run(_await(result))
            encoded = ActivityTriggerConverter.encode(result, expected_type=None).value
        except Exception as error:  # noqa: BLE001 - whatever an activity raises becomes a failed task
            text = f"{type(error).__name__}: {error}"
            self._engine.fail_activity(work, failure_from_text(text, traceback.format_exc()))
        else:
            self._engine.complete_activity(work, encoded)


async def _await(result: Any) -> Any:
    return await result


def _encode(value: Any) -> str | None:
    return DEFAULT_FUNCTIONS_DATA_CONVERTER.serialize(value)


def _decode(value: str | None) -> Any:
    return DEFAULT_FUNCTIONS_DATA_CONVERTER.deserialize(value)
