"""The record in emulated table storage: held with its etag, swapped without a second look, read anew on a conflict."""

import pytest
from migration.approval.image_record import ImageRecord, new_record

from records import store
from records.store import change, hold, load, look_again
from tests.unit.samples import NOW, SOURCE

ID = new_record(SOURCE, NOW).migration_id

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    """Every text of a record that was parsed."""
    texts: list[str] = []
    parse = store._parsed

    def counted(migration_id: str, text: str) -> ImageRecord:
        texts.append(text)
        return parse(migration_id, text)

    monkeypatch.setattr(store, "_parsed", counted)
    return texts


def begun(record: ImageRecord | None) -> ImageRecord:
    return record or new_record(SOURCE, NOW)


def cancelled_by(run: str):
    return lambda record: begun(record).model_copy(update={"cancelled_run": run})


async def test_what_is_held_is_changed_without_reading_it_again(parsed):
    await change(ID, begun)
    held = await hold(ID)
    await change(held, cancelled_by("a run"))
    await change(held, cancelled_by("another run"))
    assert len(parsed) == 1
    assert (await load(ID)) == held.record
    assert held.record.cancelled_run == "another run"


async def test_a_record_is_made_by_whoever_holds_that_there_is_none(parsed):
    held = await hold(ID)
    await change(held, begun)
    await change(held, cancelled_by("a run"))
    assert parsed == []
    assert (await load(ID)) == held.record


async def test_whoever_holds_what_somebody_else_has_changed_decides_anew(parsed):
    await change(ID, begun)
    held = await hold(ID)
    await change(ID, cancelled_by("somebody else's run"))
    seen = []

    def step(record: ImageRecord | None) -> ImageRecord:
        assert record is not None
        seen.append(record.cancelled_run)
        return record.settled(NOW)

    await change(held, step)
    assert seen == [None, "somebody else's run"]
    stands = await load(ID)
    assert stands == held.record
    assert (stands.cancelled_run, stands.settled_at) == ("somebody else's run", NOW)


async def test_two_who_hold_that_there_is_no_record_make_one():
    first, second = await hold(ID), await hold(ID)
    await change(first, cancelled_by("the first"))
    result = await change(second, begun)
    assert result == first.record == await load(ID)


async def test_looking_again_parses_only_what_somebody_has_written(parsed):
    await change(ID, begun)
    held = await hold(ID)
    await look_again(held)
    assert len(parsed) == 1
    await change(ID, cancelled_by("a run"))
    parsed.clear()
    await look_again(held)
    assert (len(parsed), held.record.cancelled_run) == (1, "a run")
