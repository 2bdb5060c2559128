"""Steps 9 and 10 against an emulated Azure: the source goes only when the whole promise holds, read anew."""

from collections.abc import Callable
from typing import Any

import pytest

from activities.create_image_version import create_image_version
from activities.delete_source_image import delete_source_image
from activities.ensure_image_definition import ensure_image_definition
from activities.plan_migration import plan_migration
from activities.record_outcome import record_outcome
from arm.consumers import find_consumers
from arm.locks import find_locks
from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP, SUBSCRIPTION
from migration.approval.approval import Decision
from migration.course.state import MigrationState
from migration.resources.operation import CreatedVersion, Operation
from migration.values.answer import Refusal
from migration.values.outcome import Outcome, OutcomeKind, Phase
from tests.unit.azure_samples import (
    APPROVAL,
    BUILD_SECONDS,
    DEFINITION,
    SOURCE,
    USED_SOURCE,
    VERSION,
    start,
    state,
)
from tests.unit.samples import NOW

LOCKS = "providers/Microsoft.Authorization/locks"


async def approved_migration(azure, source: str = SOURCE) -> MigrationState:
    begun = start(source, imageDefinition="ubuntu-web", targetRegions=["eastus2"])
    planned = state((await plan_migration(begun)).plan, begun)
    await ensure_image_definition(planned)
    azure.control.advance(1)
    made = await create_image_version(planned)
    assert isinstance(made, CreatedVersion)
    azure.control.advance(BUILD_SECONDS)
    return planned.model_copy(update={"image_version_id": VERSION, "approval": APPROVAL, "decided_at": NOW})


@pytest.fixture
async def approved(azure) -> MigrationState:
    return await approved_migration(azure)


def edit(azure, resource_id: str, change: Callable[[dict[str, Any]], Any]) -> None:
    document = azure.control.resource(resource_id)
    change(document)
    azure.control.put_resource(document)


def lock(azure, scope: str, level: str = "CanNotDelete") -> None:
    azure.control.put_resource({"id": f"{scope}/{LOCKS}/keep", "name": "keep", "properties": {"level": level}})


async def refusal(azure, state: MigrationState) -> str:
    writes = azure.control.state()["writes"]
    answer = await delete_source_image(state)
    assert isinstance(answer, Refusal), answer
    assert azure.control.state()["writes"] == writes
    assert azure.control.resource(state.planned.source.id) is not None
    return answer.code


async def test_a_source_is_deleted_when_the_promise_holds(azure, approved):
    operation = await delete_source_image(approved)
    assert isinstance(operation, Operation)
    azure.control.advance(60)
    assert azure.control.resource(SOURCE) is None


async def test_a_source_that_is_gone_already_needs_no_delete(azure, approved):
    azure.control.delete_resource(SOURCE)
    assert await delete_source_image(approved) is None


@pytest.mark.parametrize(
    "approval",
    [
        None,
        APPROVAL.model_copy(update={"decision": Decision.REJECT}),
        APPROVAL.model_copy(update={"image_version_id": VERSION.replace("1.0.0", "1.0.1")}),
    ],
)
async def test_without_an_approval_of_this_very_version_nothing_is_deleted(azure, approved, approval):
    assert await refusal(azure, approved.model_copy(update={"approval": approval})) == "NotApproved"


async def test_a_source_in_use_by_a_scale_set_is_not_deleted(azure):
    azure.control.put_resource(azure.control.resource(USED_SOURCE) | {"location": "eastus2"})
    assert await refusal(azure, await approved_migration(azure, USED_SOURCE)) == "SourceInUse"


async def test_a_source_in_use_by_a_machine_is_not_deleted(azure, approved):
    profile = {"imageReference": {"id": SOURCE.upper()}}
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/shop"
    azure.control.put_resource({"id": machine, "location": "eastus2", "properties": {"storageProfile": profile}})
    assert await refusal(azure, approved) == "SourceInUse"


@pytest.mark.parametrize("scope", [SOURCE, IMAGES_GROUP, SUBSCRIPTION])
@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly"])
async def test_a_locked_source_is_not_deleted_wherever_the_lock_is(azure, approved, scope: str, level: str):
    lock(azure, scope, level)
    assert await refusal(azure, approved) == "SourceLocked"


async def test_a_lock_on_something_else_does_not_matter(azure, approved):
    lock(azure, SHOP_GROUP)
    lock(azure, f"{SOURCE}2")
    assert await find_locks(SOURCE) == []


async def test_a_version_that_is_gone_keeps_its_source(azure, approved):
    azure.control.delete_resource(VERSION)
    assert await refusal(azure, approved) == "VersionNotFound"


async def test_a_version_that_lost_a_region_keeps_its_source(azure, approved):
    edit(azure, VERSION, lambda version: version["properties"]["publishingProfile"].update(targetRegions=[]))
    assert await refusal(azure, approved) == "ReplicationIncomplete"


async def test_a_shallow_version_keeps_its_source(azure, approved):
    edit(azure, VERSION, lambda version: version["properties"]["publishingProfile"].update(replicationMode="Shallow"))
    assert await refusal(azure, approved) == "ShallowReplication"


async def test_an_image_made_again_under_its_old_name_is_not_deleted(azure, approved):
    edit(azure, SOURCE, lambda image: image["properties"]["storageProfile"]["osDisk"].update(diskSizeGB=64))
    assert await refusal(azure, approved) == "SourceChanged"


async def test_the_sources_own_subscription_is_searched_even_where_none_can_be_listed(azure, monkeypatch):
    async def none_visible() -> list[str]:
        return []

    monkeypatch.setattr("arm.consumers.list_subscriptions", none_visible)
    assert [consumer.kind for consumer in await find_consumers(USED_SOURCE)] == ["scale set"]


def ended(state: MigrationState, kind: OutcomeKind) -> MigrationState:
    return state.model_copy(update={"outcome": Outcome(kind=kind, code="Code", reason="because", step=Phase.DONE)})


async def test_a_kept_source_and_its_version_tell_what_happened(azure, approved):
    edit(azure, SOURCE, lambda image: image["tags"].update(team="web"))
    assert (await record_outcome(ended(approved, OutcomeKind.SOURCE_KEPT))).notes == []
    source, version = azure.control.resource(SOURCE)["tags"], azure.control.resource(VERSION)["tags"]
    assert source["team"] == "web"
    assert source["migrate-to-gallery-status"].startswith("SourceKept Code ")
    assert version["migration-outcome"] == "SourceKept"
    assert version["decided-by"] == "Ada"
    assert version["migration-id"] == approved.start.id


async def test_the_source_of_a_finished_migration_is_not_written_to(azure, approved):
    assert (await record_outcome(ended(approved, OutcomeKind.MIGRATED))).notes == []
    assert "migrate-to-gallery-status" not in azure.control.resource(SOURCE)["tags"]


async def test_a_record_that_cannot_be_left_is_noted(azure, approved):
    lock(azure, IMAGES_GROUP, "ReadOnly")
    azure.control.delete_resource(VERSION)
    notes = (await record_outcome(ended(approved, OutcomeKind.SOURCE_KEPT))).notes
    assert len(notes) == 2
    assert VERSION in notes[0]
    assert "ScopeLocked" in notes[1]


async def test_the_version_lives_on_without_its_source(azure, approved):
    await delete_source_image(approved)
    azure.control.advance(60)
    assert azure.control.resource(VERSION)["properties"]["storageProfile"]["source"]["id"] == SOURCE
    assert azure.control.resource(DEFINITION) is not None
