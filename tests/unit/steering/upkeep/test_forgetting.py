"""What ended long ago leaves task hub and list; its record and its runs stay, and one line of the log."""

import json
import logging
from datetime import UTC, datetime, timedelta

from migration.record.image_record import Answered, ImageRecord
from migration.record.run import Run, RunStage
from migration.values.ids import instance_id_for
from migration.values.outcome import Phase
from records.index import note
from records.store import hold
from steering.runs.beginning import see_off
from steering.upkeep.forgetting import forget_old
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import DEFAULTS, SOURCE, changed, make_ended, make_record, make_run

LONG_AGO = datetime.now(UTC) - timedelta(days=91)


async def listed(records, number: int, run: Run, at: datetime = LONG_AGO) -> ImageRecord:
    source = f"{SOURCE}-{number}"
    known = {"migration_id": instance_id_for(source), "source_image_id": source, "updated_at": at}
    record = changed(make_record(run), known)
    records.put(record)
    await note(record, run)
    return record


async def test_what_ended_long_ago_is_forgotten_and_its_run_is_kept(records, caplog):
    caplog.set_level(logging.INFO)
    record = await listed(records, 1, make_ended(notes=["by Eve"]))
    hub = FakeHub()
    assert await forget_old(hub, DEFAULTS.retention) == 1
    assert (hub.purged, records.listed()) == ([record.migration_id], [])
    stands = records.get(record.migration_id)
    assert stands is not None
    assert stands.run is not None
    assert (stands.run.id, stands.run.outcome) == ("run 1", make_ended().outcome)
    lines = [json.loads(one.getMessage()) for one in caplog.records if '"forgotten"' in one.getMessage()]
    assert [(line["migration"], line["code"]) for line in lines] == [(record.migration_id, "Rejected")]
    assert "Eve" not in caplog.text


async def test_what_is_forgotten_twice_keeps_its_whole_run(records):
    """The task hub was away after the first time, or two hours met: the audit was lost for good."""
    record = await listed(records, 1, make_ended(notes=["kept"]))
    hub = FakeHub()
    await forget_old(hub, DEFAULTS.retention)
    await listed_again(records, record.migration_id)
    await forget_old(hub, DEFAULTS.retention)
    (kept,) = records.kept()
    assert (kept.id, kept.notes) == ("run 1", ["kept"])


async def listed_again(records, migration_id: str) -> None:
    """Its row is there still."""
    stands = records.get(migration_id)
    await note(stands.changed(updated_at=LONG_AGO), stands.run)


async def test_what_ended_lately_or_has_not_ended_is_not_forgotten(records):
    await listed(records, 1, make_ended(), at=datetime.now(UTC) - timedelta(days=89))
    await listed(records, 2, make_run(Phase.AWAITING_APPROVAL))
    ending = await listed(records, 3, make_ended(stage=RunStage.ENDING))
    under_way = await listed(records, 4, make_ended())
    hub = FakeHub({under_way.migration_id})
    assert await forget_old(hub, DEFAULTS.retention) == 0
    assert (hub.purged, len(records.listed())) == ([], 4)
    assert records.get(ending.migration_id) == ending


async def test_a_record_that_makes_no_sense_keeps_nothing_else_from_being_forgotten(records):
    """Old migrations stayed because of one record that another version had written."""
    first = await listed(records, 1, make_ended())
    second = await listed(records, 2, make_ended())
    third = await listed(records, 3, make_ended())
    records.put_text(first.migration_id, '{"run": "of a kind yet to come"}')
    records.put_text(third.migration_id, '{"oldestReader": 99}')
    hub = FakeHub()
    assert await forget_old(hub, DEFAULTS.retention) == 1
    assert hub.purged == [second.migration_id]
    assert sorted(row["id"] for row in records.listed()) == sorted([first.migration_id, third.migration_id])


async def test_the_audit_of_what_was_forgotten_stays_when_its_tag_is_taken_off(records):
    """The line that is left of it in the record was written over its whole run."""
    answered = Answered(fingerprint="f", content="c")
    record = await listed(records, 1, make_ended(notes=["kept"]))
    records.put(record.changed(answered=answered))
    await forget_old(FakeHub(), DEFAULTS.retention)
    await see_off(await hold(record.migration_id))
    (kept,) = records.kept()
    assert (kept.notes, records.get(record.migration_id).answered.off) == (["kept"], True)
    assert records.listed() == []
