"""The histories of a play's executions, which the engine forgets when they end."""

from collections.abc import Sequence

import durabletask.internal.orchestrator_service_pb2 as pb

from dev.host.engine.work import OrchestrationWork
from dev.host.stage import Stage

type History = list[pb.HistoryEvent]


def keep_histories(stage: Stage) -> list[History]:
    """Return a list that every execution's history is added to when it ends, because the engine then forgets it."""
    histories: list[History] = []
    complete = stage._engine.complete_orchestration

    def complete_and_keep(work: OrchestrationWork, response: pb.OrchestratorResponse) -> None:
        for action in response.actions:
            if action.HasField("completeOrchestration"):
                so_far = copy([*work.request.pastEvents, *work.request.newEvents])
                histories.append([*so_far, _end(action, so_far[-1])])
        complete(work, response)

    stage._engine.complete_orchestration = complete_and_keep  # type: ignore[method-assign]  # before anything runs
    return histories


def copy(events: Sequence[pb.HistoryEvent]) -> History:
    return [pb.HistoryEvent.FromString(event.SerializeToString()) for event in events]


def _end(action: pb.OrchestratorAction, last: pb.HistoryEvent) -> pb.HistoryEvent:
    completion = action.completeOrchestration
    ended = pb.ExecutionCompletedEvent(orchestrationStatus=completion.orchestrationStatus, result=completion.result)
    if completion.HasField("failureDetails"):
        ended.failureDetails.CopyFrom(completion.failureDetails)
    return pb.HistoryEvent(eventId=action.id, timestamp=last.timestamp, executionCompleted=ended)


def started(history: History) -> pb.ExecutionStartedEvent:
    return next(event.executionStarted for event in history if event.HasField("executionStarted"))
