"""A place among the versions being made: taken by a swap, whatever happens between a look and the write after it."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.core.exceptions import ServiceResponseError

from migration.course.places import Places
from migration.record.run import Run, RunStage
from migration.values.outcome import Phase
from records.errors import RecordsUnavailableError
from records.places import held, queue
from records.store import load
from steering.runs.placing import InLine, give_back, take_place
from tests.support.fakes.fake_hub import FakeHub
from tests.support.fakes.fake_records import FakeRecords
from tests.support.samples import NOW, SOURCE, changed, make_record, make_run


def creating(records: FakeRecords, number: int, **changes: Any) -> tuple[str, Run]:
    """A migration whose version is to be made, and its run."""
    run = make_run(Phase.CREATING, id=f"run {number}", **changes)
    migration_id = f"migrate-web{number}-{number:032x}"
    source = {"migration_id": migration_id, "source_image_id": f"{SOURCE}{number}"}
    records.put(changed(make_record(run), source))
    return migration_id, run


async def take(known: tuple[str, Run], cap: int = 1) -> str | InLine:
    return await take_place(FakeHub(), *known, cap)


async def holders() -> list[str]:
    return [one.migration_id for one in (await held.read_places()).places.holders]


async def test_while_places_are_free_one_costs_a_read_and_a_write(records: FakeRecords):
    await take(creating(records, 0), cap=9)
    records.calls.clear()
    await take(creating(records, 1), cap=9)
    assert records.calls == ["get places", "update places"]


async def test_of_many_at_once_no_more_than_may_get_a_place(records: FakeRecords):
    known = [creating(records, number) for number in range(30)]
    got = await asyncio.gather(*(take(one, cap=4) for one in known))
    assert sum(isinstance(one, str) for one in got) == 4
    assert len(await holders()) == 4


async def test_a_step_that_runs_twice_takes_one_place(records: FakeRecords):
    known = creating(records, 1)
    first, second = await take(known), await take(known)
    assert first
    assert second == ""
    assert await holders() == [known[0]]


async def test_a_place_that_was_taken_though_the_answer_was_lost_is_the_takers(
    records: FakeRecords, monkeypatch: pytest.MonkeyPatch
):
    """The service may have written: the next look shows the place as one's own, and it takes no second one."""
    known, create = creating(records, 1), records.create_entity

    async def lost(entity: dict[str, Any]) -> dict[str, Any]:
        await create(entity)
        raise ServiceResponseError("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(records, "create_entity", lost)
        with pytest.raises(RecordsUnavailableError):
            await take(known)
    assert await take(known) == ""
    assert await holders() == [known[0]]


async def test_a_place_is_given_back_once_and_by_no_other_than_its_taker(records: FakeRecords):
    known = creating(records, 1)
    word = await take(known)
    assert isinstance(word, str)
    await give_back(*(known[0], known[1].id), "another word")
    assert await holders() == [known[0]]
    await give_back(known[0], known[1].id, word)
    assert await holders() == []


async def test_a_place_with_which_another_execution_has_begun_is_not_given_back(records: FakeRecords):
    known = creating(records, 1)
    word = await take(known)
    assert isinstance(word, str)
    await take(known)
    await give_back(known[0], known[1].id, word)
    assert await holders() == [known[0]]


@pytest.mark.parametrize("gone", ["complete", "ended", "another run", "no record"])
async def test_a_place_that_is_not_needed_any_more_is_the_next_ones(records: FakeRecords, gone: str):
    first, second = creating(records, 1), creating(records, 2)
    await take(first)
    match gone:
        case "complete":
            records.apply_to_run(first[0], lambda run: run.changed(phase=Phase.VERIFYING))
        case "ended":
            records.apply_to_run(first[0], lambda run: run.changed(phase=Phase.DONE, stage=RunStage.ENDED))
        case "another run":
            records.apply_to_run(first[0], lambda run: run.changed(id="run 9"))
        case _:
            records.forget(first[0])
    assert isinstance(await take(second), str)
    assert await holders() == [second[0]]


async def test_a_holder_whose_record_cannot_be_read_keeps_its_place(records: FakeRecords):
    first, second = creating(records, 1), creating(records, 2)
    await take(first)
    records.put_text(first[0], "{")
    assert isinstance(await take(second), InLine)


async def test_of_many_that_find_it_full_one_reads_the_records_of_the_holders(records: FakeRecords):
    known = [creating(records, number) for number in range(12)]
    for one in known[:2]:
        await take(one, cap=2)
    records.calls.clear()
    await asyncio.gather(*(take(one, cap=2) for one in known[2:]))
    assert records.calls.count("get image") == 2


async def test_places_that_nobody_needs_are_free_though_others_change_meanwhile(
    records: FakeRecords, monkeypatch: pytest.MonkeyPatch
):
    """While hundreds of holders are looked at, somebody whom Azure throttles gives a place back: it was all in vain."""
    known = [creating(records, number) for number in range(5)]
    words = [await take(one, cap=4) for one in known[:4]]
    for over in known[:3]:
        records.forget(over[0])

    async def slow(migration_id: str) -> Any:
        if migration_id == known[0][0]:
            await give_back(known[3][0], known[3][1].id, str(words[3]))
        return await load(migration_id)

    monkeypatch.setattr("steering.runs.placing.load", slow)
    assert isinstance(await take(known[4], cap=1), str)
    assert await holders() == [known[4][0]]


async def test_who_comes_later_does_not_take_the_place_of_who_waits(records: FakeRecords):
    first, second, third = (creating(records, number, admitted_at=NOW.replace(minute=number)) for number in range(3))
    await take(first)
    assert isinstance(await take(second), InLine)
    await held.swap_places(await held.read_places(), (await held.read_places()).places.changed(holders=[]))
    waits = await take(third)
    assert isinstance(waits, InLine)
    assert (waits.queued.position, waits.queued.waiting) == (2, 2)
    assert isinstance(await take(second), str)


async def test_whoever_takes_a_place_wakes_those_whose_turn_it_may_be(records: FakeRecords):
    known = [creating(records, number, admitted_at=NOW.replace(minute=number)) for number in range(8)]
    for one in known:
        await take(one)
    await held.swap_places(await held.read_places(), (await held.read_places()).places.changed(holders=[]))
    hub = FakeHub()
    await take_place(hub, *known[1], 3)
    assert hub.heard == [(one[0], "Cancel") for one in known[3:6]], "those in front come by themselves"


TIMELESS = ('{"holders": 1}', '{"fullAt": "2026-11-29T12:00:00"}', '{"fullAt": "9999-12-31T00:00:00Z"}')


@pytest.mark.parametrize("said", TIMELESS)
async def test_places_that_make_no_sense_let_nobody_begin(records: FakeRecords, said: str):
    assert await held.swap_places(await held.read_places(), Places())
    records.rows[held.PARTITION, held.ROW]["document0"] = said
    waits = await take(creating(records, 1), cap=9)
    assert isinstance(waits, InLine)
    assert waits.queued.position == 0


@pytest.mark.parametrize(
    "odd", [{}, {"dueAt": 7}, {"dueAt": "2026-11-29T12:00:00"}, {"dueAt": "9999-12-31T00:00:00Z"}, {"run": 7}]
)
async def test_a_row_of_the_queue_that_is_none_holds_up_nobody(records: FakeRecords, odd: dict[str, Any]):
    first, second = creating(records, 1), creating(records, 2)
    await take(first)
    row = {"id": "migrate-web0", "run": "run 0", "dueAt": datetime.now(UTC).isoformat()} | odd if odd else {}
    await records.create_entity({"PartitionKey": queue.PARTITION, "RowKey": "0"} | row)
    waits = await take(second)
    assert isinstance(waits, InLine)
    assert (waits.queued.position, waits.queued.waiting) == (1, 1)
