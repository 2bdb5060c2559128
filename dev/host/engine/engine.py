"""The durable engine: hands out the backend's work to whoever executes it, and takes the answers.

Work that was taken but not completed can be put back; it is then handed out again, as when a worker has died.
"""

from collections.abc import Callable, Iterable
from concurrent import futures
from dataclasses import replace
from datetime import timedelta
from functools import partial

import durabletask.internal.orchestrator_service_pb2 as pb
import durabletask.internal.orchestrator_service_pb2_grpc as stubs
import grpc
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import OrchestrationInstance

from dev.host.engine.entities import EntityBackend
from dev.host.engine.failures import custom_status_too_large, failed_turn
from dev.host.engine.grpc_context import DIRECT_CALL
from dev.host.engine.queries import parent_id, query_instances
from dev.host.engine.work import ActivityWork, EntityWork, OrchestrationWork, Work

_CLIENT_CALLS_AT_ONCE = 64


class Engine(EntityBackend):
    """Thread-safe. Every `take_…` answers None when there is nothing of that kind to do now."""

    def on_work(self, wake: Callable[[], None]) -> None:
        """Call `wake` (soon and short, from any thread) whenever there may be work or an earlier timer."""
        self._wake = wake

    # Serving the app's durable client

    def serve(self) -> int:
        """Serve gRPC on a free loopback port and return it."""
        largest = self.limits.message_bytes
        options = [("grpc.max_receive_message_length", largest), ("grpc.max_send_message_length", largest)]
        server = grpc.server(futures.ThreadPoolExecutor(_CLIENT_CALLS_AT_ONCE, "durable-client"), options=options)
        stubs.add_TaskHubSidecarServiceServicer_to_server(self, server)  # type: ignore[no-untyped-call]  # generated
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self._server = server
        return port

    def close(self) -> None:
        """Stop serving, and let go of everyone who still waits for an instance."""
        self.stop(grace=0)
        self._forget()

    def _forget(self) -> None:
        self.reset()  # type: ignore[no-untyped-call]  # annotated nowhere in the library
        self._agenda.clear()
        self._activities.clear()

    # Orchestrations

    def QueryInstances(  # noqa: N802 - a gRPC method
        self,
        request: pb.QueryInstancesRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 - a gRPC method's
    ) -> pb.QueryInstancesResponse:
        with self._lock:
            return query_instances(self._instances.values(), request.query)

    def _build_instance_response(
        self, instance: OrchestrationInstance, include_payloads: bool
    ) -> pb.GetInstanceResponse:
        response = super()._build_instance_response(instance, include_payloads)
        if parent := parent_id(instance):
            response.orchestrationState.parentInstanceId.value = parent
        if not include_payloads:  # unlike a query, one instance then comes without any payload
            response.orchestrationState.ClearField("customStatus")
            response.orchestrationState.ClearField("failureDetails")
        return response

    def snapshot(self, instance_id: str) -> OrchestrationInstance | None:
        """The instance as it is now, its history included; later turns do not change the copy."""
        with self._lock:
            instance = self._instances.get(instance_id)
            return replace(instance, history=list(instance.history)) if instance else None

    def take_orchestration(self) -> OrchestrationWork | None:
        with self._lock:
            while self._orchestration_queue:
                instance_id = self._orchestration_queue.popleft()
                self._orchestration_queue_set.discard(instance_id)
                instance = self._instances.get(instance_id)
                if instance and self._is_ready(instance):
                    return self._dispatch(instance)
            return None

    def _is_ready(self, instance: OrchestrationInstance) -> bool:
        under_way = instance.instance_id in self._orchestration_in_flight
        return bool(instance.pending_events) and not under_way and not self._is_terminal_status(instance.status)

    def _dispatch(self, instance: OrchestrationInstance) -> OrchestrationWork:
        now = self.clock.now()
        events = list(instance.pending_events)
        instance.pending_events.clear()
        if not events[0].HasField("orchestratorStarted"):
            events.insert(0, helpers.new_orchestrator_started_event())
        events[0].timestamp.FromDatetime(now)
        instance.dispatched_events = events
        self._orchestration_in_flight.add(instance.instance_id)
        request = pb.OrchestratorRequest(
            instanceId=instance.instance_id,
            executionId=helpers.get_string_value(self._execution_id(instance)),
            pastEvents=instance.history,
            newEvents=events,
        )
        return OrchestrationWork(instance.instance_id, instance.name, str(instance.completion_token), request)

    def complete_orchestration(self, work: OrchestrationWork, response: pb.OrchestratorResponse) -> None:
        if failure := custom_status_too_large(response.customStatus.value, self.limits.custom_status_bytes):
            response = failed_turn(work.instance_id, failure)
        response.completionToken = work.token
        with self._lock:
            instance = self._instances.get(work.instance_id)
            custom_status = instance.custom_status if instance else None
            if instance:
                _show_why(instance)
            self.CompleteOrchestratorTask(response, DIRECT_CALL)
            if instance is None or self._instances.get(work.instance_id) is not instance:
                return
            if not response.HasField("customStatus"):
                instance.custom_status = custom_status  # the base class clears it, also on continue-as-new
            self._settle(instance)

    def _settle(self, instance: OrchestrationInstance) -> None:
        if self._is_terminal_status(instance.status):
            self._stamp(instance)
            self._release_locks(instance.instance_id)
            self._tell_parent(instance)
        elif instance.pending_events:
            self._enqueue_orchestration(instance.instance_id)
        else:
            self._stamp(instance)
        if instance.status == pb.ORCHESTRATION_STATUS_PENDING:
            instance.status = pb.ORCHESTRATION_STATUS_RUNNING  # continued as new: it has been running all along

    # Activities

    def take_activity(self) -> ActivityWork | None:
        with self._lock:
            return self._activities.popleft() if self._activities else None

    def complete_activity(self, work: ActivityWork, result: str | None) -> None:
        event = helpers.new_task_completed_event(work.task_id, result)
        with self._lock:
            self._deliver(work.instance_id, work.execution_id, event)

    def fail_activity(self, work: ActivityWork, failure: pb.TaskFailureDetails) -> None:
        event = pb.HistoryEvent(
            eventId=-1, taskFailed=pb.TaskFailedEvent(taskScheduledId=work.task_id, failureDetails=failure)
        )
        with self._lock:
            self._deliver(work.instance_id, work.execution_id, event)

    # Work of a dead worker

    def put_back(self, work: Work) -> None:
        """Give out again what was taken and will not be completed."""
        if isinstance(work, OrchestrationWork):
            self.AbandonTaskOrchestratorWorkItem(
                pb.AbandonOrchestrationTaskRequest(completionToken=work.token), DIRECT_CALL
            )
        elif isinstance(work, EntityWork):
            self.AbandonTaskEntityWorkItem(pb.AbandonEntityTaskRequest(completionToken=work.token), DIRECT_CALL)
        else:
            with self._lock:
                self._activities.appendleft(work)
                self._wake()

    def outlive(self, taken: Iterable[Work], hidden: timedelta | None) -> None:
        """Give out again, in a while, what a host had taken that has died, invisible until then; None: be as new."""
        with self._lock:
            if hidden is None:
                self._forget()
                return
            for work in taken:
                self._at(self.clock.now() + hidden, partial(self.put_back, work))


def _show_why(instance: OrchestrationInstance) -> None:
    """Show as the instance's output why it is suspended or was resumed, as the real engine does."""
    for event in instance.dispatched_events:
        if event.HasField("executionSuspended"):
            instance.output = event.executionSuspended.input.value
        elif event.HasField("executionResumed"):
            instance.output = event.executionResumed.input.value
