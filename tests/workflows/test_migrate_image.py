"""The story of one migration, from its plan to its outcome."""

import json
from datetime import timedelta

import pytest

from migration import names
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.plan.plan import PlanResult
from migration.values.outcome import Phase
from migration.values.problems import Problem
from tests.workflows.conftest import VERSION, Play, later, make_plan, refusal, report, value

BETWEEN = {names.FOLLOW_OPERATION, names.NOTE_PROGRESS}  # called again and again between the others


def test_an_approved_migration_ends_with_the_source_deleted(play: Play):
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.instance.runtime_status == "COMPLETED"
    assert play.status["approval"]["approver"] == "Ada"
    assert list(dict.fromkeys(name for name, _ in play.stage.calls if name not in BETWEEN)) == [
        name for name in names.ACTIVITIES if name not in BETWEEN
    ]
    assert [entry.event for entry in play.whole.audit] == [
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
        names.NOTE_PROGRESS,
        names.SEND_NOTIFICATION,
        names.LOOK_FOR_NEWS,
    ]


def test_the_list_of_migrations_is_told_of_every_phase(play: Play):
    play.start().until("AwaitingApproval").approve().until("Done")
    told = [state["phase"] for name, state in play.stage.calls if name == names.NOTE_PROGRESS]
    assert told == [*(phase.value for phase in Phase if phase is not Phase.PLANNING)]
    *_, last = (state for name, state in play.stage.calls if name == names.NOTE_PROGRESS)
    assert last["outcome"]["kind"] == "Migrated"


def test_a_list_that_cannot_be_written_holds_nothing_up(play: Play):
    play.answers[names.NOTE_PROGRESS] = refusal("RecordsMissing")
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_the_plan_is_in_the_input_once_it_is_made(play: Play):
    play.start().until("AwaitingApproval")
    assert play.instance.input["plan"]["version"] == "1.0.0"
    assert play.instance.input["start"]["requestedBy"] == "someone"


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


def test_an_outcome_that_cannot_be_recorded_stays_what_it_is(play: Play):
    play.answers[names.RECORD_OUTCOME] = refusal("ScopeLocked", "locked")
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert "ScopeLocked" in play.status["notes"][-1]


def test_promoting_that_takes_many_looks_does_not_start_over(play: Play):
    """It took up the verification again after twenty looks, and ended as ReplicationIncomplete."""
    play.start().until("AwaitingApproval")
    done = play.stage.now + timedelta(hours=9)
    play.answers[names.CHECK_REPLICATION] = lambda _: value(report(100 if play.stage.now >= done else 50))
    play.approve().until("Promoting")
    looks = play.called(names.CHECK_REPLICATION)
    play.stage.advance(timedelta(hours=8))
    assert play.called(names.CHECK_REPLICATION) - looks > 40
    assert (play.status["phase"], play.called(names.VERIFY_IMAGE_VERSION)) == ("Promoting", 1)
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.called(names.PROMOTE_IMAGE_VERSION) == 1
    assert play.instance.longest_history < 300


def test_promoting_is_waited_for_as_long_as_replication(play: Play):
    play.start().until("AwaitingApproval")
    play.answers[names.CHECK_REPLICATION] = value(report(50))
    play.approve().until("Promoting")
    play.stage.advance(timedelta(hours=11, minutes=50))
    assert play.status["phase"] == "Promoting"
    play.stage.advance(timedelta(minutes=20))
    assert play.outcome == ("Failed", "ReplicationTimedOut")
    assert play.called(names.DELETE_SOURCE_IMAGE) == 0


@pytest.mark.parametrize("phase", ["AwaitingApproval", "Promoting"])
def test_a_long_migration_returns_less_than_the_engine_carries(play: Play, phase: str):
    """The engine fails an orchestration whose status or output takes more than 16 KB of UTF-16."""
    consumers = ", ".join(f"virtual machine /subscriptions/s/resourceGroups/g/{number}" for number in range(300))
    play.answers[names.RECORD_OUTCOME] = {"value": {"notes": [f"note {number} {consumers}" for number in range(300)]}}
    play.start().until("AwaitingApproval")
    if phase == "AwaitingApproval":
        play.approve(decision="reject", comment="\u20ac" * 1024, approver="\u20ac" * 256, checks=[consumers] * 50)
    else:
        play.answers[names.PROMOTE_IMAGE_VERSION] = refusal("SourceInUse", consumers)
        play.approve(comment="\u20ac" * 1024)
    play.until("Done")
    for carried in (play.instance.output, play.instance.custom_status):
        assert len(json.dumps(carried).encode("utf-16-le")) < 16 * 1024
    assert play.whole.audit[0].event == "requested"
    assert play.outcome[0] == "SourceKept"
