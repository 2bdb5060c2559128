"""Stored histories: written as JSON, and replayed against today's orchestrators to find what changed.

An orchestration that is running when new code is deployed is replayed by that code. `replay` does the same with a
history kept from an earlier version, so that a change which breaks running instances is seen before it is deployed.
"""

import base64
from collections.abc import Callable, Sequence
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
from azure.durable_functions.worker import DurableFunctionsWorker
from google.protobuf import json_format


def history_to_json(events: Sequence[pb.HistoryEvent]) -> str:
    return json_format.MessageToJson(pb.HistoryChunk(events=events), indent=1)


def history_from_json(text: str) -> list[pb.HistoryEvent]:
    return list(json_format.Parse(text, pb.HistoryChunk()).events)


def replay(orchestrator: Callable[..., Any], history_json: str) -> list[str]:
    """Replay a stored history and say how the orchestrator deviates from it; an empty list means it does not."""
    history = history_from_json(history_json)
    past, new, ending = _split(history)
    actions = _execute(orchestrator, past, new)
    completions = [action.completeOrchestration for action in actions if action.HasField("completeOrchestration")]
    problems = [
        f"asks for what the history does not have: {_describe(action)}"
        for action in actions
        if not action.HasField("completeOrchestration")
    ]
    return problems + _ending_problems(completions[0] if completions else None, ending)


def _split(
    history: list[pb.HistoryEvent],
) -> tuple[list[pb.HistoryEvent], list[pb.HistoryEvent], pb.ExecutionCompletedEvent | None]:
    """The events of earlier turns, those of the last turn, and how it ended, if it did."""
    ending = None
    if history and history[-1].HasField("executionCompleted"):
        ending = history.pop().executionCompleted
    turns = [index for index, event in enumerate(history) if event.HasField("orchestratorStarted")]
    if not turns:
        raise ValueError("not the history of an orchestration: it has no orchestratorStarted event")
    return history[: turns[-1]], history[turns[-1] :], ending


def _execute(
    orchestrator: Callable[..., Any], past: list[pb.HistoryEvent], new: list[pb.HistoryEvent]
) -> list[pb.OrchestratorAction]:
    request = pb.OrchestratorRequest(instanceId="replay", pastEvents=past, newEvents=new)
    for event in past + new:
        if event.HasField("executionStarted"):
            request.instanceId = event.executionStarted.orchestrationInstance.instanceId
    encoded = base64.b64encode(request.SerializeToString()).decode()
    answer = DurableFunctionsWorker().execute_orchestration_request(orchestrator, encoded)
    return list(pb.OrchestratorResponse.FromString(base64.b64decode(answer)).actions)


def _ending_problems(
    completion: pb.CompleteOrchestrationAction | None, ending: pb.ExecutionCompletedEvent | None
) -> list[str]:
    if completion is None:
        return ["does not end, the history does"] if ending else []
    status = pb.OrchestrationStatus.Name(completion.orchestrationStatus)
    failure = f": {completion.failureDetails.errorMessage}" if completion.HasField("failureDetails") else ""
    if ending is None:
        return [f"ends with {status}, the history does not end{failure}"]
    if completion.orchestrationStatus != ending.orchestrationStatus:
        return [f"ends with {status}, not {pb.OrchestrationStatus.Name(ending.orchestrationStatus)}{failure}"]
    if completion.result.value != ending.result.value:
        return [f"returns {completion.result.value}, not {ending.result.value}"]
    if completion.failureDetails.errorMessage != ending.failureDetails.errorMessage:
        return [f"fails differently{failure}"]
    return []


def _describe(action: pb.OrchestratorAction) -> str:
    kind = action.WhichOneof("orchestratorActionType") or "nothing"
    name = getattr(getattr(action, kind, None), "name", "")
    return f"{kind} {name}".strip()
