"""Stored histories of every main path against today's orchestrator: what breaks here would break running instances."""

import json
from collections.abc import Callable
from dataclasses import replace as changed_in
from pathlib import Path
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest

from dev.host.stage.history import _execute, _split, history_from_json, history_to_json, replay
from migration import names
from migration.course import steps
from migration.values.outcome import Phase
from orchestrators import migrate_fleet, migrate_image, phases, tell_people
from orchestrators.calling import step
from orchestrators.phases import PHASES
from tests.replay.record import HISTORIES, perform
from tests.replay.stories import STORIES
from tests.support.stage.histories import started

WORDS = {"reason", "detail", "notes"}  # for people
STORED = sorted(HISTORIES.glob("*.json"))
EARLIER = [HISTORIES.parent / "earlier" / f"{name}.json" for name in ("replicating", "waiting-for-approval")]


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
    return [problem for problem in replay(orchestrator_of(history), history) if not _only_adds(problem, stored)]


def orchestrator_of(history: str) -> Any:
    name = started(history_from_json(history)).name
    known = {names.MIGRATE_IMAGE: migrate_image.migrate_image, names.TELL_PEOPLE: tell_people.tell_people}
    return (known | {names.MIGRATE_FLEET: migrate_fleet.migrate_fleet})[name]


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
    assert {story.phase for story in STORIES.values()} == {*PHASES, Phase.DONE, None}


def test_the_histories_go_through_every_activity():
    told = "".join(path.read_text() for path in STORED)
    assert [name for name in steps.NAMES if f'"name": "{name}"' not in told] == []


@pytest.mark.parametrize("name", ["replicated-after-several-looks", "waiting-for-approval", "failed"])
def test_a_recording_is_the_same_every_time(name: str):
    assert perform(STORIES[name]) == perform(STORIES[name])


def test_no_stored_execution_is_long():
    assert max(len(history_from_json(path.read_text())) for path in STORED) < 300


# Instances of the format before were live when the release changed: nothing of them is gone on with.


def completions(history: list[pb.HistoryEvent]) -> list[pb.CompleteOrchestrationAction]:
    """What today's orchestrator ends a history with, after its last turn."""
    past, new, _ = _split(history)
    actions = _execute(migrate_image.migrate_image, past, new)
    assert all(action.HasField("completeOrchestration") for action in actions), "it does something, and does not end"
    return [action.completeOrchestration for action in actions]


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: path.stem)
def test_an_instance_of_the_format_before_ends_at_its_next_event_without_an_error(path: Path):
    """The engine took its end for a step that its history has already, and it stayed live for ever."""
    history = history_from_json(path.read_text())
    (end,) = completions([*history, *woken()])
    if end.orchestrationStatus == pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW:  # with nothing left that it could repeat
        (end,) = completions(begun_anew(history, end.result.value))
    assert (end.orchestrationStatus, end.failureDetails.errorMessage) == (pb.ORCHESTRATION_STATUS_COMPLETED, "")
    assert "earlier release" in json.loads(end.result.value)["ended"]


def woken() -> list[pb.HistoryEvent]:
    """A turn in which an event has come."""
    raised = pb.HistoryEvent(eventId=-1, eventRaised=pb.EventRaisedEvent(name="Approval"))
    return [pb.HistoryEvent(eventId=-1, orchestratorStarted=pb.OrchestratorStartedEvent()), raised]


def begun_anew(history: list[pb.HistoryEvent], payload: str) -> list[pb.HistoryEvent]:
    """The history of the execution that follows a continue-as-new."""
    first = [pb.HistoryEvent.FromString(event.SerializeToString()) for event in history[:2]]
    started(first).input.value = payload
    return first


# A replay that finds nothing proves something only if it finds what is there.


def as_it_is(ctx: Any, own: Any, cancel: Any) -> Any:
    yield from step(ctx, steps.ENSURE_GALLERY, own, cancel)
    yield from step(ctx, steps.ENSURE_IMAGE_DEFINITION, own, cancel)


def test_what_is_planted_is_found_by_what_it_does_and_not_by_an_error_of_its_own(monkeypatch):
    monkeypatch.setitem(PHASES, Phase.PREPARING, as_it_is)
    assert deviations(stored("prepared")) == []


def in_another_order(ctx: Any, own: Any, cancel: Any) -> Any:
    yield from step(ctx, steps.ENSURE_IMAGE_DEFINITION, own, cancel)
    yield from step(ctx, steps.ENSURE_GALLERY, own, cancel)


def without_a_step(ctx: Any, own: Any, cancel: Any) -> Any:
    yield from step(ctx, steps.ENSURE_GALLERY, own, cancel)


def with_one_more(ctx: Any, own: Any, cancel: Any) -> Any:
    yield from step(ctx, steps.ENSURE_GALLERY, own, cancel)
    yield from step(ctx, steps.ENSURE_GALLERY, own, cancel)
    yield from step(ctx, steps.ENSURE_IMAGE_DEFINITION, own, cancel)


@pytest.mark.parametrize("changed", [in_another_order, without_a_step, with_one_more])
def test_a_changed_orchestrator_is_caught(monkeypatch, changed: Callable[..., Any]):
    monkeypatch.setitem(PHASES, Phase.PREPARING, changed)
    assert deviations(stored("prepared"))


def test_a_renamed_activity_is_caught(monkeypatch):
    monkeypatch.setattr(steps, "PLAN_MIGRATION", changed_in(steps.PLAN_MIGRATION, name="make_plan"))
    assert deviations(stored("planned"))


@pytest.mark.parametrize("name", ["replicating", "replicated-after-several-looks"])
def test_a_wait_that_is_gone_is_caught(monkeypatch, name: str):
    monkeypatch.setattr(phases, "LOOKS_PER_EXECUTION", 1)
    assert deviations(stored(name))


def test_a_renamed_event_is_caught(monkeypatch):
    monkeypatch.setattr(names, "APPROVAL_EVENT", "Decision")
    assert deviations(stored("approved"))


def test_a_timer_that_became_an_activity_is_caught(monkeypatch):
    def look(ctx: Any, _own: Any, cancel: Any) -> Any:
        yield ctx.call_activity(steps.LOOK_AT_QUESTION.name)

    monkeypatch.setitem(PHASES, Phase.AWAITING_APPROVAL, look)
    assert deviations(stored("waiting-for-approval"))


def test_a_look_that_is_gone_is_caught(monkeypatch):
    def unseen(ctx: Any, _activity: Any, own: Any, cancel: Any) -> Any:
        return (yield from step(ctx, steps.SEND_NOTIFICATIONS, own, cancel))

    monkeypatch.setattr(phases, "step", unseen)
    assert deviations(stored("approved"))


def test_another_end_is_caught():
    gone = stored("rejected").replace('\\"run\\": \\"run 1\\"}"', '\\"ended\\": \\"gone\\"}"')
    assert gone != stored("rejected")
    assert deviations(gone)


def test_a_field_that_is_new_breaks_nothing():
    older = without_in_results(stored("verified"), '\\"format\\": 2, ')
    assert older != stored("verified")
    assert deviations(older) == []


def test_another_phase_is_caught():
    other = without_in_results(stored("verified"), "AwaitingApproval", "Promoting")
    assert other != stored("verified")
    assert deviations(other)


def test_a_field_that_is_gone_is_caught():
    other = without_in_results(stored("verified"), '\\"format\\": 2, ', '\\"format\\": 2, \\"gone\\": 1, ')
    assert deviations(other)


def without_in_results(history: str, text: str, other: str = "") -> str:
    """A history whose end says something else, or nothing, in place of a text."""
    before, ending = history.split('"executionCompleted"')
    return f'{before}"executionCompleted"{ending.replace(text, other)}'
