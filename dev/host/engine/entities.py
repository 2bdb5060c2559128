"""The backend's entities: delayed signals on our clock, and locks that hold.

The base class compares scheduled times with the real clock, keeps a thread per delayed signal, and lets everyone
operate on a locked entity; and an entity that was deleted still exists. The overrides here are for that.
"""

from datetime import UTC, datetime
from functools import partial

import durabletask.internal.orchestrator_service_pb2 as pb
import grpc
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import EntityState, OrchestrationInstance, PendingLockRequest

from dev.host.engine.children import FamilyBackend
from dev.host.engine.clock import Clock
from dev.host.engine.grpc_context import DIRECT_CALL
from dev.host.engine.limits import Limits
from dev.host.engine.queries import describe_entity, query_entities
from dev.host.engine.work import EntityWork


class EntityBackend(FamilyBackend):
    """The durable state with its entities."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        super().__init__(clock, limits)
        self._lock_owners: dict[str, str] = {}  # instance id by critical section id

    def GetEntity(  # noqa: N802 - a gRPC method
        self,
        request: pb.GetEntityRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 - a gRPC method's
    ) -> pb.GetEntityResponse:
        with self._lock:
            entity = self._entities.get(request.instanceId)
            if entity is None or entity.serialized_state is None:
                return pb.GetEntityResponse(exists=False)
            described = describe_entity(entity, with_state=request.includeState)
            return pb.GetEntityResponse(exists=True, entity=described)

    def QueryEntities(  # noqa: N802 - a gRPC method
        self,
        request: pb.QueryEntitiesRequest,
        context: grpc.ServicerContext,  # noqa: ARG002 - a gRPC method's
    ) -> pb.QueryEntitiesResponse:
        with self._lock:
            return query_entities(self._entities.values(), request.query)

    def SignalEntity(  # noqa: N802 - a gRPC method
        self, request: pb.SignalEntityRequest, context: grpc.ServicerContext
    ) -> pb.SignalEntityResponse:
        with self._lock:
            due = request.scheduledTime.ToDatetime(tzinfo=UTC)
            request.ClearField("scheduledTime")
            if due > self.clock.now():
                self._at(due, partial(self._signal_now, request, context))
                return pb.SignalEntityResponse()
            return super().SignalEntity(request, context)

    def _signal_now(self, request: pb.SignalEntityRequest, context: grpc.ServicerContext) -> None:
        super().SignalEntity(request, context)

    def _signal_entity_internal(
        self,
        entity_id: str,
        operation: str,
        input_value: str | None = None,
        scheduled_time: datetime | None = None,
    ) -> None:
        if scheduled_time and scheduled_time > self.clock.now():
            self._at(scheduled_time, partial(self._signal_entity_internal, entity_id, operation, input_value))
        else:
            super()._signal_entity_internal(entity_id, operation, input_value)

    def _queue_entity_operation(self, entity_id: str, event: pb.HistoryEvent) -> None:
        due = event.entityOperationSignaled.scheduledTime.ToDatetime(tzinfo=UTC)
        if due > self.clock.now():
            self._at(due, partial(self._queue_entity_operation, entity_id, event))
        else:
            super()._queue_entity_operation(entity_id, event)

    def _schedule_delayed_entity_operation(self, entity_id: str, event: pb.HistoryEvent, fire_at: datetime) -> None:
        self._at(fire_at, partial(super()._queue_entity_operation, entity_id, event))

    def _try_grant_lock(self, pending: PendingLockRequest) -> bool:
        self._lock_owners[pending.critical_section_id] = pending.parent_instance_id
        return super()._try_grant_lock(pending)

    def _process_send_entity_message_action(
        self, instance: OrchestrationInstance, action: pb.OrchestratorAction
    ) -> None:
        super()._process_send_entity_message_action(instance, action)
        if action.sendEntityMessage.HasField("entityUnlockSent"):
            self._enqueue_entity(action.sendEntityMessage.entityUnlockSent.targetInstanceId.value)

    def _release_locks(self, instance_id: str) -> None:
        """An orchestration that ended, however, holds and wants no locks."""
        sections = {section for section, owner in self._lock_owners.items() if owner == instance_id}
        if not sections:
            return
        self._pending_lock_requests = [
            pending for pending in self._pending_lock_requests if pending.critical_section_id not in sections
        ]
        for entity in self._entities.values():
            if entity.locked_by in sections:
                entity.locked_by = None
                self._enqueue_entity(entity.instance_id)
        self._lock_owners = {section: owner for section, owner in self._lock_owners.items() if section not in sections}
        self._try_grant_pending_locks()  # type: ignore[no-untyped-call]  # annotated nowhere in the library

    # Work on entities

    def take_entity(self) -> EntityWork | None:
        with self._lock:
            while self._entity_queue:
                entity_id = self._entity_queue.popleft()
                self._entity_queue_set.discard(entity_id)
                entity = self._entities.get(entity_id)
                if entity is None or entity_id in self._entity_in_flight:
                    continue
                if operations := self._admitted_operations(entity):
                    return self._dispatch_entity(entity, operations)
            return None

    def _admitted_operations(self, entity: EntityState) -> list[pb.HistoryEvent]:
        """Take the operations that may run now from the queue: while locked, only those of the lock's owner."""
        pending = entity.pending_operations
        if entity.locked_by is None:
            admitted = list(pending)
        else:
            owner = self._lock_owners.get(entity.locked_by)
            admitted = [one for one in pending if one.entityOperationCalled.parentInstanceId.value == owner]
        entity.pending_operations = [one for one in pending if all(one is not other for other in admitted)]
        return admitted

    def _dispatch_entity(self, entity: EntityState, operations: list[pb.HistoryEvent]) -> EntityWork:
        self._entity_in_flight.add(entity.instance_id)
        entity.dispatched_operations = operations
        request = pb.EntityRequest(
            instanceId=entity.instance_id,
            entityState=helpers.get_string_value(entity.serialized_state),
            operationRequests=operations,
        )
        batch, infos = helpers.convert_to_entity_batch_request(request)
        return EntityWork(entity.instance_id, str(entity.completion_token), batch, infos)

    def complete_entity(self, work: EntityWork, result: pb.EntityBatchResult) -> None:
        result.completionToken = work.token
        del result.operationInfos[:]
        result.operationInfos.extend(work.infos)
        with self._lock:
            self.CompleteEntityTask(result, DIRECT_CALL)
            if entity := self._entities.get(work.entity_id):
                entity.last_modified_at = self.clock.now()
