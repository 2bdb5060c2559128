"""Cancel, in every phase: until a delete has been sent it ends the migration, afterwards it changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from migration.approval.image_record import Stage
from migration.approval.verdict import DeleteSeen, Verdict

from migration import names
from tests.workflows.conftest import VERSION, Play, later, report, value


class RecordsUnavailableError(Exception):
    """As the store's own, known by its name alone once it has crossed the durable boundary."""


def unavailable(_: object) -> object:
    raise RecordsUnavailableError("503: busy")


def busy(activity: str) -> Callable[[Play], object]:
    """Get as far as this activity, and stay there."""

    def arrive(play: Play) -> object:
        answer = play.answers[activity]
        waits = [later(60)] * 3

        def answers(told: object) -> object:
            return waits.pop() if waits else answer(told) if callable(answer) else answer

        play.answers[activity] = answers
        return play.start()

    return arrive


STAYS = {
    "Planning": busy(names.PLAN_MIGRATION),
    "Preparing": busy(names.ENSURE_GALLERY),
    "Creating": busy(names.CREATE_IMAGE_VERSION),
    "Verifying": busy(names.OPEN_QUESTION),
}


@pytest.mark.parametrize("phase", STAYS)
def test_a_cancel_counts_after_the_step_that_is_under_way(play: Play, phase: str):
    STAYS[phase](play)
    assert play.status["phase"] == phase
    play.say("Cancel", {"reason": "wrong gallery"}).until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.ended["reason"] == "cancelled: wrong gallery"
    assert play.called(names.DELETE_SOURCE_IMAGE) == play.called(names.PROMOTE_IMAGE_VERSION) == 0


def test_a_cancelled_replication_tells_what_it_left_behind(play: Play):
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    play.start().say("Cancel", {"reason": "wrong gallery"})
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.ended["reason"] == "cancelled: wrong gallery"
    assert VERSION in play.ended["leftBehind"]


def test_a_cancel_while_waiting_for_approval_keeps_the_source(play: Play):
    play.start().until("AwaitingApproval").say("Cancel", "whatever")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.question.stage is Stage.CANCELLED
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


def promoting(play: Play) -> Play:
    play.start().until("AwaitingApproval")
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    return play.approve().until("Promoting")


def test_a_cancel_while_promoting_is_an_emergency_stop(play: Play):
    """Between approval and delete lie hours, in which cancel was refused."""
    promoting(play).stage.advance(timedelta(hours=2))
    play.say("Cancel", {"reason": "wrong image"})
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.question.stage is Stage.CANCELLED
    play.stage.advance(timedelta(days=2))
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


def test_a_cancel_that_only_the_record_knows_of_stops_the_delete(play: Play):
    """202 was said: the event that was to wake the migration never came."""
    promoting(play)
    assert play.question.cancel(play.instance.input["start"]["run"]) is None
    play.answers[names.CHECK_REPLICATION] = value(report(100))
    play.until("Done")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.question.stage is Stage.CANCELLED


def test_a_cancel_that_only_the_record_knows_of_ends_the_wait_for_an_approval(play: Play):
    play.start().until("AwaitingApproval")
    assert play.question.cancel(play.instance.input["start"]["run"]) is None
    play.stage.advance(timedelta(days=1, minutes=1))
    assert play.outcome == ("Cancelled", "Cancelled")


def test_a_cancel_after_the_delete_was_sent_comes_too_late(play: Play):
    play.start().until("AwaitingApproval")
    play.answers[names.CONFIRM_DELETE] = value(DeleteSeen(kind="waiting"))
    play.approve().until("DeletingSource").say("Cancel")
    play.stage.advance(timedelta(minutes=10))
    assert play.question.stage is Stage.DELETE_SENT
    play.answers[names.CONFIRM_DELETE] = play.question.confirm
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_cancel_that_comes_too_late_while_promoting_does_not_start_it_over(play: Play):
    """It went back to the verification, and ended as ReplicationIncomplete."""
    promoting(play).stage.advance(timedelta(minutes=10))
    play.answers[names.LOOK_AT_QUESTION] = value(Verdict(kind="tooLate"))
    play.say("Cancel").say("Cancel")
    assert play.status["phase"] == "Promoting"
    assert play.status["notes"][-1] == "it was too late to cancel"
    assert (play.called(names.VERIFY_IMAGE_VERSION), play.called(names.PROMOTE_IMAGE_VERSION)) == (1, 1)
    play.answers[names.CHECK_REPLICATION] = value(report(100))
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_a_cancel_while_the_record_cannot_be_reached_ends_nothing_and_breaks_nothing(play: Play):
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    play.start()
    look = play.answers[names.LOOK_AT_QUESTION]
    play.answers[names.LOOK_AT_QUESTION] = unavailable
    play.say("Cancel")
    play.stage.advance(timedelta(hours=1))
    assert (play.instance.runtime_status, play.status["phase"]) == ("RUNNING", "Replicating")
    play.answers[names.LOOK_AT_QUESTION] = look
    play.say("Cancel")
    assert play.outcome == ("Cancelled", "Cancelled")
