"""A record that newer code has written: older code reads it, and leaves it as it is."""

from datetime import UTC, datetime

from migration.approval.closing import cancelled
from migration.approval.image_record import READER, ImageRecord, new_record

from migration.values.answer import Refusal
from records.store import change, load
from tests.unit.fake_records import FakeRecords
from tests.unit.samples import SOURCE

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def test_older_code_does_not_write_away_a_lock_it_does_not_know(records: FakeRecords):
    locked = new_record(SOURCE, NOW).model_copy(update={"oldest_reader": READER + 1})
    records.put(locked)
    result = await change(locked.migration_id, lambda record: cancelled(record, SOURCE, NOW, "a run"))
    assert isinstance(result, Refusal)
    assert result.code == "RecordTooNew"
    assert (records.writes, await load(locked.migration_id)) == (1, locked)


async def test_a_record_of_this_code_is_written(records: FakeRecords):
    known = new_record(SOURCE, NOW)
    records.put(known)
    result = await change(known.migration_id, lambda record: cancelled(record, SOURCE, NOW, "a run"))
    assert isinstance(result, ImageRecord)
    assert result.settled_at == NOW
