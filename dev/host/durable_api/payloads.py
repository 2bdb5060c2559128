"""What the durable HTTP API shows of instances, histories and entities."""

import json
from datetime import UTC
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from azure.durable_functions.internal.compat.history_projection import project_history
from azure.durable_functions.internal.compat.orchestration_runtime_status import from_durabletask_status
from durabletask.client import OrchestrationStatus
from durabletask.entities import EntityInstanceId
from durabletask.internal.history_helpers import collect_history_events
from google.protobuf.timestamp_pb2 import Timestamp

ENDED = {
    pb.ORCHESTRATION_STATUS_COMPLETED,
    pb.ORCHESTRATION_STATUS_FAILED,
    pb.ORCHESTRATION_STATUS_TERMINATED,
}
_OF_A_FAILURE = {"InnerFailure": None, "IsNonRetriable": False, "Properties": None}


def status_name(status: int) -> str:
    return from_durabletask_status(OrchestrationStatus(status)).name


def instance_payload(state: pb.OrchestrationState) -> dict[str, Any]:
    """An instance as the status API shows it; payloads are JSON, not JSON in a string."""
    payload = {
        "name": state.name,
        "instanceId": state.instanceId,
        "runtimeStatus": status_name(state.orchestrationStatus),
        "input": parsed(state.input.value),
        "customStatus": parsed(state.customStatus.value),
        "output": _output(state),
        "createdTime": _seconds(state.createdTimestamp),
        "lastUpdatedTime": _seconds(state.lastUpdatedTimestamp),
    }
    return payload | ({"parentInstanceId": state.parentInstanceId.value} if state.HasField("parentInstanceId") else {})


def history_payload(events: list[pb.HistoryEvent], *, show_input: bool, show_output: bool) -> list[dict[str, Any]]:
    """The events as the extension shows them: inputs stay strings of JSON, outputs do not."""
    converted = collect_history_events([pb.HistoryChunk(events=events)])
    projected = project_history(converted, show_input=show_input, show_history_output=show_output)
    return [_completed(event) for event in projected]


def _completed(event: dict[str, Any]) -> dict[str, Any]:
    """The event with what .NET has besides and Python's client leaves out."""
    if event["EventType"] in ("ExecutionSuspended", "ExecutionResumed"):
        event["Reason"] = event.pop("Input", None)
    event.pop("Recurse", None)
    if event["EventType"] == "ExecutionCompleted":
        event.setdefault("FailureDetails", None)
    if failure := event.get("FailureDetails"):
        event["FailureDetails"] = _OF_A_FAILURE | failure
    return event


def entity_payload(entity: pb.EntityMetadata, *, with_state: bool) -> dict[str, Any]:
    entity_id = EntityInstanceId.parse(entity.instanceId)
    payload = {
        "entityId": {"name": entity_id.entity, "key": entity_id.key},
        "lastOperationTime": entity.lastModifiedTime.ToDatetime(tzinfo=UTC).isoformat(),
    }
    return payload | ({"state": parsed(entity.serializedState.value)} if with_state else {})


def parsed(payload: str) -> Any:
    """A stored payload as JSON; text that is none, as it is."""
    if not payload:
        return None
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _output(state: pb.OrchestrationState) -> Any:
    if state.HasField("failureDetails") and not state.output.value:
        return f"{state.failureDetails.errorType}: {state.failureDetails.errorMessage}"
    return parsed(state.output.value)


def _seconds(moment: Timestamp) -> str:
    return moment.ToDatetime().strftime("%Y-%m-%dT%H:%M:%SZ")
