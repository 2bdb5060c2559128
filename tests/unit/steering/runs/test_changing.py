"""Whatever changes a record has its row, its kept runs and its log line follow; none of that undoes the change."""

import json
import logging

import pytest

from migration.record.admitting import advanced, finished
from migration.record.run import Run, RunStage
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind, Phase
from records.store import hold
from steering.runs.changing import change_run
from tests.support.samples import NOW, OWN_ID, SOURCE, VERSION, make_ended, make_outcome, make_record, make_run

ENDING = make_ended(make_outcome(OutcomeKind.FAILED, "X"), stage=RunStage.ENDING)


def ended_now(run: Run) -> Run:
    return finished(run, NOW)


async def change(step, run: str = "run 1"):
    return await change_run(await hold(OWN_ID), run, step)


async def test_a_new_phase_is_listed_and_told_in_one_line(records, caplog):
    caplog.set_level(logging.INFO)
    records.put(make_record(make_run(Phase.REPLICATING)))
    await change(lambda run: advanced(run, Phase.VERIFYING))
    assert [row["phase"] for row in records.listed()] == ["Verifying"]
    (line,) = [json.loads(one.getMessage()) for one in caplog.records if one.name == "migration.phases"]
    assert line == {
        "event": "migration.phase",
        "migration": OWN_ID,
        "run": "run 1",
        "from": "Replicating",
        "to": "Verifying",
        "source": SOURCE,
        "version": VERSION,
    }


async def test_what_nobody_is_told_of_writes_no_row(records):
    records.put(make_record(make_run(Phase.REPLICATING)))
    await change(lambda run: run.changed(operation_url="https://x/op"))
    await change(lambda run: run)
    assert records.listed() == []


async def test_a_run_that_is_over_is_kept(records):
    records.put(make_record(ENDING))
    await change(ended_now)
    assert [(one.id, one.stage) for one in records.kept()] == [("run 1", RunStage.ENDED)]


@pytest.mark.parametrize("partition", ["list", "run"])
async def test_a_list_that_is_down_undoes_nothing(records, partition: str, caplog):
    records.put(make_record(ENDING))
    records.broken.add(partition)
    assert not isinstance(await change(ended_now), Refusal)
    assert records.run(OWN_ID).stage is RunStage.ENDED


async def test_a_refused_change_is_followed_by_nothing(records):
    records.put(make_record(make_run(Phase.REPLICATING)))
    assert isinstance(await change(lambda run: advanced(run, Phase.DONE)), Refusal)
    assert isinstance(await change(ended_now, "run 0"), Refusal)
    records.forget(OWN_ID)
    gone = await change(ended_now)
    assert isinstance(gone, Refusal)
    assert (gone.code, records.listed(), records.kept()) == ("NoRecord", [], [])
