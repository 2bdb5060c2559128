"""Whoever holds the system key starts instances with any input: an instance that no record admits does nothing."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from migration.course import steps
from migration.course.standing import Hint
from migration.values.outcome import Phase
from tests.support.samples import VERSION
from tests.support.stage.play import Play

FOREIGN = ["mine", "migrate-web-0000000000", f"migrate-web-{'0' * 32}", f"migrate-other-{'1' * 32}"]
EARLIER = {
    "start": {"id": "migrate-web-7a7d6e0037", "requestedBy": "someone"},
    "phase": "DeletingSource",
    "imageVersionId": VERSION,
    "approval": {"decision": "approve", "approver": "Mallory"},
    "outcome": {"kind": "Migrated", "code": "Migrated", "reason": "said the forger", "step": "DeletingSource"},
}
GARBAGE: list[Any] = [
    None,
    7,
    "run 1",
    [],
    {},
    {"run": None},
    {"run": ["run 1"]},
    {"run": "run 1", "phase": "Nowhere"},
    {"run": "run 1", "phase": ["Planning"]},
    {"start": 7},
    {"__class__": "Popen", "__module__": "subprocess", "__data__": ["true"]},
]


def forge(play: Play, run: str, phase: Phase, instance_id: str | None = None) -> None:
    """Start an instance with a hint, and see that it ends without a word and changes nothing."""
    before, told = play.records.rows.copy(), list(play.post.tried)
    asked = play.azure.asked.copy()
    instance = play.forge(Hint(run=run, phase=phase).dump(), instance_id)
    play.stage.advance(timedelta(hours=1))
    instance = play.stage.instance(instance.instance_id)
    assert (instance.runtime_status, instance.failure) == ("COMPLETED", None)
    assert (play.records.rows, play.post.tried, play.azure.asked) == (before, told, asked)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("instance_id", FOREIGN)
def test_an_instance_under_a_foreign_id_does_nothing_at_all(play: Play, phase: Phase, instance_id: str):
    forge(play, "run 1", phase, instance_id)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("instance_id", FOREIGN)
def test_a_twin_of_the_live_run_does_nothing_under_another_id(play: Play, phase: Phase, instance_id: str):
    play.start().until("AwaitingApproval")
    forge(play, "run 1", phase, instance_id)
    assert play.phase == "AwaitingApproval"


@pytest.mark.parametrize("phase", Phase)
def test_a_run_that_no_record_has_admitted_does_nothing(play: Play, phase: Phase):
    forge(play, "run 7", phase, play.id)


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("run", ["run 1", "run 7"])
def test_an_ended_run_that_is_restarted_does_nothing(play: Play, phase: Phase, run: str):
    play.start().until("AwaitingApproval").approve(decision="reject").until("Done")
    outcome = play.ended
    before = play.record
    play.forge(Hint(run=run, phase=phase).dump(), play.id)
    assert (play.instance.runtime_status, play.instance.output) == (
        "COMPLETED",
        {"run": "run 1" if run == "run 1" else ""},
    )
    assert (play.ended, play.record, play.notified("done")) == (outcome, before, 1)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.AWAITING_APPROVAL])
def test_the_live_run_begun_again_in_another_phase_goes_on_where_the_record_has_it(play: Play, phase: Phase):
    """An operator has ended the instance, and somebody starts one that claims to have an approval."""
    play.start().until("AwaitingApproval").stage.terminate(play.id)
    play.stage.run()
    play.stage.calls.clear()
    play.forge(Hint(run="run 1", phase=phase).dump(), play.id)
    assert (play.phase, play.instance.runtime_status) == ("AwaitingApproval", "RUNNING")
    assert play.azure.asked["start_promotion"] == play.azure.asked["start_delete"] == 0
    assert play.notified("approvalNeeded") == 1
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


@pytest.mark.parametrize("phase", Phase)
def test_a_run_of_before_gives_way_to_the_one_that_lives(play: Play, phase: Phase):
    """Restarted under its own id, with its old input, where another run of the image is admitted by now."""
    play.azure.progress = 50
    play.start().until("Replicating").say("Cancel")
    play.start("Grace").until("Replicating").stage.terminate(play.id)
    play.stage.run()
    play.forge(Hint(run="run 1", phase=phase).dump(), play.id)
    assert (play.instance.runtime_status, play.instance.input["run"]) == ("RUNNING", "run 2")
    assert (play.run.number, play.phase) == (2, "Replicating")


@pytest.mark.parametrize("garbage", [*GARBAGE, EARLIER], ids=range(len(GARBAGE) + 1))
def test_an_input_that_is_no_hint_ends_alone_and_in_words(play: Play, garbage: Any):
    play.start().until("AwaitingApproval")
    before = play.record
    instance = play.forge(garbage, "migrate-web-7a7d6e0037")
    assert instance.runtime_status == "COMPLETED"
    assert "the source is kept" in instance.output["ended"]
    assert play.record == before


def test_an_instance_of_the_release_before_that_is_restarted_ends_in_words(play: Play):
    stored = json.loads((Path(__file__).parents[1] / "replay" / "earlier" / "waiting-for-approval.json").read_text())
    begun = next(event["executionStarted"] for event in stored["events"] if "executionStarted" in event)
    instance = play.forge(json.loads(begun["input"]), begun["orchestrationInstance"]["instanceId"])
    assert instance.runtime_status == "COMPLETED"
    assert "earlier release" in instance.output["ended"]
    assert play.stage.calls == []


def test_a_decision_in_the_input_is_none(play: Play):
    """An instance started from the middle waits for the record, whatever its input says was decided."""
    play.start().until("AwaitingApproval").stage.terminate(play.id)
    play.stage.run()
    play.forge(EARLIER | Hint(run="run 1", phase=Phase.AWAITING_APPROVAL).dump(), play.id)
    play.stage.advance(timedelta(days=1, hours=1))
    assert play.phase == "AwaitingApproval"
    assert play.question.decided is None
    assert play.called(steps.PROMOTE_IMAGE_VERSION.name) == play.called(steps.DELETE_SOURCE_IMAGE.name) == 0


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DONE])
def test_an_outcome_in_the_input_is_not_one(play: Play, phase: Phase):
    """It would have been recorded, told and believed."""
    play.start().until("AwaitingApproval").stage.terminate(play.id)
    play.stage.run()
    play.forge(EARLIER | Hint(run="run 1", phase=phase).dump(), play.id)
    assert play.run.outcome is None
    assert play.azure.tags == {}
    assert "said the forger" not in repr(play.instance.custom_status)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.PLANNING])
def test_a_migration_whose_record_is_gone_ends_and_says_so(play: Play, phase: Phase):
    forged = play.forge(Hint(run="run 1", phase=phase).dump(), play.id)
    assert (forged.runtime_status, play.post.tried, play.azure.asked.total()) == ("COMPLETED", [], 0)
    assert "the record of this image is gone" in forged.output["ended"]


@pytest.mark.parametrize("at", ["Replicating", "AwaitingApproval", "Promoting"])
def test_a_record_that_goes_missing_under_way_ends_its_migration(play: Play, at: str):
    play.azure.progress = play.azure.progress_then = 50
    play.start().until("Replicating")
    if at != "Replicating":
        play.azure.progress = 100
        play.until("AwaitingApproval")
    if at == "Promoting":
        play.approve().until("Promoting")
    play.records.forget(play.id)
    play.stage.advance(timedelta(hours=7))
    assert play.instance.runtime_status == "COMPLETED"
    assert "the record of this image is gone" in play.instance.output["ended"]
    assert play.azure.asked["start_delete"] == 0
