"""Cancel, in every phase: until a delete has been sent it ends the migration, afterwards it changes nothing."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmThrottledError
from migration.course import steps
from migration.record.question import Stage
from tests.support.samples import VERSION
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play

BUSY = ArmThrottledError("Throttled", "too many requests", 60)
STAYS = {
    "Planning": "draw_up_plan",
    "Preparing": "get_gallery",
    "Creating": "start_version",
    "Verifying": "get_image",
}


@pytest.mark.parametrize("phase", STAYS)
def test_a_cancel_counts_after_the_step_that_is_under_way(play: Play, phase: str):
    if phase == "Verifying":
        play.azure.progress = 50
        play.start().until("Replicating")
        play.azure.progress = 100
    play.azure.answers[STAYS[phase]] = BUSY
    play.wake("ReplicationChanged") if phase == "Verifying" else play.start()
    play.until(phase)
    play.say("Cancel", {"reason": "wrong gallery"})
    del play.azure.answers[STAYS[phase]]
    play.until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.ended.reason == "cancelled: wrong gallery"
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == play.called(steps.PROMOTE_IMAGE_VERSION.name) == 0


BEFORE_THE_DELETE = [
    steps.PLAN_MIGRATION.name,
    steps.ENSURE_GALLERY.name,
    steps.ENSURE_IMAGE_DEFINITION.name,
    steps.CREATE_IMAGE_VERSION.name,
    steps.CHECK_REPLICATION.name,
    steps.OPEN_QUESTION.name,
    steps.LOOK_AT_QUESTION.name,
    steps.SEND_NOTIFICATIONS.name,
    steps.PROMOTE_IMAGE_VERSION.name,
]


@pytest.mark.parametrize("when", ["before", "with", "after"])
@pytest.mark.parametrize("activity", BEFORE_THE_DELETE)
def test_a_cancel_that_comes_while_a_step_is_done_is_not_lost(play: Play, activity: str, when: str):
    """It comes before the step has done anything, with its answer, or right after it."""
    cancelling(play, activity, when)
    play.azure.progress_then = 50
    play.start()
    if activity == steps.PROMOTE_IMAGE_VERSION.name:
        play.until("AwaitingApproval").approve()
    play.until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.azure.asked["start_delete"] == 0


@pytest.mark.parametrize("when", ["before", "with", "after"])
def test_a_cancel_that_comes_while_people_are_told_of_a_decision_is_not_lost(play: Play, when: str):
    play.azure.progress_then = 50
    play.start().until("AwaitingApproval")
    cancelling(play, steps.SEND_NOTIFICATIONS.name, when)
    play.approve().until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")


def cancelling(play: Play, activity: str, when: str) -> None:
    """Have a cancel come with the first call of an activity from now on."""
    said: list[str] = []

    def cancel() -> None:
        if not said:
            said.append(activity)
            play.stage.raise_event(play.id, "Cancel", {"reason": "stop"})

    async def with_a_cancel(told: Any, real: Real) -> Any:
        if when == "before":
            cancel()
        answer = await real(told)
        if when == "with":
            cancel()
        return answer

    play.hooks[activity] = with_a_cancel
    if when == "after":
        complete = play.stage._engine.complete_activity

        def complete_and_cancel(work: Any, result: Any) -> None:
            complete(work, result)
            if work.name == activity:
                cancel()

        play.stage._engine.complete_activity = complete_and_cancel  # type: ignore[method-assign]  # for this play


def test_a_cancel_by_event_while_azure_is_too_busy_for_the_delete_stops_it(play: Play):
    """It was looked at only after the delete, which was sent again and again until then."""
    play.start().until("AwaitingApproval")
    play.azure.answers["start_delete"] = BUSY
    play.approve().until("DeletingSource")
    sent = play.azure.asked["start_delete"]
    assert sent
    play.say("Cancel", {"reason": "wrong image"})
    del play.azure.answers["start_delete"]
    play.until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.azure.asked["start_delete"] == sent
    assert play.azure.image is not None


def test_the_news_of_a_cancel_that_comes_late_does_not_cancel_the_run_after_it(play: Play):
    """It said no more than: look, and whichever run lived was cancelled."""
    play.start().until("AwaitingApproval").wake("Cancel")
    assert (play.phase, play.run.outcome) == ("AwaitingApproval", None)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


NEWS = ("Cancel", {"look": True})
STOP = ("Cancel", {"reason": "wrong gallery"})
BESIDE = {
    "the news of a cancel": [NEWS, STOP],
    "more of it": [NEWS, NEWS, STOP],
    "a great deal of it": [*[NEWS] * 6, STOP],
    "a look at the copy": [("ReplicationChanged", {"look": True}), NEWS, STOP],
    "an answer": [("Approval", {"look": True}), NEWS, STOP],
    "everything": [NEWS, NEWS, ("ReplicationChanged", {"look": True}), ("Approval", {"look": True}), STOP],
}


@pytest.mark.parametrize("at_once", [False, True])
@pytest.mark.parametrize("phase", ["Replicating", "AwaitingApproval"])
@pytest.mark.parametrize("beside", BESIDE)
def test_a_cancel_that_comes_beside_other_events_is_heard_at_once(play: Play, beside: str, phase: str, at_once: bool):
    """It was heard by the next execution, hours later: the one cancel that each listened for had only been news."""
    play.azure.progress = 50 if phase == "Replicating" else 100
    play.start().until(phase)
    for event, payload in BESIDE[beside]:
        play.stage.raise_event(play.id, event, payload)
        if not at_once:
            play.stage.run()
    play.stage.run()
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.ended.reason == "cancelled: wrong gallery"


def test_a_cancelled_replication_tells_what_it_left_behind(play: Play):
    play.azure.progress = 50
    play.start().until("Replicating").say("Cancel", {"reason": "wrong gallery"})
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.ended.reason == "cancelled: wrong gallery"
    assert VERSION in play.ended.left_behind


def test_a_cancel_while_waiting_for_approval_keeps_the_source(play: Play):
    play.start().until("AwaitingApproval").say("Cancel", "whatever")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.question.stage is Stage.CANCELLED
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == 0


def promoting(play: Play) -> Play:
    play.start().until("AwaitingApproval")
    play.azure.progress_then = 50
    return play.approve().until("Promoting")


def test_a_cancel_while_promoting_is_an_emergency_stop(play: Play):
    """Between approval and delete lie hours, in which cancel was refused."""
    promoting(play).stage.advance(timedelta(hours=2))
    play.say("Cancel", {"reason": "wrong image"})
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.question.stage is Stage.CANCELLED
    play.stage.advance(timedelta(days=2))
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == 0


def test_a_cancel_that_only_the_record_knows_of_stops_the_delete(play: Play):
    """202 was said: the event that was to wake the migration never came."""
    promoting(play)
    assert play.cancel() is None
    play.azure.progress = 100
    play.stage.advance(timedelta(hours=1))
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.question.stage is Stage.CANCELLED
    assert (play.azure.asked["start_delete"], play.notified("done")) == (0, 1)


def test_a_cancel_between_the_last_look_and_the_delete_stops_it(play: Play):
    """The record says so to the swap that has to come before the call."""
    play.start().until("AwaitingApproval")

    def find(_: object) -> Any:
        if play.phase == "DeletingSource" and play.run.is_live:
            record = play.record
            play.records.before_saving.append(lambda: cancelled_meanwhile(play, record))
        return play.azure.image

    play.azure.answers["get_image"] = find
    play.approve().until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.azure.asked["start_delete"] == 0


def cancelled_meanwhile(play: Play, record: Any) -> None:
    from migration.record.closing import cancelled

    play.records.apply(play.id, lambda _: cancelled(record, "run 1", "stop", play.stage.now))


def test_a_cancel_that_only_the_record_knows_of_ends_the_wait_for_an_approval(play: Play):
    play.start().until("AwaitingApproval")
    assert play.cancel() is None
    play.stage.advance(timedelta(hours=6, minutes=1))
    assert play.outcome == ("Cancelled", "Cancelled")
    assert (play.instance.runtime_status, play.notified("done")) == ("COMPLETED", 1)


def test_a_cancel_after_the_delete_was_sent_comes_too_late(play: Play):
    play.azure.deleting_takes = timedelta(minutes=12)
    play.start().until("AwaitingApproval").approve().until("DeletingSource").say("Cancel")
    play.stage.advance(timedelta(minutes=10))
    assert play.question.stage is Stage.SENT
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert "it was too late to cancel" in play.run.notes


def test_cancels_that_come_too_late_do_not_have_the_delete_sent_again(play: Play):
    """Each began the phase anew."""
    play.azure.deleting_takes = timedelta(minutes=12)
    play.start().until("AwaitingApproval").approve().until("DeletingSource")
    for _ in range(5):
        play.say("Cancel").stage.advance(timedelta(minutes=1))
    play.until("Done")
    assert (play.azure.asked["start_delete"], play.outcome[0]) == (1, "Migrated")


def test_a_cancel_while_the_record_cannot_be_reached_counts_once_it_can(play: Play):
    """It was let go: somebody had to say it again."""
    play.azure.progress = 50
    play.start().until("Replicating")
    play.records.is_down = True
    play.say("Cancel")
    play.stage.advance(timedelta(hours=1))
    assert play.instance.runtime_status == "RUNNING"
    play.records.is_down = False
    assert play.phase == "Replicating"
    play.until("Done", timedelta(minutes=10))
    assert play.outcome == ("Cancelled", "Cancelled")
