"""Querying instances and entities as the real engine on Azure Storage does: pages in the order of ids.

A query of instances without inputs and outputs leaves out the input only: what an instance returned and its custom
status still come. An entity without a state does not exist, unless transient ones are asked for.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain

import durabletask.internal.orchestrator_service_pb2 as pb
from durabletask.internal import helpers
from durabletask.testing.in_memory_backend import EntityState, OrchestrationInstance
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue


def query_instances(instances: Iterable[OrchestrationInstance], query: pb.InstanceQuery) -> pb.QueryInstancesResponse:
    found = (one for one in instances if _matches(one, query))
    page, token = _page(found, query.continuationToken.value, query.maxInstanceCount)
    states = [_state(one, with_input=query.fetchInputsAndOutputs) for one in page]
    return pb.QueryInstancesResponse(orchestrationState=states, continuationToken=token)


def query_entities(entities: Iterable[EntityState], query: pb.EntityQuery) -> pb.QueryEntitiesResponse:
    found = (one for one in entities if _is_asked_for(one, query))
    page, token = _page(found, query.continuationToken.value, query.pageSize.value)
    described = [describe_entity(one, with_state=query.includeState) for one in page]
    return pb.QueryEntitiesResponse(entities=described, continuationToken=token)


def describe_entity(entity: EntityState, *, with_state: bool) -> pb.EntityMetadata:
    return pb.EntityMetadata(
        instanceId=entity.instance_id,
        lastModifiedTime=helpers.new_timestamp(entity.last_modified_at),
        backlogQueueSize=len(entity.pending_operations),
        lockedBy=helpers.get_string_value(entity.locked_by),
        serializedState=helpers.get_string_value(entity.serialized_state) if with_state else None,
    )


def _page[T: (OrchestrationInstance, EntityState)](
    found: Iterable[T], after: str, size: int
) -> tuple[list[T], StringValue | None]:
    """The page after that id, and the token of the next: the last id on it, nothing on the last page."""
    rest = sorted((one for one in found if one.instance_id > after), key=lambda one: one.instance_id)
    page = rest[: size or None]
    return page, helpers.get_string_value(page[-1].instance_id) if len(page) < len(rest) else None


def _matches(instance: OrchestrationInstance, query: pb.InstanceQuery) -> bool:
    if query.runtimeStatus and instance.status not in query.runtimeStatus:
        return False
    if query.HasField("createdTimeFrom") and instance.created_at < _moment(query.createdTimeFrom):
        return False
    if query.HasField("createdTimeTo") and instance.created_at > _moment(query.createdTimeTo):
        return False
    return instance.instance_id.startswith(query.instanceIdPrefix.value)


def _is_asked_for(entity: EntityState, query: pb.EntityQuery) -> bool:
    if entity.serialized_state is None and not query.includeTransient:
        return False
    if query.HasField("lastModifiedFrom") and entity.last_modified_at < _moment(query.lastModifiedFrom):
        return False
    if query.HasField("lastModifiedTo") and entity.last_modified_at > _moment(query.lastModifiedTo):
        return False
    return entity.instance_id.startswith(query.instanceIdStartsWith.value)


def _state(instance: OrchestrationInstance, *, with_input: bool) -> pb.OrchestrationState:
    return pb.OrchestrationState(
        instanceId=instance.instance_id,
        name=instance.name,
        orchestrationStatus=instance.status,
        createdTimestamp=helpers.new_timestamp(instance.created_at),
        lastUpdatedTimestamp=helpers.new_timestamp(instance.last_updated_at),
        input=helpers.get_string_value(instance.input or None) if with_input else None,
        output=helpers.get_string_value(instance.output or None),
        customStatus=helpers.get_string_value(instance.custom_status or None),
        failureDetails=instance.failure_details,
        parentInstanceId=helpers.get_string_value(parent_id(instance)),
    )


def parent_id(instance: OrchestrationInstance) -> str | None:
    """Who called this instance as a sub-orchestration, as its first event says."""
    for event in chain(instance.history, instance.dispatched_events, instance.pending_events):
        if event.HasField("executionStarted"):
            return event.executionStarted.parentInstance.orchestrationInstance.instanceId or None
    return None


def _moment(timestamp: Timestamp) -> datetime:
    return timestamp.ToDatetime(tzinfo=UTC)
