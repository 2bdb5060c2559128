"""Rows that somebody edited in the portal: each costs its own image, and neither the list nor the clock."""

import json
from typing import Any

import pytest

from records.errors import RecordUnreadableError
from records.index import every, note, page
from records.runs import keep, runs_before
from records.store import all_answered, load
from tests.support.fakes.fake_records import FakeRecords
from tests.support.samples import OWN_ID, make_ended, make_record, make_run


@pytest.mark.parametrize(
    "columns",
    [{"document0": 7}, {"document0": None}, {"chunks": None}, {"chunks": "many"}, {"chunks": 2}, {"chunks": 0}],
)
async def test_a_record_in_pieces_that_are_no_text_is_told_as_unreadable(records: FakeRecords, columns: dict[str, Any]):
    """It failed the call, and the clock for all images after it."""
    records.put(make_record(make_run()))
    records.rows["image", OWN_ID].update(columns)
    with pytest.raises(RecordUnreadableError):
        await load(OWN_ID)


@pytest.mark.parametrize("moment", ["2026-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_moment_without_a_zone_or_at_the_end_of_time_is_told_as_unreadable(records: FakeRecords, moment: str):
    """It was read, and failed whatever compared it or added to it."""
    document = make_record(make_run()).dump()
    document["run"]["admittedAt"] = moment
    records.put_text(OWN_ID, json.dumps(document))
    with pytest.raises(RecordUnreadableError):
        await load(OWN_ID)


@pytest.mark.parametrize("document", [7, None, "[" * 100_000])
async def test_one_kept_run_that_is_no_text_does_not_cost_the_others(records: FakeRecords, document: Any):
    for number in (1, 2):
        await keep(make_record(), make_ended(id=f"run {number}", number=number))
    latest = min(key for key in records.rows if key[0] == "run")
    records.rows[latest]["document0"] = document
    assert [run.id for run in await runs_before(OWN_ID, 3, 10)] == ["run 1"]


@pytest.mark.parametrize(
    "columns",
    [{"id": 7}, {"id": None}, {"status": "[" * 100_000}, {"updatedAt": "2026-01-01T00:00:00"}, {"updatedAt": 7.5}],
)
async def test_one_row_with_odd_columns_does_not_cost_the_list(records: FakeRecords, columns: dict[str, Any]):
    """An id that was no text made every list fail."""
    record = make_record(make_run())
    await note(record, make_run())
    (row,) = records.listed()
    records.rows["list", row["RowKey"]].update(columns)
    found = await page(10)
    assert len(found.rows) + found.unreadable == 1
    assert all(one.id == OWN_ID and one.updated_at.tzinfo for one in found.rows)
    assert [one async for one in every()] == found.rows


async def test_what_was_answered_at_no_moment_does_not_cost_the_answers_of_others(records: FakeRecords):
    columns = {"answeredFingerprint": "f", "answeredContent": "c", "answeredShape": "", "answeredDeleted": False}
    records.put_text(OWN_ID, "", **columns, answeredRefusedAt="once")
    records.put_text("another", "", **columns)
    assert list(await all_answered()) == ["another"]
