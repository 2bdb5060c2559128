"""Beginning: the record admits one run of many starts, and 202 is kept whatever the task hub answers."""

import asyncio
from typing import Any

import pytest

from migration.asking.settings import Settings
from migration.asking.tags import tag_fingerprint
from migration.course.starting import Requester, start_by_tags
from migration.record.image_record import Answered
from migration.record.run import Run, RunStage
from migration.values.answer import Refusal
from migration.values.ids import earlier_instance_id_for
from migration.values.outcome import Phase
from records.errors import RecordsUnavailableError
from records.pauses import Pause, kept_wishes, write_pause
from records.store import hold
from steering.runs.beginning import answered_of, begin, see_off
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import (
    DEFAULTS,
    OWN_ID,
    SOURCE,
    changed,
    make_ended,
    make_image,
    make_record,
    make_run,
    make_settings,
    make_start,
)

KEY = "migrate-to-gallery"
TAGS = {KEY: "default"}
IMAGE = make_image(tags=TAGS)
BY_TAG = start_by_tags(IMAGE, Requester("Eve"), DEFAULTS)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


async def start(hub: FakeHub, settings: Settings = DEFAULTS, **more: Any) -> Run | Refusal:
    return await begin(hub, make_start(), await hold(OWN_ID), settings, **more)


def answered(tags: dict[str, str] = TAGS, **changes: Any) -> Answered:
    return changed(Answered(fingerprint=tag_fingerprint(tags, KEY), content="first"), changes)


async def test_a_start_is_in_the_record_before_the_hub_hears_of_it(records, hub):
    run = await start(hub)
    assert isinstance(run, Run)
    assert records.run(OWN_ID) == run
    ((migration_id, hint),) = hub.started
    assert (migration_id, hint.run, hint.phase) == (OWN_ID, run.id, Phase.PLANNING)
    assert set(hint.dump()) == {"format", "run", "phase"}


async def test_of_many_starts_at_once_one_is_admitted_and_the_others_are_told_which(records, hub):
    """Fifty callers were told 202, and one migration ran."""
    holds = [await hold(OWN_ID) for _ in range(50)]
    results = await asyncio.gather(*(begin(hub, make_start(), held, DEFAULTS) for held in holds))
    admitted = [one for one in results if isinstance(one, Run)]
    assert len(admitted) == 1
    assert {one.code for one in results if isinstance(one, Refusal)} == {"UnderWay"}
    assert {held.run.id for held in holds if held.run} == {admitted[0].id}
    assert records.run(OWN_ID).id == admitted[0].id
    assert {hint.run for _, hint in hub.started} == {admitted[0].id}


async def test_the_run_that_lives_is_named_to_whoever_comes_second(records, hub):
    records.put(make_record(make_run(Phase.CREATING)))
    hub.live.add(OWN_ID)
    held = await hold(OWN_ID)
    refusal = await begin(hub, make_start(), held, DEFAULTS)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, held.run and held.run.id) == ("UnderWay", "run 1")
    assert hub.started == []


async def test_the_record_of_another_image_refuses(records, hub):
    records.put(make_record(make_ended(), source_image_id=f"{SOURCE}2"))
    refusal = await start(hub)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, hub.started) == ("OtherImage", [])


@pytest.mark.parametrize("down", [{"down": True}, {"takes_nothing": True}])
async def test_what_was_admitted_is_kept_whatever_the_hub_answers(records, down: dict[str, Any]):
    run = await start(FakeHub(**down))
    assert isinstance(run, Run)
    assert records.run(OWN_ID).stage is RunStage.ADMITTED


async def test_whoever_asks_next_has_it_scheduled_again_as_the_same_run(records, hub):
    hub.takes_nothing = True
    run = await start(hub)
    assert isinstance(run, Run)
    hub.takes_nothing = False
    refusal = await start(hub)
    assert isinstance(refusal, Refusal)
    assert [hint.run for _, hint in hub.started] == [run.id]


async def test_an_orchestration_that_lives_under_the_images_id_keeps_no_run_from_being_admitted(records, hub):
    """A forged or an old instance holds the id: it asks the record at its end, and goes on with the admitted run."""
    hub.live.add(OWN_ID)
    run = await start(hub)
    assert isinstance(run, Run)
    assert (run.stage, hub.started) == (RunStage.ADMITTED, [])


async def test_without_a_store_nothing_is_started(records, hub):
    records.is_down = True
    with pytest.raises(RecordsUnavailableError):
        await start(hub)
    assert hub.started == []


async def test_a_start_whose_write_got_no_answer_is_not_told_as_started_and_is_kept(records, hub):
    records.lost.append(RecordsUnavailableError("timeout"))
    with pytest.raises(RecordsUnavailableError):
        await start(hub)
    run = records.run(OWN_ID)
    assert (run.stage, hub.started) == (RunStage.ADMITTED, [])
    await start(hub)
    assert [hint.run for _, hint in hub.started] == [run.id]


async def test_the_run_before_is_kept_in_full_when_its_place_is_taken(records, hub):
    records.put(make_record(make_ended(notes=["a note"])))
    run = await start(hub)
    assert isinstance(run, Run)
    assert run.number == 2
    assert [(one.number, one.notes) for one in records.kept()] == [(1, ["a note"])]


async def test_a_start_is_listed_at_once(records, hub):
    records.put(make_record(make_ended()))
    await start(hub)
    (row,) = records.listed()
    assert (row["phase"], row["outcome"], row["live"]) == ("Planning", "", True)


async def test_a_list_that_is_down_keeps_no_migration_from_starting(records, hub):
    records.broken.add("list")
    assert isinstance(await start(hub), Run)
    assert len(hub.started) == 1


# Wishes of tags


async def test_a_wish_that_has_been_answered_meanwhile_starts_nothing(records, hub):
    """Its own tag was told late: people who had just rejected were asked the same again."""
    held = await hold(OWN_ID)
    records.put(make_record(make_ended(), answered=answered()))
    refusal = await begin(hub, BY_TAG, held, DEFAULTS, image=IMAGE)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, hub.started) == ("Answered", [])


@pytest.mark.parametrize("known", [answered({KEY: "other"}), answered(off=True), answered(content="second")])
async def test_a_wish_that_is_new_starts_a_run(records, hub, known: Answered):
    records.put(make_record(make_ended(), answered=known))
    assert isinstance(await begin(hub, BY_TAG, await hold(OWN_ID), DEFAULTS, image=IMAGE), Run)


async def test_a_request_starts_what_has_been_answered_before(records, hub):
    records.put(make_record(make_ended(), answered=answered()))
    assert isinstance(await start(hub), Run)


async def test_a_tag_that_was_seen_off_is_a_new_wish_when_it_is_set_again(records, hub):
    records.put(make_record(make_ended(), answered=answered()))
    await see_off(await hold(OWN_ID))
    assert records.get(OWN_ID).answered.off
    writes = records.writes
    await see_off(await hold(OWN_ID))
    assert records.writes == writes
    assert isinstance(await begin(hub, BY_TAG, await hold(OWN_ID), DEFAULTS, image=IMAGE), Run)


async def test_what_was_never_answered_cannot_be_seen_off(records):
    await see_off(await hold(OWN_ID))
    assert records.get(OWN_ID) is None
    records.put(make_record(make_run()))
    await see_off(await hold(OWN_ID))
    assert records.get(OWN_ID).answered is None


async def test_what_the_release_before_has_answered_counts_until_the_image_has_a_record(records):
    columns = {"answeredFingerprint": "f", "answeredContent": "c", "answeredShape": "", "answeredDeleted": False}
    records.put_text(earlier_instance_id_for(SOURCE), "{}", **columns)
    earlier = await answered_of(await hold(OWN_ID), SOURCE)
    assert earlier is not None
    assert earlier.fingerprint == "f"
    records.put(make_record(make_run()))
    assert await answered_of(await hold(OWN_ID), SOURCE) is None


# The pause


async def test_while_starts_are_paused_none_is_admitted_and_a_wish_of_tags_is_not_lost(records, hub):
    await write_pause(Pause(paused=True, by="Ada", reason="an audit"))
    assert BY_TAG is not None
    refusal = await begin(hub, BY_TAG, await hold(OWN_ID), DEFAULTS)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "Paused"
    assert "an audit" in refusal.message
    assert (records.get(OWN_ID), await kept_wishes()) == (None, {OWN_ID: SOURCE})


async def test_a_request_that_is_put_off_is_told_so_and_not_kept(records, hub):
    await write_pause(Pause(paused=True, by="Ada"))
    assert isinstance(await start(hub), Refusal)
    assert await kept_wishes() == {}


async def test_the_setting_pauses_whatever_the_switch_says(records, hub):
    refusal = await start(hub, make_settings(paused=True))
    assert isinstance(refusal, Refusal)
    assert "MIGRATION_PAUSED" in refusal.message


async def test_what_is_under_way_is_looked_after_while_starts_are_paused(records, hub):
    await write_pause(Pause(paused=True, by="Ada"))
    records.put(make_record(make_run(stage=RunStage.ADMITTED)))
    await start(hub)
    assert [hint.run for _, hint in hub.started] == ["run 1"]
