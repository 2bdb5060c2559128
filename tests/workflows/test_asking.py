"""Asking a human: what was decided stands in the record, and events, reminders and lost looks change none of it."""

from datetime import timedelta

import pytest
from migration.approval.image_record import ImageRecord, Stage
from migration.approval.opening import asked_anew
from migration.approval.verdict import Verdict

from migration import names
from migration.asking.request import DeleteSource
from migration.plan.plan import PlanResult
from tests.unit.samples import DEFAULTS
from tests.workflows.conftest import Play, make_plan, refusal, value


class RecordsUnavailableError(Exception):
    """As the store's own, known by its name alone once it has crossed the durable boundary."""


def unavailable(_: object) -> object:
    raise RecordsUnavailableError("503: busy")


def test_a_rejected_migration_keeps_the_source(play: Play):
    play.start().until("AwaitingApproval").approve(decision="reject", comment="wrong disk").until("Done")
    assert play.outcome == ("SourceKept", "Rejected")
    assert play.ended["reason"] == "rejected by Ada: wrong disk"
    assert play.called(names.DELETE_SOURCE_IMAGE) == play.called(names.PROMOTE_IMAGE_VERSION) == 0


def test_an_approval_that_nobody_gives_expires_after_seven_days_with_daily_reminders(play: Play):
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(days=6, hours=23))
    assert play.status["phase"] == "AwaitingApproval"
    assert play.notified("approvalNeeded") == 1
    assert play.notified("reminder") == 6
    assert play.notified("escalation") == 1
    play.stage.advance(timedelta(hours=2))
    assert play.outcome == ("SourceKept", "ApprovalExpired")
    assert play.question.stage is Stage.EXPIRED
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


def test_nobody_is_asked_where_an_answer_would_change_nothing(play: Play):
    plan = make_plan(delete_source=DeleteSource.NEVER, exclude_from_latest=True)
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(plan=plan))
    play.start()
    assert play.outcome == ("SourceKept", "Policy")
    assert play.notified("approvalNeeded") == 0
    assert play.question.record is None


@pytest.mark.parametrize("code", ["SigningKeyMissing", "RecordsMissing", "CannotTellApart", "QuestionSettled"])
def test_where_nobody_can_be_asked_the_copy_is_made_and_the_source_kept(play: Play, code: str):
    play.answers[names.OPEN_QUESTION] = refusal(code, "because")
    play.start()
    assert play.outcome == ("SourceKept", code)
    assert play.notified("approvalNeeded") == 0


def test_a_decision_whose_event_was_lost_is_seen_before_it_lapses(play: Play):
    """It was seen at the next reminder, a day later, and by then no approval counts any more."""
    play.start().until("AwaitingApproval")
    play.stage.raise_event = lambda *_: None  # type: ignore[method-assign]  # no wake ever arrives
    play.approve()
    assert play.status["phase"] == "AwaitingApproval"
    play.stage.advance(timedelta(hours=6, minutes=5))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.notified("reminder") == 0


def test_a_record_that_cannot_be_read_is_read_again_until_the_decision_is_seen(play: Play):
    """A look that failed must not end a migration that somebody approved."""
    play.start().until("AwaitingApproval")
    look = play.answers[names.LOOK_AT_QUESTION]
    play.answers[names.LOOK_AT_QUESTION] = unavailable
    play.approve()
    play.stage.advance(timedelta(hours=5))
    assert play.status["phase"] == "AwaitingApproval"
    play.answers[names.LOOK_AT_QUESTION] = look
    play.stage.advance(timedelta(minutes=20))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.longest_history < 300


def test_an_open_question_asked_again_is_one_question_of_a_new_requester(play: Play):
    play.start().until("AwaitingApproval")
    play.stage.advance(timedelta(days=2))
    wished = asked_anew(play.question.record, play.new_start(DEFAULTS, "Grace"))
    assert isinstance(wished, ImageRecord)
    play.question.record = wished
    play.say("Approval", {"look": True}).until("AwaitingApproval")
    assert play.status["requestedBy"] == "Grace"
    assert play.question.record is not None
    assert play.question.record.question is not None
    assert (play.question.record.question.id, play.question.record.again) == ("question 2", None)
    assert (play.called(names.VERIFY_IMAGE_VERSION), play.notified("approvalNeeded")) == (2, 2)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert [entry.by for entry in play.whole.audit if entry.event == "asked again"] == ["Grace"]


def test_a_question_that_the_record_does_not_know_is_asked_anew(play: Play):
    """As after an upgrade: whatever the instance says of an open question, the record has none."""
    play.start().until("AwaitingApproval")
    play.question.record = None
    play.say("Approval", {"look": True})
    assert play.question.stage is Stage.OPEN
    assert (play.called(names.OPEN_QUESTION), play.notified("approvalNeeded")) == (2, 2)
    assert play.status["phase"] == "AwaitingApproval"


def test_an_expired_question_is_closed_although_the_clock_here_is_fast(play: Play):
    """The moment comes here before it comes where the record is kept: it is looked again, a second later."""
    play.start().until("AwaitingApproval")
    look = play.answers[names.LOOK_AT_QUESTION]
    ahead = play.stage.now + timedelta(days=7, seconds=5)
    opened = value(Verdict(kind="open"))
    play.answers[names.LOOK_AT_QUESTION] = lambda told: look(told) if play.stage.now >= ahead else opened
    play.stage.advance(timedelta(days=7, seconds=30))
    assert play.outcome == ("SourceKept", "ApprovalExpired")


def test_whoever_was_not_told_of_a_decision_is_told_at_the_end(play: Play):
    play.start().until("AwaitingApproval")
    play.answers[names.SEND_NOTIFICATION] = lambda notice: {
        "value": {"sent": 0, "missed": [0]} if notice["occasion"] == "decided" else {"sent": 1, "missed": []}
    }
    play.approve().until("Done")
    play.stage.advance(timedelta(minutes=10))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.notified("decided") == 4
    assert "(decided) could not be sent" in play.status["notes"][-1]
