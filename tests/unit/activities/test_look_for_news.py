"""What an image was wished while its migration ran: nobody says it again, so it is looked for at the very end."""

from typing import Any

import pytest

from arm.transport.errors import ArmRefusedError
from migration.asking.tags import tag_fingerprint
from migration.course import steps
from migration.record.image_record import Answered
from migration.record.run import RunStage
from migration.resources.image import ManagedImage
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import OWN_ID, changed, make_ended, make_image, make_outcome, make_record, make_start
from tests.support.steps import Migration

KEY = "migrate-to-gallery"
TAGS = {KEY: "gallery"}
BY_TAG = make_ended(start=make_start(asked_by="tag"))


def answered(tags: dict[str, str], **changes: Any) -> Answered:
    return changed(Answered(fingerprint=tag_fingerprint(tags, KEY), content="first"), changes)


@pytest.fixture
def looking(records, monkeypatch):
    """A migration that has ended, and the image as it is by then; an error is raised."""

    class Looking(Migration):
        image: Any = None

        async def looks(self, run: Any = BY_TAG, **known: Any) -> str:
            records.put(make_record(run, **known))
            answer = await self.take(steps.LOOK_FOR_NEWS)
            return answer.stand.kind

    found = Looking(records, OWN_ID)

    async def get_image(_: str) -> ManagedImage | None:
        if isinstance(found.image, Exception):
            raise found.image
        return found.image

    monkeypatch.setattr("activities.look_for_news.get_image", get_image)
    return found


async def test_a_new_wish_is_admitted_as_a_run_of_its_own_and_gone_on_with(looking):
    looking.image = make_image(tags=TAGS)
    assert await looking.looks(answered=answered({KEY: "other"})) == "other"
    run = looking.run
    assert (run.id != "run 1", run.number, run.stage, run.phase) == (True, 2, RunStage.ADMITTED, Phase.PLANNING)
    assert (run.before, run.start.asked_by, run.start.requester_ids) == (None, "tag", [])


async def test_the_same_wish_again_is_none(looking):
    looking.image = make_image(tags=TAGS)
    assert await looking.looks(answered=answered(TAGS)) == "over"
    assert looking.run == BY_TAG


async def test_a_tag_that_was_seen_off_and_set_again_meanwhile_is_a_new_wish(looking):
    looking.image = make_image(tags=TAGS)
    assert await looking.looks(answered=answered(TAGS, off=True)) == "other"


async def test_a_tag_that_is_off_at_the_end_is_seen_off(looking):
    looking.image = make_image(tags={"team": "web"})
    assert await looking.looks(answered=answered(TAGS)) == "over"
    assert looking.record.answered.off


async def test_an_image_that_cannot_be_read_or_is_gone_says_nothing(looking):
    for image in (None, ArmRefusedError("AuthorizationFailed", "no")):
        looking.image = image
        assert await looking.looks(answered=answered({KEY: "other"})) == "over"


async def test_what_a_request_had_deleted_is_not_looked_for(looking):
    looking.image = make_image(tags=TAGS)
    migrated = make_ended(make_outcome(OutcomeKind.MIGRATED, "Migrated"))
    assert await looking.looks(migrated, answered=answered({KEY: "other"})) == "over"


async def test_an_image_made_again_under_a_deleted_ones_name_is_news_to_its_tag(looking):
    looking.image = make_image(tags=TAGS, content="second")
    migrated = BY_TAG.changed(outcome=make_outcome(OutcomeKind.MIGRATED, "Migrated"))
    assert await looking.looks(migrated, answered=answered(TAGS, deleted=True)) == "other"


async def test_a_wish_that_somebody_else_has_taken_up_meanwhile_is_not_taken_up_twice(looking, records):
    looking.image = make_image(tags=TAGS)
    other = make_record(BY_TAG.changed(id="run 2", stage=RunStage.BEGUN, outcome=None, phase=Phase.PLANNING))
    records.before_saving.append(lambda: records.put(other))
    assert await looking.looks(answered=answered({KEY: "other"})) == "other"
    assert looking.run == other.run


async def test_while_a_run_is_ending_nothing_is_admitted_after_it(looking):
    looking.image = make_image(tags=TAGS)
    ending = BY_TAG.changed(stage=RunStage.ENDING)
    assert await looking.looks(ending, answered=answered({KEY: "other"})) == "go"
    assert looking.run == ending


async def test_a_worker_that_died_as_it_ended_a_run_leaves_no_list_behind_the_record(looking, records):
    """It had changed the record, and had not written the row yet: the list told of a run that had stopped, for good."""
    assert await looking.looks() == "over"
    [row] = records.listed()
    assert (row["phase"], row["live"], row["outcome"]) == ("Done", False, BY_TAG.outcome.kind)
    assert [run.id for run in records.kept()] == [BY_TAG.id]


# What a tag wished that was there before a request

BY_REQUEST = make_ended(start=make_start())


@pytest.mark.parametrize("image", [make_image(tags={KEY: "prod"}), make_image(tags=TAGS, content="second")])
async def test_a_tag_that_a_request_has_not_met_starts_a_run_of_its_own(looking, image: ManagedImage):
    looking.image = image
    assert await looking.looks(BY_REQUEST) == "other"
    assert looking.run.start.asked_by == "tag"
