"""What one migration takes of the task hub: activities, and events of history, which are paid for and read again."""

from collections import Counter
from datetime import timedelta

import pytest

from migration import names
from migration.course import steps
from migration.resources.operation import OperationStatus
from tests.support.stage.azure_on_stage import UPDATE
from tests.support.stage.histories import History, keep_histories, started
from tests.support.stage.play import Play

REPLICATION, PROMOTION = timedelta(minutes=30), timedelta(minutes=7)
# Of looks at replication five are while it lasts, the others at a promotion after one, two, four and eight minutes; the
# definition is made and then seen; the question is looked at before somebody is waited for, and after.
ACTIVITIES = {
    steps.PLAN_MIGRATION: 1,
    steps.ENSURE_GALLERY: 1,
    steps.ENSURE_IMAGE_DEFINITION: 2,
    steps.CREATE_IMAGE_VERSION: 1,
    steps.CHECK_REPLICATION: 9,
    steps.OPEN_QUESTION: 1,
    steps.LOOK_AT_QUESTION: 2,
    steps.PROMOTE_IMAGE_VERSION: 1,
    steps.DELETE_SOURCE_IMAGE: 1,
    steps.CONFIRM_DELETE: 1,
    steps.RECORD_OUTCOME: 1,
    steps.LOOK_FOR_NEWS: 1,
}
MOST_EVENTS = 156
TWICE = ["told nobody"] * 2  # of the decision, and of the end


class Promotion:
    """An update that tells no progress, and is to be looked at each minute at the most."""

    def __init__(self, play: Play) -> None:
        self._stage, self._began = play.stage, play.stage.now

    def follow(self, url: str) -> OperationStatus:
        runs = url == UPDATE and self._stage.now - self._began < PROMOTION
        return OperationStatus(state="Running" if runs else "Succeeded", seconds=60)


def typical(play: Play) -> Play:
    """Half an hour of even replication, seven minutes of promotion, and nobody to be told of anything."""
    play.configure(notify="", escalate="")
    began = play.stage.now
    play.azure.progress = lambda: min(100, int(100 * ((play.stage.now - began) / REPLICATION)))
    play.start().until("AwaitingApproval")
    play.azure.answers["follow"] = Promotion(play).follow
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    return play


@pytest.fixture
def histories(play: Play) -> list[History]:
    return keep_histories(play.stage)


def test_a_migration_of_which_nobody_is_told_starts_nothing_to_tell_it(play: Play, histories: list[History]):
    typical(play)
    assert {started(history).name for history in histories} == {names.MIGRATE_IMAGE}
    assert [event for event in play.audited if event.startswith(("asked", "told"))] == ["asked nobody", *TWICE]
    assert play.run.all_owed == []


def test_a_migration_takes_few_looks_and_a_short_history(play: Play, histories: list[History]):
    typical(play)
    called = Counter(name for name, _ in play.stage.calls)
    assert called == {step.name: count for step, count in ACTIVITIES.items()}
    assert sum(map(len, histories)) <= MOST_EVENTS
