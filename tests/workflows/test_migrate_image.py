"""The story of one migration, from its plan to its outcome."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.course import steps
from migration.course.places import Places
from migration.promise.evidence import Consumer
from migration.resources.gallery import ImageVersion
from migration.resources.operation import OperationStatus
from migration.resources.states import ProvisioningState
from migration.telling.status import Status
from migration.values.outcome import Phase
from migration.values.problems import Problem
from records import index
from records.places.held import read_places, swap_places
from tests.support.samples import SOURCE, VERSION, done
from tests.support.stage.hooks import Real, throttled
from tests.support.stage.play import Play
from tests.support.steps import OF_AN_IMAGE

NO_NETWORK = ArmUnavailableError("ServiceRequestError", "no network")


def test_an_approved_migration_ends_with_the_source_deleted(play: Play):
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.azure.image is None
    assert (play.instance.runtime_status, play.instance.output) == ("COMPLETED", {"run": "run 1"})
    assert play.question.approval is not None
    assert play.question.approval.approver == "Ada"
    first_calls = list(dict.fromkeys(name for name, _ in play.stage.calls))
    not_called = {steps.CANCEL_RUN.name, steps.LOOK_AT_SOAK.name}
    assert set(first_calls) == set(OF_AN_IMAGE) - not_called
    beside = {*not_called, steps.SEND_NOTIFICATIONS.name, steps.DELIVER_NOTIFICATIONS.name}
    in_order = [name for name in OF_AN_IMAGE if name not in beside]
    assert [name for name in first_calls if name not in beside] == in_order
    assert play.audited == [
        "requested",
        "planned",
        "version started",
        "version verified",
        "asked",
        "approved",
        "told",
        "promoted",
        "promise checked",
        "ended",
        "told",
    ]
    assert play.post.sent == ["approvalNeeded", "decided", "done"]


def test_nothing_is_called_after_a_plan_with_problems(play: Play):
    play.azure.problems = [Problem(field=str(n), code=f"P{n}", message="wrong") for n in range(3)]
    play.start()
    assert play.outcome == ("Refused", "PlanProblems")
    assert play.ended.reason == "0: wrong (P0); 1: wrong (P1); 2: wrong (P2)"
    assert [name for name, _ in play.stage.calls if name != steps.DELIVER_NOTIFICATIONS.name] == [
        steps.PLAN_MIGRATION.name,
        steps.RECORD_OUTCOME.name,
        steps.SEND_NOTIFICATIONS.name,
        steps.LOOK_FOR_NEWS.name,
    ]


def test_the_list_of_migrations_is_told_of_every_phase(play: Play, monkeypatch: pytest.MonkeyPatch):
    told: list[Any] = []

    async def note(entity: dict[str, Any], **_: Any) -> None:
        if entity["PartitionKey"] == index.PARTITION:
            told.append((entity["phase"], entity["outcome"]))

    monkeypatch.setattr(play.records, "upsert_entity", note)
    play.start().until("AwaitingApproval").approve().until("Done")
    without_a_soak = [phase.value for phase in Phase if phase is not Phase.SOAKING]
    assert list(dict.fromkeys(phase for phase, _ in told)) == without_a_soak
    assert told[-1] == ("Done", "Migrated")


async def _know_places() -> None:
    """What is being made is in a row of its own, which is made of the list once."""
    assert await swap_places(await read_places(), Places())


def test_a_list_that_cannot_be_written_holds_nothing_up(play: Play):
    asyncio.run(_know_places())
    play.records.broken = {index.PARTITION}
    play.start().until("AwaitingApproval").approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


def test_the_plan_is_in_the_record_once_it_is_made(play: Play):
    play.start().until("AwaitingApproval")
    assert play.run.planned.version == "1.0.0"
    assert play.run.start.requested_by == "someone"
    assert set(play.instance.input) == {"format", "run", "phase"}


def test_a_six_hour_replication_keeps_every_execution_under_300_events(play: Play):
    slow = timedelta(hours=6)
    play.configure(poll_interval_max="PT60S")
    started = play.stage.now
    play.azure.progress = lambda: min(100, int((play.stage.now - started) / slow * 100))
    play.start().stage.advance(slow - timedelta(minutes=2))
    assert play.phase == "Replicating"
    play.until("AwaitingApproval")
    assert play.called(steps.CHECK_REPLICATION.name) > 300
    assert play.instance.longest_history < 300


def test_a_replication_event_is_looked_into_at_once(play: Play):
    play.azure.progress = 50
    play.start().until("Replicating")
    looks = play.called(steps.CHECK_REPLICATION.name)
    play.azure.progress = 100
    play.say("ReplicationChanged")
    assert play.called(steps.CHECK_REPLICATION.name) == looks + 1
    assert play.phase == "AwaitingApproval"


def test_a_flood_of_replication_events_keeps_the_history_bounded(play: Play):
    play.azure.progress = 50
    play.start().until("Replicating")
    for _ in range(100):
        play.say("ReplicationChanged", {"anything": 1})
    assert play.instance.longest_history < 300
    assert play.phase == "Replicating"


def test_a_replication_that_never_ends_fails_with_the_slow_region_named(play: Play):
    play.azure.progress = 71
    play.start()
    play.stage.advance(timedelta(hours=12, minutes=1))
    assert play.outcome == ("Failed", "ReplicationTimedOut")
    assert "westus2 at 71 %" in play.ended.reason
    assert play.ended.left_behind[-1] == VERSION


def test_a_build_that_fails_in_azure_tells_why(play: Play):
    play.azure.answers["follow"] = OperationStatus(state="Failed", code="Conflict", message="another generation")
    play.azure.answers["get_version"] = lambda _, **__: (
        play.azure.version and play.azure.version.changed(provisioning_state=ProvisioningState.FAILED)
    )
    play.start().until("Done")
    assert play.outcome == ("Failed", "Conflict")
    assert (play.ended.step, play.ended.reason) == ("Replicating", "another generation")


def test_a_build_that_fails_for_zones_nobody_asked_for_is_made_again_without(play: Play):
    zoned = [one.changed(storage_account_type="Standard_ZRS", preferred=True) for one in play.azure.plan.target_regions]
    play.azure.plan = play.azure.plan.changed(target_regions=zoned, version_is_auto=True)

    def version(asked: str, **_: bool) -> ImageVersion | None:
        found = play.azure.version if play.azure.version and play.azure.version.id == asked else None
        if found is None or found.target_regions == zoned:
            return found and found.changed(provisioning_state=ProvisioningState.FAILED)
        return found.changed(provisioning_state=ProvisioningState.SUCCEEDED, replication=done("eastus", "westus2"))

    refusal = "ZRS storage account type is not supported in this region."
    play.azure.answers["follow"] = OperationStatus(state="Failed", code="InvalidParameter", message=refusal)
    play.azure.answers["get_version"] = version
    play.start().until("AwaitingApproval")
    assert play.run.planned.version == "1.0.1"
    assert {region.storage_account_type for region in play.run.planned.target_regions} == {"Standard_LRS"}
    assert [event for event in play.audited if event in {"version started", "stored in one zone"}] == [
        "version started",
        "stored in one zone",
        "version started",
    ]


def test_throttling_is_waited_out_exactly(play: Play):
    gallery, throttle = play.azure.gallery, throttled(324)
    play.azure.answers["get_gallery"] = lambda asked: throttle(asked) or gallery
    play.start()
    play.stage.advance(timedelta(seconds=323))
    assert play.called(steps.ENSURE_GALLERY.name) == 1
    play.stage.advance(timedelta(seconds=2))
    assert play.called(steps.ENSURE_GALLERY.name) == 2


PASSING = {
    "AzureUnavailable": NO_NETWORK,
    "Throttled": ArmThrottledError("Throttled", "too many requests", 60),
    "NotYet": ArmNotFoundError("NotYet", "not there yet"),
}


@pytest.mark.parametrize("code", PASSING)
def test_what_passes_is_waited_for_and_told_until_patience_ends(play: Play, code: str):
    play.azure.answers["start_version"] = PASSING[code]
    play.start()
    began = play.stage.now
    play.stage.advance(timedelta(days=1, hours=23))
    status = Status.of(play.record, play.run)
    assert status.cause is not None
    assert (play.phase, status.waiting_for, status.cause.code) == ("Creating", "azure", code)
    assert timedelta(0) <= status.cause.since - began < timedelta(minutes=1)
    assert status.cause.until - status.cause.since == timedelta(days=2)
    assert play.called(steps.CREATE_IMAGE_VERSION.name) < 400
    assert play.instance.longest_history < 300
    play.stage.advance(timedelta(hours=2))
    assert play.outcome == ("Failed", code)
    assert "waited for 2 days" in play.ended.reason


def test_a_wrong_setting_is_waited_for_and_named(play: Play):
    play.start().until("AwaitingApproval")
    play.hub.hears = False
    play.approve()
    play.configure(regions="east us!")
    play.say("Approval", {"look": True}).stage.advance(timedelta(hours=3))
    status = Status.of(play.record, play.run)
    assert (play.run.is_live, status.waiting_for) == (True, "settings")
    assert status.cause is not None
    assert "MIGRATION_REGIONS" in status.cause.message
    play.configure(regions="eastus").stage.advance(timedelta(hours=1))
    assert play.outcome == ("Migrated", "Migrated")
    assert play.run.obstacles == []


def test_a_bug_in_an_activity_fails_the_instance_itself(play: Play):
    play.azure.answers["get_version"] = TypeError("unsupported operand")
    play.start()
    play.stage.advance(timedelta(hours=1))
    assert play.instance.runtime_status == "FAILED"
    assert play.run.is_live


def test_a_migration_that_a_bug_has_ended_is_closed_in_its_record(play: Play):
    """What the task hub lost would be under way for ever, and its image never migrated again."""
    test_a_bug_in_an_activity_fails_the_instance_itself(play)
    play.look_after().stage.advance(timedelta(minutes=3))
    play.look_after()
    assert play.outcome == ("Cancelled", "Terminated")
    del play.azure.answers["get_version"]
    play.start().until("AwaitingApproval")
    assert play.run.number == 2


def test_a_shallow_version_keeps_the_source_without_asking_anyone(play: Play):
    play.azure.progress = 50
    play.start().until("Replicating")
    assert play.azure.version is not None
    play.azure.version = play.azure.version.changed(replication_mode="Shallow")
    play.azure.progress = 100
    play.until("Done")
    assert play.outcome == ("SourceKept", "ShallowReplication")
    assert play.notified("approvalNeeded") == 0


def test_whoever_accepts_a_version_keeps_its_source(play: Play):
    play.start().until("AwaitingApproval").approve(decision="accept").until("Done")
    assert play.outcome == ("SourceKept", "Accepted")
    assert "as Ada decided" in play.ended.reason
    assert (play.azure.asked["start_promotion"], play.azure.asked["start_delete"]) == (1, 0)


@pytest.mark.parametrize("error", [ArmRefusedError("ScopeLocked", "locked"), NO_NETWORK], ids=["refused", "away"])
def test_an_outcome_that_cannot_be_recorded_stays_what_it_is(play: Play, error: Exception):
    play.azure.answers["merge_tags"] = error
    play.start().until("AwaitingApproval").approve().until("Done")
    play.stage.advance(timedelta(days=3))
    assert play.outcome == ("Migrated", "Migrated")
    assert error.code in play.run.notes[-1]  # type: ignore[attr-defined]  # both are errors of Azure's
    assert (play.instance.runtime_status, play.notified("done")) == ("COMPLETED", 1)


def test_promoting_that_takes_many_looks_does_not_start_over(play: Play):
    """It took up the verification again after twenty looks, and ended as ReplicationIncomplete."""
    play.start().until("AwaitingApproval")
    done = play.stage.now + timedelta(hours=9)
    play.azure.progress_then = lambda: 100 if play.stage.now >= done else 50
    play.approve().until("Promoting")
    looks = play.called(steps.CHECK_REPLICATION.name)
    play.stage.advance(timedelta(hours=8))
    assert play.called(steps.CHECK_REPLICATION.name) - looks > 40
    assert (play.phase, play.called(steps.OPEN_QUESTION.name)) == ("Promoting", 1)
    play.until("Done")
    assert play.outcome == ("Migrated", "Migrated")
    assert play.azure.asked["start_promotion"] == 1
    assert play.instance.longest_history < 300


def test_promoting_is_waited_for_as_long_as_replication(play: Play):
    play.start().until("AwaitingApproval")
    play.azure.progress_then = 50
    play.approve().until("Promoting")
    play.stage.advance(timedelta(hours=11, minutes=50))
    assert play.phase == "Promoting"
    play.stage.advance(timedelta(minutes=20))
    assert play.outcome == ("Failed", "ReplicationTimedOut")
    assert play.called(steps.DELETE_SOURCE_IMAGE.name) == 0


@pytest.mark.parametrize("decision", ["reject", "approve"])
def test_a_long_migration_returns_less_than_the_engine_carries(play: Play, decision: str):
    """The engine fails an orchestration whose status or output takes more than 16 KB of UTF-16."""
    users = [Consumer(id=f"{SOURCE}/{number}", kind="machines-without-own-disk") for number in range(300)]
    play.azure.answers["find_consumers"] = users
    play.azure.answers["merge_tags"] = ArmRefusedError("ScopeLocked", "locked " * 3000)
    play.start().until("AwaitingApproval")
    long = {"comment": "\u20ac" * 1024, "approver": "\u20ac\u00e4" * 128}
    play.approve(decision=decision, checks=("checked " * 100,) * 10, **long).until("Done")
    for carried in (play.instance.output, play.instance.custom_status, *(told for _, told in play.stage.calls)):
        assert len(json.dumps(carried).encode("utf-16-le")) < 16 * 1024
    assert play.run.audit[0].event == "requested"
    assert play.outcome[0] == "SourceKept"


def test_a_run_whose_first_step_is_done_twice_is_planned_once(play: Play):
    """The worker was gone before its answer was heard, and the platform had the step done again."""
    lost: list[Any] = []

    async def done_and_lost(told: Any, real: Real) -> Any:
        answer = await real(told)
        if not lost:
            lost.append(answer)
            raise ConnectionResetError("the worker is gone")
        return answer

    play.hooks[steps.PLAN_MIGRATION.name] = done_and_lost
    play.start().until("AwaitingApproval")
    assert (play.called(steps.PLAN_MIGRATION.name), play.azure.asked["draw_up_plan"]) == (2, 1)
    assert play.audited.count("planned") == 1
