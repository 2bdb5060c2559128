"""Stores the history of every story: `python -m tests.replay.record`.

Run it only when running instances need not survive a change: CONTRIBUTING.md says what to do about them then.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import durabletask.internal.orchestrator_service_pb2 as pb

from dev.host.engine.work import OrchestrationWork
from dev.host.stage import Stage
from dev.host.stage.history import history_to_json
from migration import names
from tests.replay.stories import STORIES, Story
from tests.support.stage.fleets import fleet_on_stage
from tests.support.stage.play import on_stage

HISTORIES = Path(__file__).parent / "histories"
EXECUTION_ID = "execution"  # the engine's is random, and a recording must be the same every time

type History = list[pb.HistoryEvent]


def perform(story: Story) -> str:
    """Play a story and return the history of its execution, as JSON."""
    if story.of_fleet:
        return _cleaned(_of_fleet(story))
    with on_stage() as play:
        ended = keep_histories(play.stage)
        story.tell(play)
        if story.pick is None:
            chosen = copy((play.instance if story.phase else play.teller).history)
            assert began_in(chosen) == story.phase
        else:
            chosen = [history for history in ended if began_in(history) == story.phase][story.pick]
        assert started(chosen).name == (names.MIGRATE_IMAGE if story.phase else names.TELL_PEOPLE)
    return _cleaned(chosen)


def _of_fleet(story: Story) -> History:
    """Play a story of a fleet, and return the history of the execution that began it."""
    with fleet_on_stage() as play:
        ended = keep_histories(play.stage)
        story.tell(play)
    return next(history for history in ended if started(history).name == names.MIGRATE_FLEET)


def _cleaned(chosen: History) -> str:
    started(chosen).orchestrationInstance.executionId.value = EXECUTION_ID
    for event in chosen:
        if event.HasField("taskFailed"):  # where the code lay on the recording machine is nobody's business
            event.taskFailed.failureDetails.ClearField("stackTrace")
    return history_to_json(chosen) + "\n"


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


def began_in(history: History) -> str | None:
    """The phase in which an execution of a migration began; None for one that tells people."""
    begun = started(history)
    return json.loads(begun.input.value)["phase"] if begun.name == names.MIGRATE_IMAGE else None


def main() -> None:
    HISTORIES.mkdir(exist_ok=True)
    for stale in HISTORIES.glob("*.json"):
        stale.unlink()
    for name, story in STORIES.items():
        (HISTORIES / f"{name}.json").write_text(perform(story))
    print(f"{len(STORIES)} histories recorded")


if __name__ == "__main__":
    main()
