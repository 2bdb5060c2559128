"""Microsoft's in-memory durable backend on one injectable clock, without a thread per wait.

The base class is meant for short tests: real time only, a thread per timer and per sub-orchestration (which gives
up after 30 seconds), results of an earlier execution delivered to a later one. Its private methods are overridden
here (and in `children` and `entities`) to lift exactly these limits; state and services stay Microsoft's.
"""

import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import chain

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance

from dev.host.engine.clock import Agenda, Clock
from dev.host.engine.limits import Limits
from dev.host.engine.work import ActivityWork

_UNLIMITED_EVENTS = 2**31


class ClockedBackend(InMemoryOrchestrationBackend):
    """The durable state. Whatever waits for a moment stands in one agenda; new work calls `_wake`."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        super().__init__(max_history_size=_UNLIMITED_EVENTS)
        self.clock = clock
        self.limits = limits
        self._starting: Counter[str] = Counter()
        self._wake: Callable[[], None] = lambda: None
        self._agenda = Agenda()
        self._activities: deque[ActivityWork] = deque()

    # Time

    def next_due(self) -> datetime | None:
        with self._lock:
            return self._agenda.next_due()

    def fire_due(self) -> bool:
        """Run what has become due; tell whether there was anything."""
        with self._lock:
            due = self._agenda.take_due(self.clock.now())
            for action in due:
                action()
            return bool(due)

    def _at(self, moment: datetime, action: Callable[[], None]) -> None:
        self._agenda.add(moment, action)
        self._wake()

    def _stamp(self, instance: OrchestrationInstance) -> None:
        """Put our clock's time where the base class leaves 1970 and the real time."""
        now = self.clock.now()
        instance.last_updated_at = now
        for event in instance.pending_events:
            _stamp_event(event, now)
        for event in reversed(instance.history):
            if not _stamp_event(event, now):
                break

    def _enqueue_orchestration(self, instance_id: str) -> None:
        if instance := self._instances.get(instance_id):
            self._stamp(instance)
        super()._enqueue_orchestration(instance_id)
        self._wake()

    def _enqueue_entity(self, entity_id: str) -> None:
        super()._enqueue_entity(entity_id)
        self._wake()

    # Starting; executions

    def StartInstance(  # noqa: N802 - a gRPC method
        self, request: pb.CreateInstanceRequest, context: grpc.ServicerContext
    ) -> pb.CreateInstanceResponse:
        with self.starting(request, context) as response:
            time.sleep(self.limits.start_seconds)
        return response

    @contextmanager
    def starting(
        self, request: pb.CreateInstanceRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.CreateInstanceResponse]:
        """Start an instance. Starting is not atomic: others who start it within the block are told they did, too."""
        with self._lock:
            if self._starting[request.instanceId]:
                response = pb.CreateInstanceResponse(instanceId=request.instanceId)
            else:
                response = self._start(request, context)
            self._starting[response.instanceId] += 1
        try:
            yield response
        finally:
            with self._lock:
                self._starting[response.instanceId] -= 1
                self._starting += Counter()  # forget those at zero

    def _start(self, request: pb.CreateInstanceRequest, context: grpc.ServicerContext) -> pb.CreateInstanceResponse:
        """Start an instance, in place of one of the same id that has ended, at the time asked for."""
        existing = self._instances.get(request.instanceId)
        policy = request.orchestrationIdReusePolicy.replaceableStatus
        if existing and not policy and self._is_terminal_status(existing.status):
            del self._instances[request.instanceId]
        response = super().StartInstance(request, context)
        instance = self._instances[response.instanceId]
        instance.created_at = self.clock.now()
        if request.HasField("scheduledStartTimestamp"):
            self._hold(instance, request.scheduledStartTimestamp.ToDatetime(tzinfo=UTC))
        return response

    def _hold(self, instance: OrchestrationInstance, start: datetime) -> None:
        """Keep a new instance from being handed out before its scheduled start."""
        if start <= self.clock.now():
            return
        held, instance.pending_events[:] = list(instance.pending_events), []

        def begin() -> None:
            if self._instances.get(instance.instance_id) is instance:
                instance.pending_events[:0] = held
                self._enqueue_orchestration(instance.instance_id)

        self._at(start, begin)

    def _create_instance_internal(
        self, instance_id: str, name: str, encoded_input: str | None = None, version: str | None = None
    ) -> None:
        super()._create_instance_internal(instance_id, name, encoded_input, version)
        self._instances[instance_id].created_at = self.clock.now()

    @staticmethod
    def _execution_id(instance: OrchestrationInstance) -> str:
        events = chain(instance.history, instance.dispatched_events, instance.pending_events)
        started = next(event.executionStarted for event in events if event.HasField("executionStarted"))
        return started.orchestrationInstance.executionId.value

    def _running(self, instance_id: str, execution_id: str) -> OrchestrationInstance | None:
        """The instance, unless it has ended or restarted since: what is late must not reach a later execution."""
        instance = self._instances.get(instance_id)
        if instance is None or self._is_terminal_status(instance.status):
            return None
        return instance if self._execution_id(instance) == execution_id else None

    def _deliver(self, instance_id: str, execution_id: str, event: pb.HistoryEvent) -> None:
        if instance := self._running(instance_id, execution_id):
            instance.pending_events.append(event)
            self._enqueue_orchestration(instance_id)

    # What orchestrations ask for

    def _process_schedule_task_action(self, instance: OrchestrationInstance, action: pb.OrchestratorAction) -> None:
        super()._process_schedule_task_action(instance, action)
        self._activity_queue.clear()
        self._schedule_activity(instance, action.id, action.scheduleTask.name, action.scheduleTask.input.value)

    def _schedule_activity(self, instance: OrchestrationInstance, task_id: int, name: str, value: str) -> None:
        execution_id = self._execution_id(instance)
        self._activities.append(ActivityWork(instance.instance_id, execution_id, name, task_id, value))
        self._wake()

    def _process_create_timer_action(self, instance: OrchestrationInstance, action: pb.OrchestratorAction) -> None:
        fire_at = action.createTimer.fireAt.ToDatetime(tzinfo=UTC)
        instance.history.append(helpers.new_timer_created_event(action.id, fire_at))
        self._schedule_timer(instance, action.id, fire_at)

    def _schedule_timer(self, instance: OrchestrationInstance, timer_id: int, fire_at: datetime) -> None:
        fired = helpers.new_timer_fired_event(timer_id, fire_at)
        self._at(fire_at, partial(self._deliver, instance.instance_id, self._execution_id(instance), fired))

    def _process_complete_orchestration_action(
        self, instance: OrchestrationInstance, complete_action: pb.CompleteOrchestrationAction
    ) -> None:
        super()._process_complete_orchestration_action(instance, complete_action)
        if instance.completed_at:
            instance.completed_at = self.clock.now()


def _stamp_event(event: pb.HistoryEvent, now: datetime) -> bool:
    """Fill in the time and the execution id of an event that has none; False if it had a time already."""
    if event.timestamp.seconds:
        return False
    event.timestamp.FromDatetime(now)
    if event.HasField("executionStarted"):
        execution = event.executionStarted.orchestrationInstance
        if not execution.executionId.value:
            execution.executionId.value = uuid.uuid4().hex
    return True
