"""What a migration leaves on the resources themselves: who decided, by the record, and how it ended."""

from datetime import timedelta
from typing import Any

import pytest

from migration.asking.tags import tag_fingerprint
from migration.course import steps
from migration.record.question import Stage
from migration.record.run import RunStage
from migration.resources.provenance import SOURCE_CONTENT_TAG as CONTENT_TAG
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from steering.gathering.remaining import find_end_now
from tests.support.azure_samples import BUILD_SECONDS, DEFINITION, SOURCE, VERSION, approved, built
from tests.support.samples import make_outcome
from tests.support.steps import Migration

STATUS = "migrate-to-gallery-status"
MISSING = {"status": 404, "code": "ResourceNotFound", "message": "not seen"}


@pytest.fixture
async def migration(azure, records) -> Migration:
    return await built(azure, records)


async def record(migration: Migration, kind: OutcomeKind, **said: Any) -> list[str]:
    """End it, and record that; returns the notes that this made."""
    over = {"stage": RunStage.ENDING, "phase": Phase.DONE, "outcome": make_outcome(kind, "Code"), "notes": []}
    migration.change(**over)
    await migration.take(steps.RECORD_OUTCOME, **said)
    return migration.run.notes


def tags_of(azure, resource_id: str) -> dict[str, str]:
    return azure.control.resource(resource_id)["tags"]


async def test_a_kept_source_and_its_version_tell_what_happened(azure, migration):
    await approved(migration)
    image = azure.control.resource(SOURCE)
    azure.control.put_resource(image | {"tags": {**image["tags"], "team": "web"}})
    assert await record(migration, OutcomeKind.SOURCE_KEPT) == []
    source, version = tags_of(azure, SOURCE), tags_of(azure, VERSION)
    assert source["team"] == "web"
    assert source[STATUS].startswith("SourceKept Code ")
    assert version["migration-outcome"] == "SourceKept"
    assert version["decided-by"] == "Ada"
    assert version["migration-id"] == migration.id


async def test_who_decided_is_told_by_the_record_and_not_by_the_instance(azure, migration):
    await approved(migration)
    await record(migration, OutcomeKind.SOURCE_KEPT, approval={"approver": "Mallory"})
    assert tags_of(azure, VERSION)["decided-by"] == "Ada"


async def test_an_instance_of_a_run_that_is_not_ending_writes_no_tag(azure, migration):
    writes = azure.control.state()["writes"]
    await migration.take(steps.RECORD_OUTCOME)
    migration.change(stage=RunStage.ENDED, phase=Phase.DONE, outcome=make_outcome())
    await migration.take(steps.RECORD_OUTCOME)
    assert azure.control.state()["writes"] == writes


async def test_a_version_that_is_none_of_ours_is_not_tagged(azure, migration):
    before = tags_of(azure, VERSION)
    copied = migration.run.copied
    azure.control.put_resource(azure.control.resource(VERSION) | {"tags": {}})
    migration.change(copied=copied.changed(published_at=copied.published_at - timedelta(days=1)))  # it was replaced
    await record(migration, OutcomeKind.FAILED)
    assert tags_of(azure, VERSION) == {}
    migration.change(copied=copied)
    await record(migration, OutcomeKind.FAILED)
    assert tags_of(azure, VERSION)["migration-outcome"] == "Failed"
    azure.control.put_resource(azure.control.resource(VERSION) | {"tags": before})
    await record(migration, OutcomeKind.FAILED)
    assert tags_of(azure, VERSION)["migration-outcome"] == "Failed"


async def test_the_source_of_a_finished_migration_is_not_written_to(azure, migration):
    await approved(migration)
    assert await record(migration, OutcomeKind.MIGRATED) == []
    assert STATUS not in tags_of(azure, SOURCE)


async def test_another_image_under_the_sources_name_is_not_written_to(azure, migration):
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] = 64
    azure.control.put_resource(image)
    await record(migration, OutcomeKind.SOURCE_KEPT)
    assert STATUS not in tags_of(azure, SOURCE)


async def test_an_outcome_that_cannot_be_left_on_the_resources_is_noted(azure, migration):
    await approved(migration)
    lock = {"id": f"{SOURCE.rpartition('/providers/')[0]}/providers/Microsoft.Authorization/locks/keep", "name": "keep"}
    azure.control.put_resource(lock | {"properties": {"level": "ReadOnly"}})
    azure.control.delete_resource(VERSION)
    notes = await record(migration, OutcomeKind.SOURCE_KEPT)
    assert len(notes) == 2
    assert VERSION in notes[0]
    assert "ScopeLocked" in notes[1]


async def test_where_the_resources_could_not_be_reached_at_all_that_is_noted_and_the_end_goes_on(azure, migration):
    writes = azure.control.state()["writes"]
    (note,) = await record(migration, OutcomeKind.FAILED, unreachable="no network")
    assert note == "the outcome could not be recorded: no network"
    assert azure.control.state()["writes"] == writes


@pytest.mark.parametrize("kind", [OutcomeKind.FAILED, OutcomeKind.CANCELLED])
async def test_what_is_left_behind_is_what_was_found_there(azure, migration, kind: OutcomeKind):
    await record(migration, kind)
    assert migration.outcome.left_behind == [DEFINITION, VERSION]
    azure.control.delete_resource(VERSION)
    await record(migration, kind)
    assert migration.outcome.left_behind == [DEFINITION]


# What there is of source and copy

KINDS = [OutcomeKind.FAILED, OutcomeKind.CANCELLED, OutcomeKind.SOURCE_KEPT, OutcomeKind.UNKNOWN]
SEEN_TAG = "migration-source"


def all_complete(azure) -> None:
    azure.control.advance(10 * BUILD_SECONDS)


def build_anew(azure) -> None:
    """Another image under the name of the source."""
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] = 64
    azure.control.put_resource(image)


def refuse(azure, path: str, status: int = 403) -> None:
    error = {"status": status, "code": "NotNow", "message": "no"}
    azure.control.add_fault(method="GET", path=path, error=error, times=None)


@pytest.mark.parametrize("gone", [lambda azure: azure.control.delete_resource(SOURCE), build_anew])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_version_whose_source_is_gone_is_told_as_the_only_copy(azure, migration, kind: OutcomeKind, gone):
    """A clean-up job took the image: its only copy stood in `leftBehind`, to be removed."""
    all_complete(azure)
    gone(azure)
    await record(migration, kind)
    known = migration.outcome
    assert (known.source, known.only_copy, known.left_behind) == (SourceSeen.GONE, True, [])
    assert tags_of(azure, VERSION)[SEEN_TAG] == "gone: this is the only copy"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_copy_that_is_not_complete_may_become_the_only_one(azure, migration, kind: OutcomeKind):
    azure.control.delete_resource(SOURCE)
    azure.control.put_resource(incomplete(azure.control.resource(VERSION)))
    await record(migration, kind)
    known = migration.outcome
    assert (known.source, known.only_copy, known.left_behind) == (SourceSeen.GONE, False, [])
    assert tags_of(azure, VERSION)[SEEN_TAG] == "gone: this may be the only copy"


def incomplete(version: dict[str, Any]) -> dict[str, Any]:
    return version | {"properties": version["properties"] | {"provisioningState": "Updating"}}


async def test_a_source_that_cannot_be_read_lets_nothing_be_named_as_left_behind(azure, migration):
    refuse(azure, f"{SOURCE}$")
    await record(migration, OutcomeKind.CANCELLED)
    assert (migration.outcome.source, migration.outcome.left_behind) == (SourceSeen.UNKNOWN, [])


async def test_a_version_that_cannot_be_read_is_not_told_as_complete(azure, migration):
    azure.control.delete_resource(SOURCE)
    refuse(azure, f"{VERSION}$")
    await record(migration, OutcomeKind.CANCELLED)
    assert (migration.outcome.source, migration.outcome.only_copy) == (SourceSeen.GONE, False)


async def test_a_definition_that_holds_the_only_copy_of_an_earlier_image_is_not_left_behind(azure, migration):
    """The image before this one of its name was lost, and the definition of both was to be removed."""
    earlier = azure.control.resource(VERSION)
    earlier |= {"id": f"{DEFINITION}/versions/0.9.0", "name": "0.9.0", "tags": earlier["tags"] | {CONTENT_TAG: "else"}}
    azure.control.put_resource(earlier)
    await record(migration, OutcomeKind.CANCELLED)
    assert migration.outcome.left_behind == [VERSION]


async def test_a_version_that_somebody_has_found_good_is_not_left_behind(azure, migration):
    await approved(migration)
    await record(migration, OutcomeKind.CANCELLED)
    assert migration.outcome.left_behind == []


async def test_what_was_seen_gone_is_not_taken_back_by_a_look_that_cannot_tell(azure, migration):
    all_complete(azure)
    azure.control.delete_resource(SOURCE)
    await record(migration, OutcomeKind.CANCELLED)
    refuse(azure, f"{SOURCE}$")
    end = await find_end_now(migration.run, migration.outcome)
    assert (end.outcome, end.another) == (migration.outcome, None)


async def test_where_azure_gives_no_answer_now_nothing_is_named_as_left_behind(azure, migration):
    await record(migration, OutcomeKind.CANCELLED)
    assert migration.outcome.left_behind == [DEFINITION, VERSION]
    refuse(azure, f"{SOURCE}$", 503)
    end = await find_end_now(migration.run, migration.outcome)
    assert (end.outcome.source, end.outcome.left_behind) == (SourceSeen.UNKNOWN, [])


@pytest.mark.parametrize("unseen", [DEFINITION, VERSION])
async def test_what_is_not_found_once_and_is_listed_is_named_as_left_behind(azure, migration, unseen: str):
    """A single 404 at the end, and nobody was told of a version that costs money for good."""
    migration.change(stage=RunStage.ENDING, phase=Phase.DONE, outcome=make_outcome(OutcomeKind.CANCELLED, "Code"))
    azure.control.add_fault(method="GET", path=f"{unseen}$", error=MISSING)
    assert (await migration.take(steps.RECORD_OUTCOME)).later is not None
    await migration.take(steps.RECORD_OUTCOME)
    assert (migration.run.stage, migration.outcome.left_behind) == (RunStage.ENDED, [DEFINITION, VERSION])


async def test_a_step_that_runs_again_leaves_the_same_tags(azure, migration):
    await approved(migration)
    await record(migration, OutcomeKind.SOURCE_KEPT)
    before = (tags_of(azure, SOURCE), tags_of(azure, VERSION))
    await migration.take(steps.RECORD_OUTCOME)
    assert (tags_of(azure, SOURCE), tags_of(azure, VERSION)) == before
    assert migration.question.stage is Stage.APPROVED


# Whether a request has answered what the tag of its source wished


def tag(azure, value: str) -> str:
    """Tag the source; returns the fingerprint of the wish."""
    tags = {"migrate-to-gallery": value}
    azure.control.put_resource(azure.control.resource(SOURCE) | {"tags": tags})
    return tag_fingerprint(tags, "migrate-to-gallery")


def tagged_before(azure, migration: Migration, value: str) -> str:
    """Have the tag stand there when the request came."""
    wish = tag(azure, value)
    migration.change(start=migration.run.start.changed(fingerprint=wish))
    return wish


async def test_a_tag_that_a_request_has_met_is_answered_by_it(azure, migration):
    """Somebody posted what the tag asked for; a second migration of the same followed it."""
    wish = tagged_before(azure, migration, "contoso_gallery/ubuntu-web")
    await record(migration, OutcomeKind.SOURCE_KEPT)
    assert migration.record.answered.fingerprint == wish


async def test_a_tag_that_a_request_has_not_met_is_not_answered_by_it(azure, migration):
    tagged_before(azure, migration, "elsewhere/ubuntu-web")
    await record(migration, OutcomeKind.SOURCE_KEPT)
    assert migration.record.answered is None


async def test_a_tag_that_was_set_while_a_request_ran_is_a_wish_of_its_own(azure, migration):
    tag(azure, "contoso_gallery/ubuntu-web")
    await record(migration, OutcomeKind.SOURCE_KEPT)
    assert migration.record.answered is None


async def test_a_request_that_failed_answers_no_tag(azure, migration):
    """It planned what the tag asked for, failed, and used its wish up."""
    tagged_before(azure, migration, "contoso_gallery/ubuntu-web")
    await record(migration, OutcomeKind.FAILED)
    assert migration.record.answered is None


async def test_a_request_that_was_called_off_does_not_answer_the_tags_that_were_there(azure, migration):
    """A cancelled request took a tag for answered that nobody had migrated or called off."""
    tagged_before(azure, migration, "contoso_gallery/ubuntu-web")
    await record(migration, OutcomeKind.CANCELLED)
    assert migration.record.answered is None
