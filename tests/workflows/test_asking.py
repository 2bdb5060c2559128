"""Asking a human: what was decided stands in the record, and events, reminders and lost looks change none of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from activities import look_at_question
from migration.asking.request import DeleteSource
from migration.course import steps
from migration.record.question import Stage
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.occasion import Occasion
from records.errors import RecordsUnavailableError
from tests.support.samples import make_image, make_plan
from tests.support.stage.hooks import Real
from tests.support.stage.play import Play


def test_a_rejected_migration_keeps_the_source(play: Play):
    play.start().until("AwaitingApproval").approve(decision="reject", comment="wrong disk").until("Done")
    assert play.outcome == ("SourceKept", "Rejected")
    assert play.ended.reason == "rejected by Ada: wrong disk"
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == play.called(steps.PROMOTE_IMAGE_VERSION.name) == 0


def test_an_approval_that_nobody_gives_expires_after_seven_days_with_daily_reminders(play: Play):
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(days=6, hours=23))
    assert play.phase == "AwaitingApproval"
    assert play.notified("approvalNeeded") == 1
    assert play.notified("reminder") == 6
    assert play.notified("escalation") == 1
    play.stage.advance(timedelta(hours=2))
    assert play.outcome == ("SourceKept", "ApprovalExpired")
    assert play.question.stage is Stage.EXPIRED
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == 0


def test_nobody_is_asked_where_an_answer_would_change_nothing(play: Play):
    play.azure.plan = make_plan(delete_source=DeleteSource.NEVER, exclude_from_latest=True)
    play.start().until("Done")
    assert play.outcome == ("SourceKept", "Policy")
    assert play.notified("approvalNeeded") == 0
    assert play.run.question is None


def test_where_nobody_can_be_asked_the_copy_is_made_and_the_source_kept(play: Play):
    play.azure.image = make_image(created_at=None)
    play.start().until("Done")
    assert play.outcome == ("SourceKept", "CannotTellApart")
    assert play.notified("approvalNeeded") == 0


def test_tags_that_were_changed_since_the_start_keep_the_source_and_ask_nobody(play: Play):
    play.azure.progress = 50
    play.start().until("Replicating")
    play.azure.image = make_image(tags={"migrate-to-gallery": "other"})
    play.azure.progress = 100
    play.wake("ReplicationChanged")
    assert play.run.number == 2, "what the tags ask for now is asked about by a run of its own"
    (kept,) = play.records.kept()
    assert kept.outcome is not None
    assert (kept.outcome.kind, kept.outcome.code, kept.question) == ("SourceKept", "RequestWithdrawn", None)


def test_a_decision_whose_event_was_lost_is_seen_before_it_lapses(play: Play):
    """It was seen at the next reminder, a day later, and by then no approval counts any more."""
    play.start().until("AwaitingApproval")
    play.hub.hears = False
    play.approve()
    assert (play.phase, play.called(steps.PROMOTE_IMAGE_VERSION.name)) == ("Promoting", 0)
    play.stage.advance(timedelta(hours=6, minutes=5))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.notified("reminder") == 0


def test_a_record_that_cannot_be_read_is_read_again_until_the_decision_is_seen(play: Play):
    """A look that failed must not end a migration that somebody approved."""
    play.start().until("AwaitingApproval")
    play.hub.hears = False
    play.approve()
    play.records.is_down = True
    play.say("Approval", {"look": True})
    play.stage.advance(timedelta(hours=3))
    assert play.instance.runtime_status == "RUNNING"
    play.records.is_down = False
    play.stage.advance(timedelta(minutes=20))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.longest_history < 300


def test_an_open_question_asked_again_is_one_question_of_a_new_requester(play: Play):
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(days=2))
    assert isinstance(play.ask_again("Grace"), Run)
    play.until("AwaitingApproval")
    assert [person.name for person in play.run.requesters] == ["someone", "Grace"]
    assert (play.run.id, play.question.id) == ("run 1", "question 2")
    assert (play.called(steps.OPEN_QUESTION.name), play.notified("approvalNeeded")) == (2, 2)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert [entry.by for entry in play.run.audit if entry.event == "asked again"] == ["Grace"]


def test_a_question_asked_again_while_its_wake_is_lost_is_asked_by_the_clock(play: Play):
    play.start().until("AwaitingApproval")
    play.hub.hears = False
    assert isinstance(play.ask_again("Grace"), Run)
    assert play.phase == "Verifying"
    play.stage.advance(timedelta(hours=6, minutes=1))
    assert (play.phase, play.question.id) == ("AwaitingApproval", "question 2")


def test_what_ended_is_asked_again_as_a_run_of_its_own_that_builds_nothing(play: Play):
    play.start().until("AwaitingApproval").approve(decision="reject").until("Done")
    again = play.ask_again("Grace")
    assert isinstance(again, Run)
    assert (again.id, again.before) == ("run 2", "run 1")
    play.until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert (play.azure.asked["start_version"], play.called(steps.PLAN_MIGRATION.name)) == (1, 1)


def test_a_question_that_is_being_carried_out_is_not_asked_again(play: Play):
    play.start().until("AwaitingApproval")
    play.azure.progress_then = 50
    play.approve().until("Promoting")
    refusal = play.ask_again("Grace")
    assert isinstance(refusal, Refusal)
    assert refusal.code == "AlreadyApproved"


def test_an_expired_question_is_closed_although_the_clock_here_is_fast(play: Play, monkeypatch: pytest.MonkeyPatch):
    """The moment comes here before it comes where the step is done: it is looked again, a second later."""

    class Slow(datetime):
        @classmethod
        def now(cls, _tz: Any = None) -> datetime:  # type: ignore[override]  # the stage's time is no subclass
            return play.stage.now - timedelta(seconds=5)

    play.start().until("AwaitingApproval")
    monkeypatch.setattr(look_at_question, "datetime", Slow)
    play.stage.advance(timedelta(days=7, seconds=30))
    assert play.outcome == ("SourceKept", "ApprovalExpired")


def test_whoever_was_not_told_of_a_decision_is_told_at_the_end(play: Play):
    play.start().until("AwaitingApproval")
    play.post.arrives = lambda occasion: occasion != "decided" or play.phase == "Done"
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=10))
    assert play.outcome == ("Migrated", "Migrated")
    assert (play.notified("decided"), play.run.owed) == (1, [])
    assert play.instance.runtime_status == "COMPLETED"


def test_a_decision_that_cannot_be_told_is_tried_three_times_and_noted(play: Play):
    play.start().until("AwaitingApproval")
    play.post.arrives = lambda occasion: occasion != "decided"
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=10))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.post.tried.count(Occasion("decided")) == 3
    assert "(decided); the others could not be reached" in play.run.notes[-1]
    assert play.instance.runtime_status == "COMPLETED"


def test_people_who_cannot_be_told_of_the_question_are_told_while_it_waits(play: Play):
    play.post.arrives = lambda _: play.post.tried.count(Occasion("approvalNeeded")) > 2
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(minutes=6, seconds=30))
    assert (play.post.tried.count(Occasion("approvalNeeded")), play.notified("approvalNeeded")) == (3, 1)
    assert (play.phase, play.run.owed) == ("AwaitingApproval", [])


def test_a_question_waits_for_its_answer_though_telling_of_it_raises(play: Play):
    """The notification could not be noted, and the wait for the answer went with it."""
    failing = [RecordsUnavailableError("503: busy")] * 10

    def down(told: Any, real: Real) -> Any:
        if failing:
            raise failing.pop()
        return real(told)

    play.hooks[steps.SEND_NOTIFICATIONS.name] = down
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(hours=2))
    assert (play.phase, play.notified("approvalNeeded")) == ("AwaitingApproval", 1)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
