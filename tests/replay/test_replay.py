"""Stored histories of every main path against today's orchestrator: what breaks here would break running instances."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from migration.course.state import MigrationState

from dev.host.stage.history import history_from_json, history_to_json, replay
from migration import names
from migration.values.outcome import Phase
from orchestrators import approving, migrate_image, preparing, replicating
from orchestrators.calling import call
from orchestrators.migrate_image import STEPS
from tests.replay.record import HISTORIES, perform, started
from tests.replay.stories import STORIES
from tests.workflows.conftest import VERSION, Play

WORDS = {"reason", "detail", "notes"}  # for people
STORED = sorted(HISTORIES.glob("*.json"))
EARLIER = sorted((HISTORIES.parent / "earlier").glob("*.json"))


def deviations(history: str) -> list[str]:
    """How today's orchestrator deviates, at the end of the history or at any turn before it."""
    return [problem for so_far in turns(history) for problem in _deviations(so_far)]


def turns(history: str) -> list[str]:
    """The history as it stood after each of its turns: one that ends too early does so at one of them."""
    events = history_from_json(history)
    begun = [index for index, event in enumerate(events) if event.HasField("orchestratorStarted")]
    return [history_to_json(events[:end]) for end in [*begun[1:], len(events)]]


def _deviations(history: str) -> list[str]:
    """A result may say more than the stored one, and in other words: neither changes what an instance does."""
    stored = history_from_json(history)[-1].executionCompleted.result.value
    return [problem for problem in replay(migrate_image.migrate_image, history) if not _only_adds(problem, stored)]


def _only_adds(problem: str, stored: str) -> bool:
    returned = problem.removeprefix("returns ").removesuffix(f", not {stored}")
    if problem != f"returns {returned}, not {stored}":
        return False
    return _includes(json.loads(returned), json.loads(stored))


def _includes(today: Any, stored: Any) -> bool:
    if isinstance(stored, dict) and isinstance(today, dict):
        compared = {key: value for key, value in stored.items() if key not in WORDS}
        return all(key in today and _includes(today[key], value) for key, value in compared.items())
    if isinstance(stored, list) and isinstance(today, list):
        return len(today) == len(stored) and all(map(_includes, today, stored))
    return bool(today == stored)


def stored(name: str) -> str:
    return (HISTORIES / f"{name}.json").read_text()


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_history_replays(path: Path):
    assert deviations(path.read_text()) == []


def test_every_story_has_its_history():
    assert {path.stem for path in STORED} == STORIES.keys()


def test_the_histories_go_through_every_phase():
    assert {story.phase for story in STORIES.values()} == STEPS.keys()


@pytest.mark.parametrize("name", ["replicated-after-several-looks", "waiting-for-approval", "failed"])
def test_a_recording_is_the_same_every_time(name: str):
    assert perform(STORIES[name]) == perform(STORIES[name])


def test_no_stored_execution_is_long():
    assert max(len(history_from_json(path.read_text())) for path in STORED) < 300


# What waits for days may wait across the upgrade to records: these histories were written before it.


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_an_instance_that_waited_across_the_upgrade_goes_on(path: Path):
    assert deviations(path.read_text()) == []


def test_an_approval_of_before_the_upgrade_opens_nothing_and_the_question_is_asked_once_anew():
    (waiting,) = (path for path in EARLIER if path.stem == "waiting-for-approval")
    begun = started(history_from_json(waiting.read_text()))
    play = Play()
    play.begin(MigrationState.model_validate_json(begun.input.value), begun.orchestrationInstance.instanceId)
    approval = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "proof": "signed before"}
    play.say("Approval", approval).say("Approval", approval)
    assert (play.status["phase"], play.status["approval"]) == ("AwaitingApproval", None)
    assert (play.called(names.OPEN_QUESTION), play.notified("approvalNeeded")) == (1, 1)
    play.approve().until("Done")
    assert play.outcome == ("Migrated", "Migrated")


# A replay that finds nothing proves something only if it finds what is there.


def in_another_order(ctx: Any, state: Any, _cancel: Any) -> Any:
    yield from call(ctx, names.ENSURE_IMAGE_DEFINITION, state)
    yield from call(ctx, names.ENSURE_GALLERY, state)
    return state.model_copy(update={"phase": Phase.CREATING})


def without_a_step(ctx: Any, state: Any, _cancel: Any) -> Any:
    yield from call(ctx, names.ENSURE_GALLERY, state)
    return state.model_copy(update={"phase": Phase.CREATING})


def with_one_more(ctx: Any, state: Any, cancel: Any) -> Any:
    state = yield from preparing.prepare(ctx, state, cancel)
    yield from call(ctx, names.ENSURE_GALLERY, state)
    return state


def with_another_result(ctx: Any, state: Any, cancel: Any) -> Any:
    state = yield from preparing.prepare(ctx, state, cancel)
    return state.model_copy(update={"phase": Phase.REPLICATING})


@pytest.mark.parametrize("changed", [in_another_order, without_a_step, with_one_more, with_another_result])
def test_a_changed_orchestrator_is_caught(monkeypatch, changed: Callable[..., Any]):
    monkeypatch.setitem(STEPS, Phase.PREPARING, changed)
    assert deviations(stored("prepared"))


def test_a_renamed_activity_is_caught(monkeypatch):
    monkeypatch.setattr(names, "PLAN_MIGRATION", "make_plan")
    assert deviations(stored("planned"))


@pytest.mark.parametrize("name", ["replicating", "replicated-after-several-looks"])
def test_a_wait_that_is_gone_is_caught(monkeypatch, name: str):
    monkeypatch.setattr(replicating, "LOOKS_PER_EXECUTION", 1)
    assert deviations(stored(name))


def test_a_renamed_event_is_caught(monkeypatch):
    monkeypatch.setattr(names, "APPROVAL_EVENT", "Decision")
    assert deviations(stored("approved"))


def test_a_timer_that_became_an_activity_is_caught(monkeypatch):
    def look(ctx: Any, _state: Any, _cancel: Any) -> Any:
        yield ctx.call_activity(names.LOOK_AT_QUESTION)

    monkeypatch.setitem(STEPS, Phase.AWAITING_APPROVAL, look)
    assert deviations(stored("waiting-for-approval"))


def test_a_look_that_is_gone_is_caught(monkeypatch):
    def unseen(*_: Any) -> Any:
        yield from ()
        return {"kind": "open"}

    monkeypatch.setattr(approving, "call", unseen)
    assert deviations(stored("approved"))


def test_a_field_that_is_new_breaks_nothing():
    older = stored("verified").replace('\\"round\\": 1, ', "")
    assert older != stored("verified")
    assert deviations(older) == []


def test_other_words_in_a_reason_break_nothing():
    other = stored("rejected").replace("rejected by Ada", "Ada rejected it")
    assert other != stored("rejected")
    assert deviations(other) == []


def test_another_outcome_is_caught():
    other = stored("rejected").replace('\\"code\\": \\"Rejected\\"', '\\"code\\": \\"Other\\"')
    assert other != stored("rejected")
    assert deviations(other)


def test_a_field_that_is_gone_is_caught():
    other = stored("verified").replace('\\"round\\": 1, ', '\\"round\\": 1, \\"gone\\": 1, ')
    assert deviations(other)
