"""Killed, or without its record, at any moment: nothing is decided by it, and what was owed is done later."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmThrottledError, ArmUnavailableError
from migration.course import steps
from migration.values.outcome import Phase
from migration.values.problems import Problem
from records.errors import RecordsUnavailableError
from tests.support.samples import VERSION
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play
from tests.support.steps import OF_AN_IMAGE

WRONG = Problem(field="tag", code="Invalid", message="wrong")


@pytest.mark.parametrize("activity", [steps.RECORD_OUTCOME.name, steps.SEND_NOTIFICATIONS.name])
def test_a_run_that_was_killed_before_its_end_was_told_is_told_once(play: Play, activity: str):
    """It ended in the record, and its instance with it before anybody had heard."""
    play.azure.problems = [WRONG]

    def killed(_told: Any, _real: Real) -> Any:
        play.stage.terminate(play.id)
        raise ConnectionResetError("the worker is gone")

    play.hooks[activity] = killed
    play.start()
    assert (play.instance.runtime_status, play.phase, play.post.tried) == ("TERMINATED", "Done", [])
    del play.hooks[activity]
    play.by_the_clock()
    assert play.run.stage == "ended"
    assert play.notified("failed") == 1
    play.by_the_clock().by_the_clock()
    assert play.notified("failed") == 1


@pytest.mark.parametrize("activity", OF_AN_IMAGE)
def test_a_step_whose_answer_is_lost_is_done_again_and_changes_nothing_twice(play: Play, activity: str):
    """The worker dies with the answer of the first call of it; the platform has it done again."""
    lost: list[Any] = []

    async def done_and_lost(told: Any, real: Real) -> Any:
        answer = await real(told)
        if not lost:
            lost.append(answer)
            raise ConnectionResetError("the worker is gone")
        return answer

    play.hooks[activity] = done_and_lost
    play.start().until("AwaitingApproval").approve().until("Done")
    play.stage.advance(timedelta(minutes=1))
    assert (play.outcome, play.instance.runtime_status) == (("Migrated", "Migrated"), "COMPLETED")
    writes = ["draw_up_plan", "start_definition", "start_version", "start_promotion", "start_delete"]
    assert [play.azure.asked[write] for write in writes] == [1] * len(writes)
    assert play.post.sent == ["approvalNeeded", "decided", "done"]
    entries = [(entry.event, entry.occasion) for entry in play.run.audit]
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("hours", [1, 5])
@pytest.mark.parametrize("at", ["Replicating", "AwaitingApproval", "Promoting"])
def test_a_record_that_cannot_be_read_is_waited_for_and_decides_nothing(play: Play, at: str, hours: int):
    play.azure.progress_then = 50
    reach(play, at)
    play.records.is_down = True
    play.say("ReplicationChanged").wake("Approval")
    play.stage.advance(timedelta(hours=hours))
    assert (play.instance.runtime_status, play.phase) == ("RUNNING", at)
    assert play.instance.longest_history < 300
    play.records.is_down = False
    play.azure.progress = 100
    play.stage.advance(timedelta(hours=1))
    assert play.run.is_live or play.outcome[0] == "Migrated"


def test_a_record_of_a_later_release_is_waited_for_and_not_touched(play: Play):
    """The app was rolled back: what only the later one may act on stays as it is."""
    reach(play, "AwaitingApproval")
    newer = play.record.changed(oldest_reader=99)
    play.records.put(newer)
    play.wake("Approval").stage.advance(timedelta(hours=1))
    assert (play.instance.runtime_status, play.records.get(play.id)) == ("RUNNING", newer)


def test_an_end_that_cannot_be_written_down_is_told_all_the_same(play: Play):
    """Azure cannot be reached when the resources are to be tagged."""
    reach(play, "AwaitingApproval")
    play.hooks[steps.RECORD_OUTCOME.name] = lambda told, real: (
        real(told) if told.get("unreachable") else (_ for _ in ()).throw(ConnectionError("no network"))
    )
    play.approve(decision="reject").stage.advance(timedelta(hours=1))
    assert (play.outcome, play.notified("done")) == (("SourceKept", "Rejected"), 1)
    assert "the outcome could not be recorded" in play.run.notes[-1]


def test_an_end_is_told_once_the_store_is_back(play: Play):
    """The store went down between the end of the run and telling of it: the instance failed, and nobody was told."""
    reach(play, "AwaitingApproval")
    play.hooks[steps.RECORD_OUTCOME.name] = lambda told, real: setattr(play.records, "is_down", True) or real(told)
    play.approve(decision="reject").stage.advance(timedelta(hours=3))
    assert play.instance.runtime_status == "RUNNING"
    del play.hooks[steps.RECORD_OUTCOME.name]
    play.records.is_down = False
    play.stage.advance(timedelta(hours=1))
    assert (play.run.stage, play.notified("done"), play.instance.runtime_status) == ("ended", 1, "COMPLETED")


def reach(play: Play, phase: str) -> None:
    then = play.azure.progress
    play.azure.progress = 50
    play.start().until("Replicating")
    if phase == Phase.REPLICATING:
        return
    play.azure.progress = then
    play.until("AwaitingApproval")
    if phase == Phase.PROMOTING:
        play.approve().until("Promoting")


@pytest.mark.parametrize("error", ["unavailable", "throttled", "no record"])
def test_news_that_cannot_be_looked_for_fails_no_migration_that_is_over(play: Play, error: str):
    """It ended as Failed in the task hub, where Failed is said of errors of the app alone."""
    errors = {
        "unavailable": ArmUnavailableError("ServiceRequestError", "no network"),
        "throttled": ArmThrottledError("Throttled", "too many requests", 600),
        "no record": RecordsUnavailableError("503: busy"),
    }
    reach(play, "AwaitingApproval")
    play.hooks[steps.LOOK_FOR_NEWS.name] = lambda told, real: no_news(play, errors[error]) or real(told)
    play.approve(decision="reject").stage.advance(timedelta(hours=12))
    assert (play.run.stage, play.notified("done")) == ("ended", 1)
    assert play.instance.runtime_status != "FAILED"


def no_news(play: Play, error: Exception) -> None:
    if isinstance(error, RecordsUnavailableError):
        raise error
    play.azure.answers["get_image"] = error


def test_a_run_that_is_ended_with_its_task_hub_tells_what_it_left_behind(play: Play):
    """Who closes it looks at all that a run of its own end looks at: nobody comes a second time."""
    play.start().until("AwaitingApproval").stage.terminate(play.id)
    play.stage.run()
    play.by_the_clock().stage.advance(timedelta(minutes=5))
    play.by_the_clock()
    assert play.outcome == ("Cancelled", "Terminated")
    assert play.ended.left_behind[-1] == VERSION


def test_a_run_that_is_ended_while_azure_is_away_calls_nothing_removable(play: Play):
    play.start().until("AwaitingApproval").stage.terminate(play.id)
    play.stage.run()
    play.by_the_clock().stage.advance(timedelta(minutes=5))
    play.azure.error = ArmUnavailableError("ServerBusy", "away")
    play.by_the_clock()
    assert play.outcome == ("Cancelled", "Terminated")
    assert (play.ended.source, play.ended.left_behind) == ("unknown", [])
