"""The emergency stop: it is for one run, and whoever comes second of it and a delete is told so."""

from datetime import UTC, datetime, timedelta

import pytest

from migration.record.deletion import sending
from migration.record.question import Decided, Stage
from migration.record.run import RunStage
from migration.values.outcome import OutcomeKind, Phase
from records.errors import RecordsUnavailableError
from records.store import hold
from steering.runs.cancelling import cancel
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import OWN_ID, make_approval, make_ended, make_question, make_record, make_run
from tests.unit.stages import VALIDITY


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub({OWN_ID})


async def test_a_cancel_ends_the_run_and_wakes_its_orchestration_to_tell(records, hub):
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL)))
    assert await cancel(hub, await hold(OWN_ID), "run 1", "no need") is None
    run = records.run(OWN_ID)
    assert (run.stage, run.outcome.kind, run.outcome.reason) == (
        RunStage.ENDING,
        OutcomeKind.CANCELLED,
        "cancelled: no need",
    )
    assert records.question(OWN_ID).stage is Stage.CANCELLED
    assert hub.heard == [(OWN_ID, "Cancel")]


async def test_a_cancel_counts_though_the_hub_is_down(records, hub):
    records.put(make_record(make_run(Phase.CREATING)))
    hub.down = True
    assert await cancel(hub, await hold(OWN_ID), "run 1", None) is None
    assert records.run(OWN_ID).outcome is not None


async def test_a_cancel_of_what_was_ended_from_outside_has_its_end_told_all_the_same(records):
    records.put(make_record(make_run(Phase.CREATING)))
    hub = FakeHub()
    assert await cancel(hub, await hold(OWN_ID), "run 1", None) is None
    assert [hint.run for _, hint in hub.started] == ["run 1"]


@pytest.mark.parametrize("run", ["run 0", "run 2"])
async def test_a_cancel_of_another_run_cancels_nothing(records, hub, run: str):
    """A cancel that was sent for an ended migration stopped the one that somebody had started since."""
    records.put(make_record(make_run(Phase.CREATING)))
    refusal = await cancel(hub, await hold(OWN_ID), run, None)
    assert refusal is not None
    assert (refusal.code, records.run(OWN_ID).outcome, hub.heard) == ("NothingToCancel", None, [])


async def test_of_a_cancel_and_a_delete_at_once_only_one_happens(records, hub):
    decided = Decided(approval=make_approval(), at=datetime.now(UTC))
    question = make_question(stage=Stage.APPROVED, decided=decided)
    records.put(make_record(make_run(Phase.DELETING_SOURCE, question=question)))
    now = datetime.now(UTC) + timedelta(seconds=1)
    records.before_saving.append(
        lambda: records.apply(OWN_ID, lambda one: sending(one, "run 1", "question 1", "a", now, VALIDITY))
    )
    refusal = await cancel(hub, await hold(OWN_ID), "run 1", None)
    assert refusal is not None
    assert (refusal.code, records.question(OWN_ID).stage) == ("TooLateToCancel", Stage.SENDING)


async def test_what_has_ended_is_not_cancelled(records, hub):
    for record in (None, make_record(), make_record(make_ended())):
        if record is not None:
            records.put(record)
        assert await cancel(hub, await hold(OWN_ID), "run 1", None) is not None
    assert hub.heard == []


async def test_a_store_that_is_down_grants_no_cancel(records, hub):
    records.put(make_record(make_run(Phase.CREATING)))
    held = await hold(OWN_ID)
    records.is_down = True
    with pytest.raises(RecordsUnavailableError):
        await cancel(hub, held, "run 1", None)
