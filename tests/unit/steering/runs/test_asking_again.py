"""Asking again: a new question of a run that lives, else a new run that names the one before."""

from datetime import UTC, datetime

import pytest

from migration.course.starting import Requester
from migration.record.question import Stage
from migration.record.run import Run, RunStage
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind, Phase
from records.store import Held, hold
from steering.runs.asking_again import ask_again
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import (
    DEFAULTS,
    OWN_ID,
    VERSION,
    make_ended,
    make_outcome,
    make_person,
    make_question,
    make_record,
    make_run,
    make_start,
)

BOB = Requester("Bob", ("bob@example.com",))
OPEN = make_run(Phase.AWAITING_APPROVAL)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub({OWN_ID})


async def again(hub: FakeHub, held: Held | None = None) -> Run | Refusal:
    held = held or await hold(OWN_ID)
    assert held.run is not None
    return await ask_again(hub, held, held.run, BOB, DEFAULTS)


async def test_an_open_question_is_asked_anew_by_its_own_run(records, hub):
    records.put(make_record(OPEN))
    run = await again(hub)
    assert isinstance(run, Run)
    assert (run.id, run.phase) == ("run 1", Phase.VERIFYING)
    assert [one.name for one in run.requesters] == ["Eve", "Bob"]
    assert records.question(OWN_ID).stage is Stage.REPLACED
    assert hub.heard == [(OWN_ID, "Approval")]


@pytest.mark.parametrize("code", ["Rejected", "ApprovalExpired", "SourceInUse"])
async def test_what_ended_with_its_source_kept_is_asked_again_by_a_run_of_its_own(records, code: str):
    records.put(make_record(make_ended(make_outcome(code=code))))
    hub = FakeHub()
    run = await again(hub)
    assert isinstance(run, Run)
    assert (run.number, run.before, run.phase, run.image_version_id) == (2, "run 1", Phase.VERIFYING, VERSION)
    assert [one.name for one in run.requesters] == ["Eve", "Bob"]
    assert (run.start.asked_by, run.start.requested_by) == ("request", "Bob")
    ((_, hint),) = hub.started
    assert (hint.run, hint.phase) == (run.id, Phase.VERIFYING)


@pytest.mark.parametrize(
    "ended",
    [
        make_ended(make_outcome(OutcomeKind.FAILED, "X")),
        make_ended(make_outcome(OutcomeKind.CANCELLED, "Cancelled")),
        make_ended(make_outcome(code="Policy")),
        make_ended(image_version_id=None),
        make_ended(make_outcome(OutcomeKind.REFUSED, "X"), plan=None, image_version_id=None),
    ],
)
async def test_what_left_no_version_to_ask_about_is_started_again_from_planning(records, ended: Run):
    records.put(make_record(ended))
    run = await again(FakeHub())
    assert isinstance(run, Run)
    assert (run.before, run.phase, run.image_version_id) == ("run 1", Phase.PLANNING, None)
    assert [one.name for one in run.requesters] == ["Eve", "Bob"]


@pytest.mark.parametrize(
    "run",
    [
        make_ended(make_outcome(OutcomeKind.MIGRATED, "Migrated")),
        make_ended(start=make_start(request=None)),
        make_run(Phase.CREATING),
    ],
)
async def test_where_there_is_nothing_to_ask_nothing_is_asked(records, hub, run: Run):
    records.put(make_record(run))
    refusal = await again(hub)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "NothingToAsk"
    assert (records.run(OWN_ID), hub.started, hub.heard) == (run, [], [])


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.SENDING, Stage.SENT])
async def test_what_is_being_carried_out_is_not_asked_again(records, hub, stage: Stage):
    records.put(make_record(make_run(Phase.DELETING_SOURCE, question=make_question(stage=stage))))
    refusal = await again(hub)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "AlreadyApproved"


async def test_asking_again_while_somebody_starts_the_same_migration_is_a_refusal(records, hub):
    records.put(make_record(make_ended()))
    held = await hold(OWN_ID)
    other = make_record(make_run(id="run 2", number=2))
    records.put(other)
    refusal = await again(hub, held)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "UnderWay"
    assert records.get(OWN_ID) == other


async def test_asking_again_while_the_end_is_still_told_is_a_refusal(records, hub):
    records.put(make_record(make_ended(stage=RunStage.ENDING)))
    refusal = await again(hub)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "UnderWay"


async def test_asking_again_does_not_replace_a_question_that_somebody_else_has_asked_since(records, hub):
    """Its links were dead at once, and whoever had asked second was told that nothing had come of it."""
    records.put(make_record(OPEN))
    held = await hold(OWN_ID)
    asked_since = OPEN.changed(
        requesters=[make_person("Eve"), make_person("Cyd")],
        question=make_question(id="question 2", asked_at=datetime.now(UTC)),
    )
    records.put(make_record(asked_since))
    refusal = await again(hub, held)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "AskedAlready"
    assert records.run(OWN_ID) == asked_since


async def test_asking_again_what_was_ended_from_outside_is_not_answered_with_a_run_that_nothing_carries_out(records):
    """202 named a run without an orchestration: minutes later it was closed, and nobody had been asked."""
    records.put(make_record(OPEN))
    hub = FakeHub()
    result = await again(hub)
    assert isinstance(result, Refusal) or [hint.run for _, hint in hub.started] == [result.id]
