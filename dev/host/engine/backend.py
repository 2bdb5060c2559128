"""Microsoft's in-memory durable backend on one injectable clock, without a thread per wait.

The base class is meant for short tests: real time only, a thread per timer and per sub-orchestration (which gives
up after 30 seconds), results of an earlier execution delivered to a later one. Its private methods are overridden
here (and for entities in `entity_backend`) to lift exactly these limits; state and services stay Microsoft's.
"""

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import chain

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import InMemoryOrchestrationBackend, OrchestrationInstance

from dev.host.engine.agenda import Agenda
from dev.host.engine.clock import Clock
from dev.host.engine.work import ActivityWork

_UNLIMITED_EVENTS = 2**31


@dataclass(frozen=True)
class _Parent:
    """Who waits for a sub-orchestration, and as which of its tasks."""

    instance_id: str
    execution_id: str
    task_id: int


class ClockedBackend(InMemoryOrchestrationBackend):
    """The durable state. Whatever waits for a moment stands in one agenda; new work calls `_wake`."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(max_history_size=_UNLIMITED_EVENTS)
        self.clock = clock
        self._wake: Callable[[], None] = lambda: None
        self._agenda = Agenda()
        self._activities: deque[ActivityWork] = deque()
        self._parents: dict[str, _Parent] = {}

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
        """Start an instance, in place of one of the same id that has ended, at the time asked for."""
        with self._lock:
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

    # Sub-orchestrations

    def _process_create_sub_orchestration_action(
        self, instance: OrchestrationInstance, action: pb.OrchestratorAction
    ) -> None:
        super()._process_create_sub_orchestration_action(instance, action)
        child = self._instances.get(action.createSubOrchestration.instanceId)
        for event in child.pending_events if child else ():
            if event.HasField("executionStarted"):
                event.executionStarted.parentInstance.CopyFrom(
                    pb.ParentInstanceInfo(
                        taskScheduledId=action.id,
                        name=helpers.get_string_value(instance.name),
                        orchestrationInstance=pb.OrchestrationInstance(instanceId=instance.instance_id),
                    )
                )

    def _watch_sub_orchestration(self, parent_instance_id: str, sub_instance_id: str, task_id: int) -> None:
        execution_id = self._execution_id(self._instances[parent_instance_id])
        self._parents[sub_instance_id] = _Parent(parent_instance_id, execution_id, task_id)
        self._tell_parent(self._instances[sub_instance_id])

    def _tell_parent(self, child: OrchestrationInstance) -> None:
        if not self._is_terminal_status(child.status) or child.instance_id not in self._parents:
            return
        parent = self._parents.pop(child.instance_id)
        if child.status == pb.ORCHESTRATION_STATUS_COMPLETED:
            event = helpers.new_sub_orchestration_completed_event(parent.task_id, child.output)
        else:
            ended = RuntimeError(f"Sub-orchestration '{child.instance_id}' was terminated")
            event = helpers.new_sub_orchestration_failed_event(parent.task_id, ended)
            if child.failure_details:
                event.subOrchestrationInstanceFailed.failureDetails.CopyFrom(child.failure_details)
        self._deliver(parent.instance_id, parent.execution_id, event)

    # Rewinding

    def _prepare_rewind(self, instance: OrchestrationInstance, reason: str | None = None) -> None:
        instance.pending_events.clear()  # the worker accepts the rewind event only on its own
        super()._prepare_rewind(instance, reason)

    def _process_rewind_orchestration_action(
        self, instance: OrchestrationInstance, rewind_action: pb.RewindOrchestrationAction
    ) -> None:
        """Rewind, and do again what was under way when the instance failed: its results were dropped."""
        super()._process_rewind_orchestration_action(instance, rewind_action)
        answered = {
            event.taskCompleted.taskScheduledId for event in instance.history if event.HasField("taskCompleted")
        }
        fired = {event.timerFired.timerId for event in instance.history if event.HasField("timerFired")}
        for event in instance.history:
            if event.HasField("taskScheduled") and event.eventId not in answered:
                task = event.taskScheduled
                self._schedule_activity(instance, event.eventId, task.name, task.input.value)
            elif event.HasField("timerCreated") and event.eventId not in fired:
                self._schedule_timer(instance, event.eventId, event.timerCreated.fireAt.ToDatetime(tzinfo=UTC))


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
