"""Stores the history of every story: `python -m tests.replay.record`.

Run it only when running instances need not survive a change: CONTRIBUTING.md says what to do about them then.
"""

import json
from pathlib import Path

from dev.host.stage.history import history_to_json
from migration import names
from tests.replay.stories import STORIES, Story
from tests.support.stage.fleets import fleet_on_stage
from tests.support.stage.histories import History, copy, keep_histories, started
from tests.support.stage.play import on_stage

HISTORIES = Path(__file__).parent / "histories"
EXECUTION_ID = "execution"  # the engine's is random, and a recording must be the same every time


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
