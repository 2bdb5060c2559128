"""The record in emulated table storage: held with its etag, swapped without a second look, read anew on a conflict."""

import json
from datetime import timedelta

import pytest

from migration.record.image_record import Answered, ImageRecord
from migration.record.run import RunStage
from migration.values.answer import Refusal
from records import store
from records.chunks import as_json, joined, split
from records.store import all_answered, change, hold, load, look_again, unfinished
from tests.support.samples import NOW, OWN_ID, make_ended, make_gallery, make_plan, make_record, make_run, make_start

ID = OWN_ID

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def parsed(monkeypatch) -> list[str]:
    """Every text of a record that was parsed."""
    texts: list[str] = []
    parse = store._record_in

    def counted(migration_id: str, text: str) -> ImageRecord:
        texts.append(text)
        return parse(migration_id, text)

    monkeypatch.setattr(store, "_record_in", counted)
    return texts


def begun(record: ImageRecord | None) -> ImageRecord:
    return record or make_record()


def taken_by(run: str):
    return lambda record: begun(record).changed(run=make_run(id=run))


async def test_what_is_held_is_changed_without_reading_it_again(parsed):
    await change(ID, begun)
    held = await hold(ID)
    await change(held, taken_by("a run"))
    await change(held, taken_by("another run"))
    assert len(parsed) == 1
    assert (await load(ID)) == held.record
    assert held.run.id == "another run"


async def test_a_record_is_made_by_whoever_holds_that_there_is_none(parsed):
    held = await hold(ID)
    await change(held, begun)
    await change(held, taken_by("a run"))
    assert parsed == []
    assert (await load(ID)) == held.record


async def test_whoever_holds_what_somebody_else_has_changed_decides_anew(parsed):
    await change(ID, begun)
    held = await hold(ID)
    await change(ID, taken_by("somebody else's run"))
    seen = []

    def step(record: ImageRecord | None) -> ImageRecord:
        assert record is not None
        seen.append(record.run.id if record.run else None)
        return record.changed(answered=Answered(fingerprint="f", content="c"))

    await change(held, step)
    assert seen == [None, "somebody else's run"]
    stands = await load(ID)
    assert stands == held.record
    assert (stands.run.id, stands.answered.fingerprint) == ("somebody else's run", "f")


async def test_two_who_hold_that_there_is_no_record_make_one():
    first, second = await hold(ID), await hold(ID)
    await change(first, taken_by("the first"))
    result = await change(second, begun)
    assert result == first.record == await load(ID)


async def test_looking_again_parses_only_what_somebody_has_written(parsed):
    await change(ID, begun)
    held = await hold(ID)
    await look_again(held)
    assert len(parsed) == 1
    await change(ID, taken_by("a run"))
    parsed.clear()
    await look_again(held)
    assert (len(parsed), held.run.id) == (1, "a run")


async def test_what_changes_nothing_is_not_written_and_a_refusal_is_handed_on():
    await change(ID, begun)
    before = await hold(ID)
    assert await change(ID, begun) == before.record
    assert await change(ID, lambda _: Refusal(code="No", message="no")) == Refusal(code="No", message="no")
    assert (await hold(ID)).etag == before.etag


async def test_a_write_says_when_it_was():
    written = await change(ID, begun)
    assert isinstance(written, ImageRecord)
    assert written.updated_at > NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("run", "live"),
    [(make_run(stage=stage), stage is not RunStage.ENDED) for stage in RunStage]
    + [(make_ended(), False), (None, False)],
)
async def test_what_has_not_ended_is_found_by_its_record(run, live: bool):
    await change(ID, lambda _: make_record(run))
    assert await unfinished() == [ID] * live


async def test_what_was_answered_is_told_of_all_images_at_once():
    answered = Answered(fingerprint="f", content="c", shape="s", deleted=True, off=True, refused_at=NOW)
    await change(ID, lambda _: make_record(answered=answered))
    other = make_record(migration_id="migrate-other")
    await change(other.migration_id, lambda _: other)
    assert await all_answered() == {ID: answered}


@pytest.mark.parametrize("letter", ["x", "é", "日", "😀"])
async def test_an_image_with_as_many_and_as_long_tags_as_azure_takes_has_a_record_in_any_script(letter: str):
    """Spelt in ASCII, tags that stand in source, gallery, definition and version had no room: planning never ended."""
    tags = {f"{number:03}{letter * 509}": letter * 256 for number in range(50)}
    plan = make_plan(gallery=make_gallery(tags=tags), version_tags=tags)
    plan = plan.changed(source=plan.source.changed(tags=tags), definition=plan.definition.changed(tags=tags))
    written = await change(ID, lambda _: make_record(make_run(plan=plan)))
    assert isinstance(written, ImageRecord), written
    assert await load(ID) == written


async def test_a_record_written_in_ascii_by_an_earlier_release_is_read_as_it_was(records):
    record = make_record(make_run(start=make_start(requested_by="Zoë 😀")))
    records.put_text(ID, json.dumps(record.dump()))
    assert await load(ID) == record


def test_half_of_a_surrogate_pair_does_not_keep_a_record_from_being_written():
    assert json.loads(joined(split(as_json({"comment": "half \ud83d é"})))) == {"comment": "half \ud83d é"}
