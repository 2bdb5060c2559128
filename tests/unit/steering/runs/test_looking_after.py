"""Looking after runs: what never began is scheduled again, what was missed twice is closed, no more is concluded."""

from datetime import UTC, datetime

import pytest

from hub.task_hub import HubUnavailableError
from migration.record.admitting import APART
from migration.record.question import MAY_BE_SENT, Stage
from migration.record.run import Run, RunStage
from migration.resources.gallery import ImageVersion
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from records.store import hold
from steering.gathering import remaining
from steering.runs.looking_after import look_after, schedule, wake
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import OWN_ID, make_ended, make_outcome, make_question, make_record, make_run, make_version

LIVING = make_run(Phase.REPLICATING)
LONG_AGO = datetime.now(UTC) - APART


async def look(hub: FakeHub) -> bool:
    return await look_after(hub, await hold(OWN_ID))


def missed_before(records, run: Run = LIVING) -> None:
    records.put(make_record(run.changed(missing_since=LONG_AGO)))


async def test_what_is_there_is_left_alone(records):
    records.put(make_record(LIVING))
    writes = records.writes
    assert await look(FakeHub({OWN_ID}))
    assert records.writes == writes


@pytest.mark.parametrize(
    "run",
    [
        make_run(stage=RunStage.ADMITTED),
        make_run(Phase.VERIFYING, stage=RunStage.ADMITTED),
        make_run(Phase.DONE, stage=RunStage.ENDING, outcome=make_outcome()),
    ],
)
async def test_what_was_admitted_and_never_began_or_is_ending_is_scheduled_again_as_the_same_run(records, run: Run):
    """202 had been answered, the hub had been down for a moment, and nothing ever happened."""
    records.put(make_record(run))
    hub = FakeHub()
    for _ in range(2):
        await look(hub)
    ((migration_id, hint),) = hub.started
    assert (migration_id, hint.run, hint.phase) == (OWN_ID, "run 1", run.phase)
    assert records.run(OWN_ID) == run


async def test_missed_once_nothing_is_concluded(records):
    records.put(make_record(LIVING))
    hub = FakeHub()
    for _ in range(3):  # within a moment
        assert not await look(hub)
    run = records.run(OWN_ID)
    assert (run.outcome, run.stage, run.missing_since is not None) == (None, RunStage.BEGUN, True)
    assert (hub.started, hub.heard) == ([], [])


async def test_missed_twice_apart_it_is_closed_as_ended_from_outside(records):
    missed_before(records)
    assert not await look(FakeHub())
    run = records.run(OWN_ID)
    assert run.outcome is not None
    assert (run.stage, run.outcome.kind, run.outcome.code) == (RunStage.ENDED, OutcomeKind.CANCELLED, "Terminated")
    assert run.outcome.source is SourceSeen.UNKNOWN
    assert [note.partition(":")[0] for note in run.notes] == [
        "the outcome could not be recorded in tags",
        "what it left behind is not known",
    ]
    assert [one.id for one in records.kept()] == ["run 1"]
    assert [(row["outcome"], row["live"]) for row in records.listed()] == [("Cancelled", False)]


async def test_of_what_was_closed_from_outside_it_is_told_what_there_is(records, monkeypatch):
    """It was told as cancelled, and nobody said that its version was the only copy."""

    async def gone(_: str) -> None:
        return None

    async def is_gone(_: str) -> bool:
        return True

    async def complete(_: str, **_more: bool) -> ImageVersion:
        return make_version()

    monkeypatch.setattr(remaining, "get_image", gone)
    monkeypatch.setattr(remaining, "is_gone", is_gone)
    monkeypatch.setattr(remaining, "get_version", complete)
    missed_before(records, LIVING.changed(question=make_question()))
    await look(FakeHub())
    outcome = records.run(OWN_ID).outcome
    assert (outcome.source, outcome.only_copy) == (SourceSeen.GONE, True)
    assert not any("not known" in note for note in records.run(OWN_ID).notes)


@pytest.mark.parametrize("stage", sorted(MAY_BE_SENT))
async def test_what_was_ended_from_outside_while_it_deleted_is_unknown(records, stage: Stage):
    missed_before(records, make_run(Phase.DELETING_SOURCE, question=make_question(stage=stage)))
    await look(FakeHub())
    run = records.run(OWN_ID)
    assert run.outcome is not None
    assert (run.outcome.kind, run.outcome.code) == (OutcomeKind.UNKNOWN, "EndedWhileDeleting")


async def test_what_came_back_is_forgotten(records):
    missed_before(records)
    assert await look(FakeHub({OWN_ID}))
    assert records.run(OWN_ID) == LIVING


@pytest.mark.parametrize("run", [LIVING, make_run(stage=RunStage.ADMITTED)])
async def test_while_the_hub_is_down_nothing_is_concluded(records, run: Run):
    missed_before(records, run)
    before = records.get(OWN_ID)
    with pytest.raises(HubUnavailableError):
        await look(FakeHub(down=True))
    assert records.get(OWN_ID) == before


@pytest.mark.parametrize("record", [None, make_record(), make_record(make_ended())])
async def test_where_nothing_lives_nothing_is_looked_for(records, record):
    if record is not None:
        records.put(record)
    hub = FakeHub(down=True)
    assert not await look(hub)
    assert hub.started == []


async def test_a_run_that_ended_while_the_hub_was_asked_is_not_closed_otherwise(records):
    missed_before(records)
    held = await hold(OWN_ID)
    other = make_record(make_ended(id="run 1"))
    records.put(other)
    await look_after(FakeHub(), held)
    assert records.get(OWN_ID) == other


async def test_a_run_admitted_since_is_not_closed_for_the_one_before(records):
    missed_before(records)
    held = await hold(OWN_ID)
    other = make_record(make_run(Phase.CREATING, id="run 2"))
    records.put(other)
    await look_after(FakeHub(), held)
    assert records.get(OWN_ID) == other


async def test_waking_and_scheduling_raise_nothing_when_the_hub_gives_no_answer():
    hub = FakeHub(down=True)
    await wake(hub, OWN_ID, "Approval")
    await schedule(hub, OWN_ID, LIVING)
    assert (hub.started, hub.heard) == ([], [])


ANSWERED = make_question(stage=Stage.REPLACED)


@pytest.mark.parametrize(
    ("run", "engine_waits"),
    [
        (make_run(Phase.VERIFYING, question=ANSWERED), True),
        (make_run(Phase.DONE, stage=RunStage.ENDING, question=ANSWERED, outcome=make_outcome()), True),
        (make_run(Phase.VERIFYING, question=ANSWERED), False),
        (make_run(Phase.AWAITING_APPROVAL, question=make_question()), True),
    ],
)
async def test_an_orchestration_that_waits_for_an_answer_which_the_record_has_is_woken(records, run, engine_waits):
    """Whoever answered died between writing it down and waking: it waited until the question expired."""
    records.put(make_record(run))
    phase = Phase.AWAITING_APPROVAL if engine_waits else Phase.VERIFYING
    hub = FakeHub({OWN_ID}, phases={OWN_ID: phase})
    await look(hub)
    is_behind = engine_waits and run.phase is not Phase.AWAITING_APPROVAL
    assert hub.heard == ([(OWN_ID, "Approval")] if is_behind else [])


@pytest.mark.parametrize(("phase", "heard"), [(Phase.AWAITING_APPROVAL, 1), (Phase.REPLICATING, 0)])
async def test_an_orchestration_that_waits_for_an_answer_nobody_has_a_record_of_is_woken_for_the_run_that_was_admitted(
    records, phase, heard
):
    """It looked at the record after six hours only, and the new run waited as long."""
    run = LIVING.changed(stage=RunStage.ADMITTED, phase=Phase.PLANNING)
    records.put(make_record(run))
    hub = FakeHub({OWN_ID}, phases={OWN_ID: phase})
    await schedule(hub, OWN_ID, run)
    assert len(hub.heard) == heard
    assert await look(hub)
    assert len(hub.heard) == 2 * heard
