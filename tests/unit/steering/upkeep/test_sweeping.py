"""The sweep: what is news is started, what was refused is tried again once a day, tags that are off are seen off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arm.transport.errors import ArmUnavailableError
from migration.asking.tags import tag_fingerprint
from migration.plan.plan import PlanResult
from migration.record.image_record import Answered, ImageRecord
from migration.record.run import RunStage
from migration.resources.image import ManagedImage
from migration.values.ids import earlier_instance_id_for, instance_id_for
from migration.values.problems import Problem
from records.pauses import Pause, write_pause
from steering.upkeep import sweeping
from steering.upkeep.sweeping import TRIED_AGAIN_AFTER, Sweep, sweep
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import (
    DEFAULTS,
    OWN_ID,
    SOURCE,
    changed,
    make_ended,
    make_image,
    make_plan,
    make_record,
    make_run,
)

KEY = "migrate-to-gallery"
TAGS = {KEY: "default"}
IMAGE = make_image(tags=TAGS)
OTHER = make_image(id=f"{SOURCE}-2", tags=TAGS)
OTHER_ID = instance_id_for(OTHER.id)
PROBLEM = PlanResult(problems=[Problem(field="gallery", code="NotFound", message="none")])
A_DAY_AGO = datetime.now(UTC) - TRIED_AGAIN_AFTER - timedelta(minutes=1)


class Estate:
    """Images as Resource Graph tells of them, as they are, and what a plan of any of them comes to."""

    def __init__(self) -> None:
        self.tagged: list[ManagedImage] = [IMAGE]
        self.untagged: list[ManagedImage] = []
        self.plan: PlanResult | Exception = PlanResult(plan=make_plan())
        self.planned: list[str] = []
        self.hub = FakeHub()

    async def sweep(self) -> Sweep:
        return await sweep(self.hub, DEFAULTS)

    def started_runs(self) -> list[str]:
        return self.hub.started_ids


@pytest.fixture
def estate(records, monkeypatch) -> Estate:
    found = Estate()

    async def tagged(_key: str) -> tuple[str, list[ManagedImage]]:
        return "list", found.tagged

    async def get_image(image_id: str) -> ManagedImage | None:
        return next((image for image in [*found.untagged, *found.tagged] if image.id == image_id), None)

    async def draw_up_plan(start: Any, *_: Any) -> PlanResult:
        found.planned.append(start.id)
        if isinstance(found.plan, Exception):
            raise found.plan
        return found.plan

    monkeypatch.setattr(sweeping, "_tagged", tagged)
    monkeypatch.setattr(sweeping, "get_image", get_image)
    monkeypatch.setattr(sweeping, "draw_up_plan", draw_up_plan)
    return found


def answered(tags: dict[str, str] = TAGS, **changes: Any) -> Answered:
    return changed(Answered(fingerprint=tag_fingerprint(tags, KEY), content="first"), changes)


def ended(**changes: Any) -> ImageRecord:
    return make_record(make_ended(), answered=answered(**changes))


async def test_a_tagged_image_that_no_event_spoke_of_is_started_once(estate):
    assert (await estate.sweep()).started == [OWN_ID]
    found = await estate.sweep()
    assert (found.started, found.under_way) == ([], [OWN_ID])
    assert estate.started_runs() == [OWN_ID]


async def test_what_has_been_answered_is_not_started_again(records, estate):
    records.put(ended())
    found = await estate.sweep()
    assert (found.tagged, found.started, found.under_way) == (1, [], [])


@pytest.mark.parametrize("known", [{"tags": {KEY: "other"}}, {"off": True}, {"content": "second"}])
async def test_another_value_a_tag_set_again_and_another_image_are_news(records, estate, known: dict[str, Any]):
    records.put(ended(**known))
    assert (await estate.sweep()).started == [OWN_ID]


async def test_what_the_release_before_has_answered_is_not_started_again(records, estate):
    columns = {"answeredFingerprint": answered().fingerprint, "answeredContent": "first", "answeredShape": ""}
    records.put_text(earlier_instance_id_for(SOURCE), "{}", **columns, answeredDeleted=False)
    assert (await estate.sweep()).started == []


async def test_what_was_admitted_and_never_began_is_scheduled_by_a_sweep(records, estate):
    records.put(make_record(make_run(stage=RunStage.ADMITTED)))
    found = await estate.sweep()
    assert (found.started, found.under_way, estate.started_runs()) == ([], [OWN_ID], [OWN_ID])


async def test_a_record_that_makes_no_sense_costs_its_own_image_and_not_those_after_it(records, estate):
    """Every sweep ended at it, and what came after it by name was never started."""
    estate.tagged = [IMAGE, OTHER]
    for text in ('{"run": "of a kind yet to come"}', '{"oldestReader": 99}'):
        records.put_text(OWN_ID, text)
        found = await estate.sweep()
        assert OWN_ID not in found.started
    assert estate.started_runs() == [OTHER_ID]


async def test_a_sweep_that_looks_while_a_migration_ends_does_not_start_it_again(records, estate):
    records.before_saving.append(lambda: records.put(ended()))
    assert (await estate.sweep()).started == []
    assert estate.started_runs() == []


async def test_while_starts_are_paused_nothing_is_started_and_the_next_sweep_starts_it(records, estate):
    await write_pause(Pause(paused=True, by="Ada"))
    assert (await estate.sweep()).started == []
    await write_pause(Pause(paused=False, by="Ada"))
    assert (await estate.sweep()).started == [OWN_ID]


# Refused wishes


async def test_a_refused_wish_is_tried_again_after_a_day_if_its_plan_has_no_problem_any_more(records, estate):
    """The gallery had been made meanwhile, and the tag waited for ever."""
    records.put(ended(refused_at=A_DAY_AGO))
    assert (await estate.sweep()).started == [OWN_ID]
    assert (estate.planned, records.run(OWN_ID).number) == ([OWN_ID], 2)


async def test_a_refused_wish_whose_plan_still_has_a_problem_is_tried_again_a_day_later(records, estate):
    estate.plan = PROBLEM
    records.put(ended(refused_at=A_DAY_AGO))
    for _ in range(3):
        assert (await estate.sweep()).started == []
    assert estate.planned == [OWN_ID], "planned once a day, whatever comes of it"
    known = records.get(OWN_ID)
    assert known.answered.refused_at > A_DAY_AGO + TRIED_AGAIN_AFTER
    assert known.run == make_ended()


async def test_a_wish_that_is_put_right_is_not_put_off_by_a_sweep_that_dies_of_beginning_another(
    records, estate, monkeypatch
):
    """It waited one day more, for it had been planned anew."""
    records.put(ended(refused_at=A_DAY_AGO))

    async def died(*_: object, **__: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(sweeping, "begin", died)
        with pytest.raises(ConnectionResetError):
            await estate.sweep()
    assert (await estate.sweep()).started == [OWN_ID]


async def test_a_wish_that_was_put_right_and_begun_leaves_the_next_sweeps_to_others(records, estate):
    """It was planned anew by each sweep, for as long as its run lived."""
    records.put(ended(refused_at=A_DAY_AGO))
    for _ in range(5):
        await estate.sweep()
    assert estate.planned == [OWN_ID]


async def test_a_record_that_makes_no_sense_once_it_was_put_right_keeps_nobody_from_the_sweep(
    records, estate, monkeypatch
):
    records.put(ended(refused_at=A_DAY_AGO))

    async def begun(*_: object, **__: object) -> None:
        records.put_text(OWN_ID, "nonsense")

    monkeypatch.setattr(sweeping, "begin", begun)
    assert (await estate.sweep()).started == [OWN_ID]


@pytest.mark.parametrize("since", [timedelta(0), TRIED_AGAIN_AFTER - timedelta(minutes=1)])
async def test_a_refused_wish_is_left_alone_for_a_day(records, estate, since: timedelta):
    records.put(ended(refused_at=datetime.now(UTC) - since))
    assert (await estate.sweep()).started == []
    assert estate.planned == []


async def test_an_answer_that_was_no_refusal_is_not_tried_again(records, estate):
    records.put(ended())
    await estate.sweep()
    assert estate.planned == []


async def test_a_plan_that_cannot_be_made_now_costs_nothing_but_a_later_sweep(records, estate):
    records.put(ended(refused_at=A_DAY_AGO))
    estate.plan = ArmUnavailableError("X", "no network")
    assert (await estate.sweep()).started == []
    estate.plan = PlanResult(plan=make_plan())
    assert (await estate.sweep()).started == [OWN_ID]


async def test_a_refused_wish_that_changed_is_news_and_not_planned_twice(records, estate):
    records.put(ended(tags={KEY: "other"}, refused_at=A_DAY_AGO))
    assert (await estate.sweep()).started == [OWN_ID]
    assert estate.planned == []


# Tags that are off


async def test_a_tag_that_was_taken_off_is_seen_off_and_set_again_it_is_news(records, estate):
    records.put(ended())
    estate.tagged, estate.untagged = [], [make_image(tags={"team": "web"})]
    assert (await estate.sweep()).started == []
    assert records.get(OWN_ID).answered.off
    estate.tagged, estate.untagged = [IMAGE], []
    assert (await estate.sweep()).started == [OWN_ID]


@pytest.mark.parametrize("image", [[IMAGE], []], ids=["the index lags", "the image is gone"])
async def test_what_the_index_leaves_out_is_off_only_if_the_image_itself_says_so(records, estate, image):
    records.put(ended())
    estate.tagged, estate.untagged = [], image
    await estate.sweep()
    assert not records.get(OWN_ID).answered.off
