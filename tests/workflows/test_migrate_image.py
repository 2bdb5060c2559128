"""The story of one migration, from its plan to its outcome."""

from datetime import timedelta

import pytest

from migration import names
from migration.answer import Answer
from migration.plan import PlanResult
from migration.problems import Problem
from migration.request import DeleteSource
from migration.settings import Settings
from tests.workflows.conftest import VERSION, Play, later, make_plan, refusal, report, value


def test_an_approved_migration_ends_with_the_source_deleted(play: Play):
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.runtime_status == "COMPLETED"
    assert play.status["approval"]["approver"] == "Ada"
    order = list(dict.fromkeys(name for name, _ in play.stage.calls if name != names.FOLLOW_OPERATION))
    assert order == [name for name in names.ACTIVITIES if name != names.FOLLOW_OPERATION]
    events = [entry["event"] for entry in play.instance.output["audit"]]
    assert events == [
        "requested",
        "planned",
        "version started",
        "version verified",
        "asked (approvalNeeded)",
        "approved",
        "promoted",
        "promise checked",
        "ended: Migrated",
    ]


def test_nothing_is_called_after_a_plan_with_problems(play: Play):
    problems = [Problem(field=str(n), code=f"P{n}", message="wrong") for n in range(3)]
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(problems=problems))
    play.start()
    assert play.outcome == ("Refused", "PlanProblems")
    assert play.ended["reason"] == "0: wrong; 1: wrong; 2: wrong"
    assert [name for name, _ in play.stage.calls] == [
        names.PLAN_MIGRATION,
        names.RECORD_OUTCOME,
        names.SEND_NOTIFICATION,
    ]


def test_the_plan_is_in_the_input_once_it_is_made(play: Play):
    play.start().until("AwaitingApproval")
    assert play.instance.input["plan"]["version"] == "1.0.0"
    assert play.instance.input["start"]["requestedBy"] == "someone"


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
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


def test_a_six_hour_replication_keeps_every_execution_under_300_events(play: Play):
    slow = timedelta(hours=6)

    def progress(_: object) -> object:
        done = (play.stage.now - started) / slow
        return value(report(min(100, int(done * 100))))

    started = play.stage.now
    play.answers[names.CHECK_REPLICATION] = progress
    play.start(Settings(poll_interval_max=timedelta(seconds=60))).until("AwaitingApproval")
    assert play.stage.now - started >= slow
    assert play.called(names.CHECK_REPLICATION) > 300
    assert play.instance.longest_history < 300


def test_a_replication_event_is_looked_into_at_once(play: Play):
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    play.start()
    looks = play.called(names.CHECK_REPLICATION)
    play.answers[names.CHECK_REPLICATION] = value(report(100))
    play.say("ReplicationChanged")
    assert play.called(names.CHECK_REPLICATION) == looks + 1
    assert play.status["phase"] == "AwaitingApproval"


def test_a_flood_of_replication_events_keeps_the_history_bounded(play: Play):
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    play.start()
    for _ in range(100):
        play.say("ReplicationChanged", {"anything": 1})
    assert play.instance.longest_history < 300
    assert play.status["phase"] == "Replicating"


def test_a_replication_that_never_ends_fails_with_the_slow_region_named(play: Play):
    play.answers[names.CHECK_REPLICATION] = value(report(71))
    play.start()
    play.stage.advance(timedelta(hours=12, minutes=1))
    assert play.outcome == ("Failed", "ReplicationTimedOut")
    assert "westus2 at 71 %" in play.ended["reason"]
    assert play.ended["leftBehind"][-1] == VERSION


def test_a_build_that_fails_in_azure_tells_why(play: Play):
    failed = report(10).model_copy(update={"failure": "another generation", "failure_code": "Conflict"})
    play.answers[names.CHECK_REPLICATION] = value(failed)
    play.start()
    assert play.outcome == ("Failed", "Conflict")
    assert play.ended["step"] == "Replicating"


def test_throttling_is_waited_out_exactly(play: Play):
    answers = [later(324), value(None)]
    play.answers[names.ENSURE_GALLERY] = lambda _: answers.pop(0)
    play.start()
    play.stage.advance(timedelta(seconds=323))
    assert play.called(names.ENSURE_GALLERY) == 1
    play.stage.advance(timedelta(seconds=2))
    assert play.called(names.ENSURE_GALLERY) == 2


def test_a_step_that_stays_busy_fails_and_says_so(play: Play):
    play.answers[names.CREATE_IMAGE_VERSION] = later(60)
    play.start()
    play.stage.advance(timedelta(hours=12))
    assert play.outcome == ("Failed", "StillBusy")


def test_an_unavailable_azure_is_retried_and_then_told_as_an_outcome(play: Play):
    def unavailable(_: object) -> object:
        raise ArmUnavailableError("ServiceRequestError: no network")

    class ArmUnavailableError(Exception):
        pass

    play.answers[names.CREATE_IMAGE_VERSION] = unavailable
    play.start()
    play.stage.advance(timedelta(hours=1))
    assert play.called(names.CREATE_IMAGE_VERSION) == 8
    assert play.outcome == ("Failed", "AzureUnavailable")
    assert play.ended["leftBehind"] == [make_plan().definition.id]


def test_a_bug_in_an_activity_fails_the_instance_itself(play: Play):
    def bug(_: object) -> object:
        raise TypeError("unsupported operand")

    play.answers[names.VERIFY_IMAGE_VERSION] = bug
    play.start()
    play.stage.advance(timedelta(hours=1))
    assert play.instance.runtime_status == "FAILED"


@pytest.mark.parametrize("code", ["SourceInUse", "SourceLocked", "SourceChanged", "ReplicationIncomplete"])
def test_a_promise_that_does_not_hold_keeps_the_source(play: Play, code: str):
    play.answers[names.DELETE_SOURCE_IMAGE] = refusal(code, "because")
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("SourceKept", code)
    assert play.ended["reason"] == "because"


def test_a_delete_that_azure_refuses_later_keeps_the_source(play: Play):
    def follow(operation: dict[str, str]) -> object:
        if operation["url"].endswith("delete"):
            return Answer(value={"state": "Failed", "code": "OperationNotAllowed", "message": "in use"}).dump()
        return Answer(value={"state": "Succeeded"}).dump()

    play.answers[names.FOLLOW_OPERATION] = follow
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("SourceKept", "OperationNotAllowed")


def test_a_shallow_version_keeps_the_source_without_asking_anyone(play: Play):
    play.answers[names.VERIFY_IMAGE_VERSION] = refusal("ShallowReplication")
    play.start()
    assert play.outcome == ("SourceKept", "ShallowReplication")
    assert play.notified("approvalNeeded") == 0


def test_a_source_that_is_never_deleted_is_kept_after_the_promotion(play: Play):
    plan = make_plan(delete_source=DeleteSource.NEVER)
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(plan=plan))
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("SourceKept", "Policy")
    assert play.called(names.PROMOTE_IMAGE_VERSION) == 1
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


def test_nobody_is_asked_where_an_answer_would_change_nothing(play: Play):
    plan = make_plan(delete_source=DeleteSource.NEVER, exclude_from_latest=True)
    play.answers[names.PLAN_MIGRATION] = value(PlanResult(plan=plan))
    play.start()
    assert play.outcome == ("SourceKept", "Policy")
    assert play.notified("approvalNeeded") == 0


def test_a_cancelled_replication_tells_what_it_left_behind(play: Play):
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    play.start().say("Cancel", {"reason": "wrong gallery"})
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.ended["reason"] == "cancelled: wrong gallery"
    assert VERSION in play.ended["leftBehind"]


def test_a_cancel_while_waiting_for_approval_keeps_the_source(play: Play):
    play.start().until("AwaitingApproval").say("Cancel", "whatever")
    assert play.outcome == ("Cancelled", "Cancelled")
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


def test_a_cancel_after_approval_comes_too_late(play: Play):
    play.start().until("AwaitingApproval").approve().say("Cancel").until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_an_outcome_that_cannot_be_recorded_stays_what_it_is(play: Play):
    play.answers[names.RECORD_OUTCOME] = refusal("ScopeLocked", "locked")
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert "ScopeLocked" in play.status["notes"][-1]
