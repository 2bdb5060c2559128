"""The list, in emulated table storage: a row tells of the run that lives, not of the one before it."""

from datetime import timedelta

import pytest

from migration.record.run import Run, RunStage
from migration.values.outcome import Phase
from records.index import Filter, every, forget, note, page, row_key
from tests.support.samples import NOW, SOURCE, make_ended, make_record, make_run

pytestmark = pytest.mark.usefixtures("storage")
RECORD = make_record()


async def found(wanted: Filter) -> int:
    return len((await page(10, wanted=wanted)).rows)


async def listed(run: Run) -> None:
    await note(RECORD, run)


async def test_a_migration_that_runs_again_is_no_longer_found_by_how_it_ended_before():
    await listed(make_ended())
    assert await found(Filter(outcome="SourceKept")) == 1
    await listed(make_run(id="run 2", stage=RunStage.ADMITTED))
    assert await found(Filter(outcome="SourceKept")) == 0
    assert await found(Filter(phase="Planning", live=True)) == 1


async def test_a_row_is_found_by_what_it_is_and_by_what_its_source_is_called():
    await listed(make_run(Phase.AWAITING_APPROVAL))
    assert await found(Filter(phase="AwaitingApproval")) == 1
    assert await found(Filter(text="images/web")) == 1
    assert await found(Filter(text="other")) == 0
    assert await found(Filter(subscription=SOURCE.split("/")[2])) == 1
    assert await found(Filter(id=RECORD.migration_id)) == 1


async def test_a_row_never_moves_however_often_the_image_is_migrated():
    later = RECORD.changed(updated_at=NOW + timedelta(days=3))
    assert row_key(later) == row_key(RECORD)
    await listed(make_ended())
    await note(later, make_run(id="run 2"))
    (row,) = [row async for row in every()]
    assert (row.updated_at, row.live, row.status.run) == (NOW + timedelta(days=3), True, "run 2")
    await forget(row)
    await forget(row)
    assert [row async for row in every()] == []


async def test_the_latest_image_comes_first_and_pages_neither_lose_nor_repeat_one():
    records = [make_record(created_at=NOW + timedelta(days=day), migration_id=f"migrate-web-{day}") for day in range(5)]
    for record in records:
        await note(record, make_run())
    seen, begin = [], None
    for _ in range(3):
        found = await page(2, begin)
        seen += [row.id for row in found.rows]
        begin = found.next
    assert seen == [record.migration_id for record in reversed(records)]
    assert begin is None
