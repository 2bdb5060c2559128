"""A step happens only for the run and phase that the record admits; what it says crosses the boundary as an answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.admitting import Turn, When, admitted
from arm.transport.errors import ArmNotFoundError, ArmRefusedError, ArmThrottledError, ArmUnavailableError
from migration.asking.settings import SettingsInvalidError
from migration.course.standing import Wait
from migration.course.steps import StepInput
from migration.record.question import Stage
from migration.record.run import Obstacle, Run, RunStage
from migration.values.answer import Later, Refusal
from migration.values.outcome import OutcomeKind, Phase
from migration.values.value import READER
from records.errors import RecordsUnavailableError, RecordTooNewError
from tests.support.samples import OWN_ID, SOURCE, make_ended, make_outcome, make_question, make_record, make_run

LIVING = make_run(Phase.CREATING)
ENDING = make_run(Phase.DONE, stage=RunStage.ENDING, outcome=make_outcome())


class Done:
    """Notes that a step was taken, and says what a test wants."""

    def __init__(self, says: Any = None) -> None:
        self.times, self._says = 0, says

    async def __call__(self, turn: Turn[StepInput]) -> Any:
        self.times += 1
        if isinstance(self._says, Exception):
            raise self._says
        return await self._says(turn) if callable(self._says) else self._says


def said(run: str = "run 1", phase: Phase = Phase.CREATING, migration_id: str = OWN_ID) -> StepInput:
    return StepInput(run=run, phase=phase, migration_id=migration_id)


# Whose turn it is


@pytest.mark.parametrize(
    ("run", "when", "phase", "expected"),
    [
        (LIVING, When.IN_PHASE, Phase.CREATING, True),
        (LIVING, When.IN_PHASE, Phase.PLANNING, False),
        (LIVING, When.IN_PHASE, Phase.DELETING_SOURCE, False),
        (LIVING, When.ENDING, Phase.CREATING, False),
        (LIVING, When.ENDED, Phase.CREATING, False),
        (LIVING, When.ANY, Phase.DELETING_SOURCE, True),
        (ENDING, When.IN_PHASE, Phase.DONE, False),
        (ENDING, When.ENDING, Phase.CREATING, True),
        (ENDING, When.ENDED, Phase.DONE, False),
        (ENDING, When.ANY, Phase.DONE, True),
        (make_ended(), When.IN_PHASE, Phase.DONE, False),
        (make_ended(), When.ENDING, Phase.DONE, False),
        (make_ended(), When.ENDED, Phase.CREATING, True),
        (make_ended(), When.ANY, Phase.CREATING, True),
    ],
)
async def test_a_step_is_taken_for_the_phase_that_stands_in_the_record(
    records, run: Run, when: When, phase: Phase, expected: bool
):
    records.put(make_record(run))
    step = Done()
    await admitted(said(phase=phase), step, when)
    assert step.times == expected


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("run", [LIVING, ENDING, make_ended()])
async def test_an_instance_of_another_run_does_nothing_and_is_told_which_one_lives(records, run: Run, when: When):
    """A forged instance, a restarted or an old one wrote tags and rows, and used up wishes."""
    records.put(make_record(run))
    step, writes = Done(), records.writes
    answer = await admitted(said("run 0"), step, when)
    assert (step.times, records.writes) == (0, writes)
    if run.stage is RunStage.ENDED:
        assert (answer.stand.kind, answer.stand.run) == ("over", "")
    else:
        assert (answer.stand.kind, answer.stand.run, answer.stand.phase) == ("other", "run 1", run.phase)


@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize(("phase", "kind"), [(Phase.PLANNING, "over"), (Phase.DELETING_SOURCE, "gone")])
async def test_where_the_record_is_gone_nothing_is_done(records, caplog, when: When, phase: Phase, kind: str):
    step = Done()
    answer = await admitted(said(phase=phase), step, when)
    assert (step.times, answer.stand.kind) == (0, kind)
    assert ("nothing is deleted" in caplog.text) is (kind == "gone")


@pytest.mark.parametrize("when", When)
async def test_under_an_id_that_is_not_the_images_own_its_run_is_not_gone_on_with(records, when: When):
    """Two records of one image, one of them planted under an id of the forger's choice, made two runs of it."""
    planted = "migrate-web-" + "f" * 32
    records.put(make_record(LIVING, migration_id=OWN_ID))
    records.put_text(planted, records.rows["image", OWN_ID]["document0"])
    step = Done()
    assert (await admitted(said(migration_id=planted), step, when)).stand.kind == "over"
    assert step.times == 0


@pytest.mark.parametrize("when", When)
async def test_what_only_a_later_release_may_act_on_is_left_alone(records, when: When):
    records.put(make_record(LIVING, oldest_reader=READER + 1))
    step, writes = Done(), records.writes
    with pytest.raises(RecordTooNewError):
        await admitted(said(), step, when)
    assert (step.times, records.writes) == (0, writes)


async def test_a_store_that_is_down_lets_nothing_happen(records):
    records.put(make_record(LIVING))
    records.is_down = True
    step = Done()
    with pytest.raises(RecordsUnavailableError):
        await admitted(said(), step)
    assert step.times == 0


# What it says

NO_SETTINGS = SettingsInvalidError([])
NO_NETWORK = ArmUnavailableError("ServerBusy", "m")
HOURS = timedelta(hours=4)


@pytest.mark.parametrize(
    ("says", "later", "wait"),
    [
        (None, None, None),
        (Wait(seconds=7), None, Wait(seconds=7)),
        (Later(seconds=7, reason="busy"), Later(seconds=7, reason="busy"), None),
        (ArmThrottledError("T", "m", 324), Later(seconds=324, reason="m", code="T"), None),
        (ArmNotFoundError("ResourceNotFound", "m"), Later(seconds=5, reason="m", code="ResourceNotFound"), None),
        (NO_NETWORK, Later(seconds=5, reason="ServerBusy: m", code="AzureUnavailable"), None),
        (NO_SETTINGS, Later(seconds=5, reason=str(NO_SETTINGS), code="SettingsInvalid"), None),
        (Refusal(code="C", message="m", absent=SOURCE), Later(seconds=5, reason="m", code="C"), None),
    ],
)
async def test_what_a_step_returns_or_raises_crosses_the_boundary_as_an_answer(records, says, later, wait):
    records.put(make_record(LIVING))
    answer = await admitted(said(), Done(says))
    assert (answer.later, answer.wait, answer.refused) == (later, wait, None)
    assert records.run(OWN_ID).changed(obstacles=[]) == LIVING
    told = [answer.later.code] if answer.later and answer.later.code != "InProgress" else []
    assert [one.code for one in records.run(OWN_ID).obstacles] == told
    assert (answer.stand.kind, answer.stand.phase) == ("go", Phase.CREATING)


@pytest.mark.parametrize(
    ("says", "code"),
    [
        (Refusal(code="C", message="m"), "C"),
        (ArmRefusedError("ScopeLocked", "m"), "ScopeLocked"),
    ],
)
async def test_a_refusal_ends_the_run_in_the_record_where_it_is_told_from(records, says, code: str):
    records.put(make_record(LIVING))
    answer = await admitted(said(), Done(says))
    assert (answer.refused, answer.stand.ending) == (code, True)
    run = records.run(OWN_ID)
    assert run.outcome is not None
    assert (run.stage, run.outcome.kind, run.outcome.code) == (RunStage.ENDING, OutcomeKind.FAILED, code)


async def test_what_is_still_being_made_is_told_once_it_takes_long(records):
    records.put(make_record(LIVING))
    for tries in range(3):
        await admitted(said().changed(tries=tries), Done(Later(seconds=1, reason="being made")))
        assert records.run(OWN_ID).obstacles == []
    await admitted(said().changed(tries=3), Done(Later(seconds=1, reason="being made")))
    assert [one.code for one in records.run(OWN_ID).obstacles] == ["InProgress"]


async def test_the_same_cause_is_written_once_and_another_beside_it(records):
    records.put(make_record(LIVING))
    await admitted(said(), Done(NO_NETWORK))
    since, writes = records.run(OWN_ID).obstacles[0].since, records.writes
    await admitted(said(), Done(NO_NETWORK))
    assert records.writes == writes
    await admitted(said(), Done(NO_SETTINGS))
    assert [one.code for one in records.run(OWN_ID).obstacles] == ["AzureUnavailable", "SettingsInvalid"]
    assert records.run(OWN_ID).obstacles[0].since == since
    await admitted(said(), Done())
    assert records.run(OWN_ID).obstacles == []


async def test_a_cause_that_was_not_seen_for_long_had_passed(records):
    """One 503 now and one two days ago were two days of them."""
    now = datetime.now(UTC)
    long_ago = Obstacle(code="AzureUnavailable", message="m", since=now - timedelta(days=3), noted_at=now - HOURS)
    records.put(make_record(LIVING.changed(obstacles=[long_ago])))
    assert (await admitted(said(), Done(NO_NETWORK))).later is not None
    (seen,) = records.run(OWN_ID).obstacles
    assert seen.since >= now


@pytest.mark.parametrize(("waited", "seconds"), [(0, 5), (10, 5), (60, 30), (3600, 600), (86400, 600)])
async def test_looks_at_what_passes_grow_apart(records, waited: int, seconds: float):
    since = datetime.now(UTC) - timedelta(seconds=waited)
    seen = Obstacle(code="AzureUnavailable", message="m", since=since, noted_at=datetime.now(UTC))
    records.put(make_record(LIVING.changed(obstacles=[seen])))
    answer = await admitted(said(), Done(NO_NETWORK))
    assert answer.later.seconds == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize(
    ("phase", "question", "kind"),
    [
        (Phase.PLANNING, None, OutcomeKind.FAILED),
        (Phase.CREATING, None, OutcomeKind.FAILED),
        (Phase.VERIFYING, None, OutcomeKind.SOURCE_KEPT),
        (Phase.PROMOTING, Stage.APPROVED, OutcomeKind.SOURCE_KEPT),
        (Phase.DELETING_SOURCE, Stage.APPROVED, OutcomeKind.SOURCE_KEPT),
        (Phase.DELETING_SOURCE, Stage.SENDING, OutcomeKind.UNKNOWN),
    ],
)
async def test_what_never_passes_ends_the_run_once_its_patience_is_over(records, phase: Phase, question, kind):
    now = datetime.now(UTC)
    seen = Obstacle(code="AzureUnavailable", message="m", since=now - timedelta(days=2, seconds=1), noted_at=now)
    asked = make_question(stage=question) if question else None
    records.put(make_record(make_run(phase, obstacles=[seen], question=asked)))
    answer = await admitted(said(phase=phase), Done(NO_NETWORK))
    assert (answer.later, answer.stand.ending) == (None, True)
    outcome = records.run(OWN_ID).outcome
    assert (outcome.kind, outcome.code, outcome.step) == (kind, "AzureUnavailable", phase)


@pytest.mark.parametrize(("waited", "listed", "ends"), [(0, False, False), (301, True, False), (301, False, True)])
async def test_what_is_not_there_is_gone_only_after_time_and_by_what_would_hold_it(
    records, monkeypatch, waited: int, listed: bool, ends: bool
):
    async def is_gone(resource_id: str) -> bool:
        assert resource_id == SOURCE
        return not listed

    monkeypatch.setattr("activities.admitting.is_gone", is_gone)
    seen = Obstacle(code="SourceNotFound", message="m", since=datetime.now(UTC) - timedelta(seconds=waited))
    records.put(make_record(LIVING.changed(obstacles=[seen])))
    answer = await admitted(said(), Done(Refusal(code="SourceNotFound", message="m", absent=SOURCE)))
    assert (answer.refused, answer.stand.ending) == ("SourceNotFound" if ends else None, ends)


# When the record moves on meanwhile


async def test_a_step_that_another_worker_has_overtaken_changes_nothing_and_says_how_it_stands(records):
    """It raised, and the migration ended as a bug."""
    records.put(make_record(LIVING))

    async def overtaken(turn: Turn[StepInput]) -> None:
        other = make_record(make_run(Phase.CREATING, id="run 2"))
        records.before_saving.append(lambda: records.put(other))
        await turn.move(lambda run: run.noted("too late"))

    answer = await admitted(said(), Done(overtaken))
    assert records.run(OWN_ID).notes == []
    assert (answer.stand.kind, answer.stand.run) == ("other", "run 2")


async def test_a_refusal_that_comes_after_a_cancel_does_not_end_the_run_otherwise(records):
    records.put(make_record(LIVING))
    cancelled = make_run(Phase.DONE, stage=RunStage.ENDING, outcome=make_outcome(OutcomeKind.CANCELLED, "Cancelled"))

    async def refused(turn: Turn[StepInput]) -> Refusal:
        records.put(make_record(cancelled))
        return Refusal(code="SourceInUse", message="m")

    answer = await admitted(said(), Done(refused))
    assert records.run(OWN_ID) == cancelled
    assert (answer.stand.kind, answer.stand.ending) == ("go", True)


async def test_a_record_deleted_while_a_step_runs_is_gone(records):
    records.put(make_record(LIVING))

    async def forgotten(turn: Turn[StepInput]) -> None:
        records.before_saving.append(lambda: records.forget(OWN_ID))
        await turn.move(lambda run: run.noted("too late"))

    assert (await admitted(said(), Done(forgotten))).stand.kind == "gone"
    assert records.get(OWN_ID) is None
