"""What the durable HTTP API answers with: status payloads, histories, management links."""

import json
from datetime import UTC
from typing import Any
from urllib.parse import quote

import durabletask.internal.orchestrator_service_pb2 as pb
from aiohttp import web
from azure.durable_functions.http import HttpManagementPayload
from azure.durable_functions.internal.compat.history_projection import project_history
from azure.durable_functions.internal.compat.orchestration_runtime_status import from_durabletask_status
from durabletask.client import OrchestrationStatus
from durabletask.entities import EntityInstanceId
from durabletask.internal.history_helpers import collect_history_events
from google.protobuf.timestamp_pb2 import Timestamp

_RETRY_START_SECONDS = "10"


def status_name(status: int) -> str:
    return from_durabletask_status(OrchestrationStatus(status)).name


def instance_payload(state: pb.OrchestrationState, *, show_input: bool) -> dict[str, Any]:
    """An instance as the status API shows it; payloads are JSON, not JSON in a string."""
    return {
        "name": state.name,
        "instanceId": state.instanceId,
        "runtimeStatus": status_name(state.orchestrationStatus),
        "input": parsed(state.input.value) if show_input else None,
        "customStatus": parsed(state.customStatus.value),
        "output": _output(state),
        "createdTime": _seconds(state.createdTimestamp),
        "lastUpdatedTime": _seconds(state.lastUpdatedTimestamp),
    }


def history_payload(events: list[pb.HistoryEvent], *, show_input: bool, show_output: bool) -> list[dict[str, Any]]:
    converted = collect_history_events([pb.HistoryChunk(events=events)])
    projected = project_history(converted, show_input=show_input, show_history_output=show_output)
    for event in projected:
        if "Input" in event:
            event["Input"] = parsed(event["Input"])
    return projected


def entity_payload(entity: pb.EntityMetadata, *, with_state: bool) -> dict[str, Any]:
    entity_id = EntityInstanceId.parse(entity.instanceId)
    payload = {
        "entityId": {"name": entity_id.entity, "key": entity_id.key},
        "lastOperationTime": entity.lastModifiedTime.ToDatetime(tzinfo=UTC).isoformat(),
    }
    return payload | ({"state": parsed(entity.serializedState.value)} if with_state else {})


def started_response(instance_id: str, base_url: str, query: str) -> web.Response:
    """202 with the links that manage the instance, as CreateCheckStatusResponse gives them."""
    status_url = f"{base_url}/instances/{quote(instance_id, safe='')}"
    links = HttpManagementPayload(instance_id, status_url, query)
    headers = {"Location": links["statusQueryGetUri"], "Retry-After": _RETRY_START_SECONDS}
    return web.json_response(dict(links), status=202, headers=headers)


def parsed(payload: str) -> Any:
    """A stored payload as JSON; text that is none, as it is."""
    if not payload:
        return None
    try:
        return json.loads(payload)
    except ValueError:
        return payload


def _output(state: pb.OrchestrationState) -> Any:
    if state.HasField("failureDetails"):
        return f"{state.failureDetails.errorType}: {state.failureDetails.errorMessage}"
    return parsed(state.output.value)


def _seconds(moment: Timestamp) -> str:
    return moment.ToDatetime().strftime("%Y-%m-%dT%H:%M:%SZ")
