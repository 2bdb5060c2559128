"""Stored data of other releases: the one before is read and not gone on with, a later one is acted on only if it says
so, and what it knows beyond this release is kept.
"""

import json
from datetime import timedelta
from typing import Any

import pytest

from migration.record.closing import cancelled
from migration.record.question import Stage
from migration.values.answer import Refusal
from migration.values.ids import earlier_instance_id_for
from migration.values.outcome import OutcomeKind, Phase
from migration.values.value import FORMAT, OLDEST_READER, READER
from records import store
from records.earlier import earlier_runs
from records.errors import RecordTooNewError, RecordUnreadableError
from records.index import Filter, every, page
from records.store import all_answered, change, earlier_answer_of, hold, load
from tests.support.fakes.fake_records import FakeRecords
from tests.support.samples import NOW, OWN_ID, SOURCE, make_plan, make_record, make_run
from tests.unit.stages import LATER, at_stage, of

EARLIER = earlier_instance_id_for(SOURCE)


# A later one


def planted(**changes: Any) -> dict[str, Any]:
    """An approved record as a later release may have written it."""
    document = at_stage(Stage.APPROVED).dump()
    document |= {"format": FORMAT + 1, "embargo": {"until": "2030-01-01"}, **changes}
    document["run"] |= {"format": FORMAT + 1, "budget": 3}
    document["run"]["question"] |= {"witnesses": ["Cyd"]}
    return document


def plant(records: FakeRecords, document: dict[str, Any]) -> str:
    text = json.dumps(document)
    records.put_text(OWN_ID, text, live=True)
    return text


async def test_what_older_code_must_not_act_on_is_neither_read_nor_written(records: FakeRecords):
    text = plant(records, planted(oldestReader=READER + 1))
    writes = records.writes
    for attempt in (
        lambda: load(OWN_ID),
        lambda: hold(OWN_ID),
        lambda: change(OWN_ID, lambda record: cancelled(record, "run 1", "no", NOW)),
        lambda: change(OWN_ID, lambda _: at_stage(Stage.OPEN)),
    ):
        with pytest.raises(RecordTooNewError):
            await attempt()
    assert (records.writes, records.rows["image", OWN_ID]["document0"]) == (writes, text)


async def test_a_later_format_that_this_release_may_act_on_keeps_what_it_does_not_know(records: FakeRecords):
    plant(records, planted(oldestReader=READER))
    result = await change(OWN_ID, lambda record: cancelled(of_it(record), "run 1", "no", LATER))
    assert not isinstance(result, Refusal)
    written = json.loads(records.rows["image", OWN_ID]["document0"])
    assert (written["embargo"], written["run"]["budget"]) == ({"until": "2030-01-01"}, 3)
    assert written["run"]["question"]["witnesses"] == ["Cyd"]
    assert written["run"]["outcome"]["kind"] == "Cancelled"
    assert (written["format"], written["oldestReader"]) == (FORMAT + 1, READER), "it would be taken for this release's"


def of_it(record: Any) -> Any:
    return of(record)


async def test_a_record_of_this_code_is_written(records: FakeRecords):
    records.put(at_stage(Stage.APPROVED))
    result = await change(OWN_ID, lambda record: cancelled(of_it(record), "run 1", "no", LATER))
    assert not isinstance(result, Refusal)
    assert (result.format, result.oldest_reader) == (FORMAT, OLDEST_READER)


async def test_a_record_with_a_soak_is_left_alone_by_the_release_before(records: FakeRecords, monkeypatch):
    """It knew no soak, and would have asked about the delete at once."""
    records.put(make_record(make_run(Phase.VERIFYING, plan=make_plan(soak=timedelta(days=14)))))
    assert (await hold(OWN_ID)).run is not None
    monkeypatch.setattr(store, "READER", OLDEST_READER)
    with pytest.raises(RecordTooNewError):
        await hold(OWN_ID)


@pytest.mark.parametrize(
    "text", ["{not json", "null", "[]", "7", "{}", '{"run": {}}', '{"oldestReader": "x"}', "[" * 9999]
)
async def test_a_record_that_makes_no_sense_is_told_as_that_and_left_alone(records: FakeRecords, text: str):
    records.put_text(OWN_ID, text)
    writes = records.writes
    for attempt in (lambda: load(OWN_ID), lambda: change(OWN_ID, lambda _: at_stage(Stage.OPEN))):
        with pytest.raises(RecordUnreadableError):
            await attempt()
    assert records.writes == writes


# The one before


@pytest.fixture
def earlier(records: FakeRecords) -> FakeRecords:
    """What format 1 left of one image: a record, a row of the list, and a run."""
    columns = {"answeredFingerprint": "f", "answeredContent": "c", "answeredShape": "s", "answeredDeleted": False}
    records.put_text(EARLIER, json.dumps({"migrationId": EARLIER, "question": {"stage": "approved"}}), **columns)
    status = {
        "sourceImageId": SOURCE,
        "imageVersionId": None,
        "phase": "AwaitingApproval",
        "outcome": None,
        "regions": [],
        "waitingFor": "approval",
        "requestedBy": "Eve",
        "createdAt": "2025-12-01T00:00:00+00:00",
        "approval": None,
        "expiresAt": None,
        "notes": [],
    }
    records._put(
        {
            "PartitionKey": "list",
            "RowKey": f"251635248000000-{EARLIER}",
            "id": EARLIER,
            "source": SOURCE.lower(),
            "phase": "AwaitingApproval",
            "outcome": "",
            "live": True,
            "updatedAt": NOW.isoformat(),
            "status": json.dumps(status),
        }
    )
    run = {"run": "run 0", "audit": [{"event": "requested"}]}
    records._put(
        {"PartitionKey": "run", "RowKey": f"{EARLIER}~1", "chunks": 1, "document0": json.dumps(run)},
    )
    return records


async def test_what_format_1_answered_is_known(earlier: FakeRecords):
    answered = await earlier_answer_of(EARLIER)
    assert answered is not None
    assert (answered.fingerprint, answered.content, answered.shape, answered.deleted) == ("f", "c", "s", False)
    assert (answered.off, answered.refused_at) == (False, None)
    assert (await all_answered())[EARLIER] == answered
    assert await earlier_answer_of("migrate-web-0000000000") is None


async def test_what_was_under_way_in_format_1_is_told_as_ended_with_its_source_kept(earlier: FakeRecords):
    (row,) = (await page(10)).rows
    assert (row.id, row.live, row.status.phase) == (EARLIER, False, Phase.DONE)
    assert row.status.outcome is not None
    assert (row.status.outcome.kind, row.status.outcome.code) == (OutcomeKind.SOURCE_KEPT, "Upgraded")
    assert row.status.waiting_for is None
    assert [row.id async for row in every(Filter(id=EARLIER))] == [EARLIER]


async def test_a_run_of_format_1_is_told_as_it_is(earlier: FakeRecords):
    assert await earlier_runs(EARLIER) == [{"run": "run 0", "audit": [{"event": "requested"}]}]
    earlier._put({"PartitionKey": "run", "RowKey": f"{EARLIER}~2", "chunks": 1, "document0": "{not json"})
    assert len(await earlier_runs(EARLIER)) == 1


async def test_a_row_that_makes_no_sense_is_counted_and_hides_no_other(earlier: FakeRecords):
    broken = {"PartitionKey": "list", "RowKey": "000000000000000-x", "id": "x", "live": True, "format": FORMAT}
    earlier._put(broken | {"updatedAt": NOW.isoformat(), "status": "{}"})
    found = await page(10)
    assert ([row.id for row in found.rows], found.unreadable) == ([EARLIER], 1)
