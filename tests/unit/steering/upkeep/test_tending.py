"""By the clock, every run that has not ended is looked after, and the list is brought up to its records."""

from datetime import UTC, datetime

import pytest

from migration.record.admitting import APART
from migration.record.image_record import ImageRecord
from migration.record.run import Run, RunStage
from migration.resources.gallery import RegionReplication
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from migration.values.value import READER
from records.index import note
from steering.upkeep.tending import tend
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import DEFAULTS, NOW, SOURCE, changed, make_ended, make_record, make_run


def migration(number: int, run: Run | None = None) -> ImageRecord:
    source = f"{SOURCE}-{number}"
    known = {"migration_id": instance_id_for(source), "source_image_id": source}
    return changed(make_record(run or make_run(Phase.REPLICATING)), known)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub({migration(number).migration_id for number in range(1, 4)})


async def test_what_was_admitted_and_never_began_is_scheduled_by_the_clock(records, hub):
    record = migration(9, make_run(stage=RunStage.ADMITTED))
    records.put(record)
    await tend(hub, DEFAULTS)
    assert [(name, hint.run) for name, hint in hub.started] == [(record.migration_id, "run 1")]


async def test_what_was_ended_from_outside_is_closed_by_the_clock_and_listed_as_ended(records, hub):
    record = migration(9, make_run(Phase.CREATING, missing_since=datetime.now(UTC) - APART))
    records.put(record)
    await tend(hub, DEFAULTS)
    assert records.run(record.migration_id).stage is RunStage.ENDED
    assert [(row["live"], row["outcome"]) for row in records.listed()] == [(False, "Cancelled")]


async def test_a_row_that_stayed_behind_its_record_is_brought_up_to_it(records, hub):
    """The list was down when the migration ended: it was listed, and counted, as running for ever."""
    await note(migration(1), make_run(Phase.REPLICATING))
    ended = migration(1, make_ended())
    records.put(ended)
    await tend(hub, DEFAULTS)
    (row,) = records.listed()
    assert (row["live"], row["outcome"]) == (False, "SourceKept")
    assert [run.id for run in records.kept()] == ["run 1"]


@pytest.mark.parametrize("listed", [Phase.VERIFYING, None])
async def test_a_question_is_listed_though_a_worker_died_before_the_list_was_written(records, hub, listed):
    """Its fleet waited for it, with all the others of its wave, and had nobody asked."""
    asked = migration(1, make_run(Phase.AWAITING_APPROVAL))
    if listed:
        await note(asked, make_run(listed))
    records.put(asked)
    await tend(hub, DEFAULTS)
    assert [row["phase"] for row in records.listed()] == ["AwaitingApproval"]


async def test_a_list_that_is_as_its_records_are_is_not_written_by_each_look_of_the_clock(records, hub, monkeypatch):
    regions = [RegionReplication(name=f"region{number}", progress=number, completed_at=NOW) for number in range(80)]
    notes = ["a note of many words " * 40] * 9
    asked = make_run(Phase.AWAITING_APPROVAL, regions=regions, notes=notes)
    for number, run in enumerate(
        [asked, make_run(Phase.REPLICATING, regions=regions[:2]), make_run(Phase.CREATING)], 1
    ):
        records.put(migration(number, run))
        await note(migration(number, run), run)

    async def written(held):
        pytest.fail(f"{held.run.phase} was written")

    monkeypatch.setattr("steering.upkeep.tending.follow_again", written)
    await tend(hub, DEFAULTS)


async def test_a_migration_started_again_while_others_are_looked_after_is_not_listed_as_ended(records, hub):
    """Its row said Done for as long as people were asked."""
    first, second = migration(1), migration(2)
    records.put(first)
    records.put(second)
    await note(first, make_run(Phase.AWAITING_APPROVAL))
    again = migration(1, make_run(id="run 2", stage=RunStage.ADMITTED))
    real = hub.is_live

    async def is_live(migration_id: str) -> bool:
        if migration_id == second.migration_id:
            records.put(again)
            await note(again, make_run(id="run 2"))
        return await real(migration_id)

    hub.is_live = is_live
    await tend(hub, DEFAULTS)
    listed = {row["id"]: (row["live"], row["phase"]) for row in records.listed()}
    assert listed[first.migration_id] == (True, "Planning")


async def test_a_record_that_makes_no_sense_keeps_nothing_else_from_being_looked_after(records, hub):
    """Everything stood still because of one record that another version had written."""
    records.put(migration(9, make_run(stage=RunStage.ADMITTED)))
    records.put_text(migration(1).migration_id, '{"run": "of a kind yet to come"}', live=True)
    records.put_text(migration(3).migration_id, f'{{"oldestReader": {READER + 1}}}', live=True)
    await note(migration(1), make_run())
    await tend(hub, DEFAULTS)
    assert [name for name, _ in hub.started] == [migration(9).migration_id]


async def test_what_only_a_later_release_may_act_on_is_not_scheduled_or_closed(records, hub):
    record = migration(9, make_run(stage=RunStage.ADMITTED)).changed(oldest_reader=READER + 1)
    records.put(record)
    writes = records.writes
    await tend(hub, DEFAULTS)
    assert (hub.started, records.writes) == ([], writes)


async def test_a_hub_that_is_down_concludes_nothing(records, hub):
    records.put(migration(1))
    hub.down = True
    await tend(hub, DEFAULTS)
    assert records.get(migration(1).migration_id) == migration(1)


async def test_a_migration_whose_record_somebody_deleted_is_listed_no_more(records, hub, caplog):
    """The list had it wait for an answer for ever, while every other call said that there is no such migration."""
    lost, there = migration(1), migration(2)
    await note(lost, make_run(Phase.AWAITING_APPROVAL))
    records.put(there)
    await note(there, make_run(Phase.REPLICATING))
    await tend(hub, DEFAULTS)
    await tend(hub, DEFAULTS)
    assert [row["id"] for row in records.listed()] == [there.migration_id]
    assert caplog.text.count(f"{lost.migration_id}: its record is gone") == 1


async def test_a_row_whose_record_cannot_be_read_is_left_in_the_list(records, hub):
    await note(migration(1), make_run(Phase.AWAITING_APPROVAL))
    records.put_text(migration(1).migration_id, "nonsense")
    await tend(hub, DEFAULTS)
    assert [row["id"] for row in records.listed()] == [migration(1).migration_id]
