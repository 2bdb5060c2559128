"""The backend's sub-orchestrations, whose parents hear of their end; and rewinding, which takes up what was under way.

The base class keeps a thread per sub-orchestration, which gives up after 30 seconds, and forgets work at a rewind.
"""

from dataclasses import dataclass
from datetime import UTC

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import OrchestrationInstance

from dev.host.engine.backend import ClockedBackend
from dev.host.engine.clock import Clock
from dev.host.engine.limits import Limits


@dataclass(frozen=True)
class _Parent:
    """Who waits for a sub-orchestration, and as which of its tasks."""

    instance_id: str
    execution_id: str
    task_id: int


class FamilyBackend(ClockedBackend):
    """The durable state with parents and children."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        super().__init__(clock, limits)
        self._parents: dict[str, _Parent] = {}

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
