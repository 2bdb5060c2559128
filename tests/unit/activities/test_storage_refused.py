"""Azure refuses zone-redundant storage, by the call or by its operation: where nobody asked for it, LRS and a note."""

from typing import Any

import pytest

from dev.emulator.compute.any_resource.api_versions import GALLERIES
from migration.course import steps
from migration.record.run import RunStage
from migration.values.outcome import Phase
from tests.support.azure_samples import (
    BUILD_SECONDS,
    DEFINITION,
    SOURCE,
    UPDATE_SECONDS,
    VERSION,
    asked,
    begin,
    built,
    deleting,
    prepared,
    start,
)
from tests.support.steps import Migration

REFUSAL = {
    "status": 400,
    "code": "InvalidParameter",
    "message": "ZRS storage account type is not supported in this region.",
}
NEXT = f"{DEFINITION}/versions/1.0.1"
ZONED = {"East US 2": "Standard_ZRS", "West US 2": "Standard_ZRS", "West US": "Standard_LRS"}
UNZONED = dict.fromkeys(ZONED, "Standard_LRS")
REGIONS = ["westus2", "westus"]


def stored(azure: Any, version: str = VERSION) -> dict[str, str]:
    targets = azure.control.resource(version)["properties"]["publishingProfile"]["targetRegions"]
    return {target["name"]: target["storageAccountType"] for target in targets}


def in_plan(migration: Migration) -> set[str]:
    return {region.storage_account_type for region in migration.run.planned.target_regions}


async def creating(azure: Any, records: Any, **fields: Any) -> Migration:
    return await prepared(azure, records, start(**{"targetRegions": REGIONS, **fields}))


@pytest.mark.parametrize("api", [api for api in sorted(GALLERIES) if api >= "2019-07-01"])
async def test_a_version_without_a_word_is_stored_the_same_at_every_api_version(azure, records, configure, api: str):
    """The service's own default is LRS until 2024-03-03, and from 2025-03-03 on ZRS where there is."""
    configure(api_versions=f"galleries={api}")
    migration = await creating(azure, records)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert migration.run.phase is Phase.REPLICATING, migration.run.outcome
    assert stored(azure) == ZONED
    assert [region.storage_account_type for region in migration.run.planned.target_regions] == [*ZONED.values()]


async def test_zones_that_the_call_refuses_and_nobody_asked_for_are_given_up(azure, records):
    migration = await creating(azure, records)
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=REFUSAL)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert (migration.run.phase, migration.run.image_version_id) == (Phase.REPLICATING, VERSION)
    assert stored(azure) == UNZONED
    assert in_plan(migration) == {"Standard_LRS"}
    (note,) = [note for note in migration.run.notes if "refused Standard_ZRS" in note]
    assert "eastus2, westus2 " in note
    assert "stored in one zone" in [one.event for one in migration.run.audit]
    azure.control.advance(BUILD_SECONDS)
    await migration.take(steps.CHECK_REPLICATION)
    await asked(migration)


async def test_where_nothing_is_refused_nothing_is_noted(azure, records):
    migration = await creating(azure, records)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert not [note for note in migration.run.notes if "refused" in note]
    assert "stored in one zone" not in [one.event for one in migration.run.audit]


async def test_a_zone_resilient_source_whose_copy_loses_its_zones_is_told_so(azure, records):
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["zoneResilient"] = True
    azure.control.put_resource(image)
    migration = await creating(azure, records)
    assert [note for note in migration.run.notes if "and so is its copy" in note]
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=REFUSAL)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    for notes in (migration.run.notes, migration.run.planned.notes):
        assert [note for note in notes if note.startswith("less resilient than the source")]
        assert not [note for note in notes if "and so is its copy" in note]


async def test_zones_that_were_asked_for_are_not_given_up(azure, records):
    migration = await creating(azure, records, targetRegions=["eastus2=1=standard_zrs"])
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=REFUSAL)
    answer = await migration.insist(steps.CREATE_IMAGE_VERSION)
    assert (answer.refused, in_plan(migration)) == ("InvalidParameter", {"Standard_ZRS"})


async def test_another_refusal_gives_up_no_zones(azure, records):
    migration = await creating(azure, records)
    other = REFUSAL | {"message": "Duplicate regions are not allowed in target publishing regions."}
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=other)
    answer = await migration.insist(steps.CREATE_IMAGE_VERSION)
    assert (answer.refused, in_plan(migration)) == ("InvalidParameter", {"Standard_ZRS", "Standard_LRS"})


async def test_zones_that_the_operation_refuses_leave_a_failed_version_and_the_next_number_has_lrs(azure, records):
    migration = await creating(azure, records)
    azure.control.add_fault(operation="imageVersionCreate", error=REFUSAL)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert (await migration.take(steps.CHECK_REPLICATION)).wait is not None  # seen, and noted as a copy of the run's
    azure.control.advance(BUILD_SECONDS)
    assert (await migration.take(steps.CHECK_REPLICATION)).refused is None
    assert (migration.run.phase, migration.run.image_version_id) == (Phase.CREATING, None)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert (migration.run.phase, migration.run.image_version_id) == (Phase.REPLICATING, NEXT)
    assert migration.run.planned.image_version_id == NEXT
    assert (stored(azure), stored(azure, NEXT)) == (ZONED, UNZONED)
    assert azure.control.resource(VERSION)["properties"]["provisioningState"] == "Failed"
    assert [note for note in migration.run.notes if note.startswith("version 1.0.0 failed")]
    azure.control.advance(BUILD_SECONDS)
    await migration.take(steps.CHECK_REPLICATION)
    await asked(migration)


async def test_a_build_that_fails_for_another_cause_is_not_tried_again(azure, records):
    migration = await creating(azure, records)
    azure.control.add_fault(operation="imageVersionCreate", error=REFUSAL | {"message": "no capacity"})
    await migration.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    assert (await migration.insist(steps.CHECK_REPLICATION)).refused == "InvalidParameter"
    assert in_plan(migration) == {"Standard_ZRS", "Standard_LRS"}


async def test_a_number_that_was_asked_for_is_not_counted_up_for_the_sake_of_storage(azure, records):
    migration = await creating(azure, records, version="1.0.0")
    azure.control.add_fault(operation="imageVersionCreate", error=REFUSAL)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    assert (await migration.insist(steps.CHECK_REPLICATION)).refused == "InvalidParameter"
    assert "ZRS" in migration.outcome.reason


async def test_a_region_that_a_version_is_given_besides_gets_lrs_where_its_zones_are_refused(azure, records):
    first = await creating(azure, records, targetRegions=["eastus2"])
    await first.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    first.change(stage=RunStage.ENDED)
    again = begin(records, start(targetRegions=["eastus2", "westus2"]), "run 2")
    await again.take(steps.PLAN_MIGRATION)
    again.go_to(Phase.CREATING)
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=REFUSAL)
    await again.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(UPDATE_SECONDS)
    assert stored(azure) == {"East US 2": "Standard_ZRS", "West US 2": "Standard_LRS"}
    assert [region.storage_account_type for region in again.run.planned.target_regions] == [*stored(azure).values()]


async def test_a_version_of_an_earlier_release_in_one_zone_is_used_again(azure, records):
    """A default never disqualifies a version that exists: it is planned as it is."""
    first = await creating(azure, records, targetRegions=["eastus2=1=standard_lrs"])
    await first.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    first.change(stage=RunStage.ENDED)
    again = begin(records, start(), "run 2")
    await again.take(steps.PLAN_MIGRATION)
    assert (again.run.planned.adopt_version, in_plan(again)) == (True, {"Standard_LRS"})
    again.go_to(Phase.CREATING)
    await again.take(steps.CREATE_IMAGE_VERSION)
    await again.take(steps.CHECK_REPLICATION)
    await asked(again)


async def test_what_says_type_and_strategy_of_itself_is_changed_without_sending_both(azure, records):
    """The service refuses both together, and a change is what was read, sent back."""
    first = await creating(azure, records, targetRegions=["eastus2"])
    await first.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    version = azure.control.resource(VERSION)
    both = {"storageAccountType": "Standard_ZRS", "storageAccountStrategy": "PreferStandard_ZRS"}
    version["properties"]["publishingProfile"] |= both
    azure.control.put_resource(version)
    first.change(stage=RunStage.ENDED)
    again = begin(records, start(targetRegions=["eastus2", "westus"]), "run 2")
    await again.take(steps.PLAN_MIGRATION)
    again.go_to(Phase.CREATING)
    await again.take(steps.CREATE_IMAGE_VERSION)
    assert again.run.phase is Phase.REPLICATING, again.run.outcome
    assert stored(azure)["West US"] == "Standard_LRS"


@pytest.mark.parametrize(
    "said",
    [
        "The storage account type 'Standard_ZRS' is not supported in region westus2.",
        "Region westus2 does not support zone-redundant storage.",
        "Not available in the selected region: Standard_ZRS.",
        "Standard_ZRS is unsupported.",
    ],
)
async def test_unverified_zones_are_given_up_in_whatever_words_they_are_refused(azure, records, said: str):
    """A refusal that named the storage as the app had sent it ended the migration."""
    migration = await creating(azure, records)
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=REFUSAL | {"message": said})
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert (migration.run.phase, in_plan(migration)) == (Phase.REPLICATING, {"Standard_LRS"})


async def test_unverified_zones_are_given_up_where_a_region_alone_says_why_the_build_failed(azure, records):
    """The operation said no more than that replication had failed, and what the region said was not looked at."""
    migration = await creating(azure, records)
    azure.control.add_fault(operation="imageVersionCreate", error=REFUSAL | {"message": "Replication has failed."})
    await migration.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    version = azure.control.resource(VERSION)
    failed = {"region": "West US 2", "state": "Failed", "progress": 0, "details": REFUSAL["message"]}
    version["properties"]["replicationStatus"] = {"aggregatedState": "Failed", "summary": [failed]}
    azure.control.put_resource(version)
    assert (await migration.take(steps.CHECK_REPLICATION)).refused is None
    assert (migration.run.phase, in_plan(migration)) == (Phase.CREATING, {"Standard_LRS"})


async def test_a_run_that_builds_anew_says_no_more_that_an_earlier_version_is_used_again(azure, records):
    """It said so beside that the version had failed."""
    first = await creating(azure, records, targetRegions=["eastus2=1=standard_lrs"])
    await first.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    first.change(stage=RunStage.ENDED)
    again = begin(records, start(targetRegions=["eastus2", "westus2"]), "run 2")
    await again.take(steps.PLAN_MIGRATION)
    assert sum("used again" in note for note in again.run.notes) == 2
    again.go_to(Phase.CREATING)
    azure.control.add_fault(operation="imageVersionUpdate", error=REFUSAL)
    await again.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(UPDATE_SECONDS)
    await again.take(steps.CHECK_REPLICATION)
    assert (again.run.phase, again.run.planned.version) == (Phase.CREATING, "1.0.1")
    assert not [note for note in (*again.run.notes, *again.run.planned.notes) if "used again" in note]
    await again.take(steps.CREATE_IMAGE_VERSION)
    assert again.run.image_version_id == NEXT


async def stored_otherwise(azure: Any, storage: str) -> None:
    version = azure.control.resource(VERSION)
    for target in version["properties"]["publishingProfile"]["targetRegions"]:
        target["storageAccountType"] = storage
    azure.control.put_resource(version)


async def test_people_are_asked_about_the_storage_that_a_preference_came_to(azure, records):
    """A version that was found as it was to be created had another storage than its plan, and any was taken later."""
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["zoneResilient"] = True
    azure.control.put_resource(image)
    migration = await built(azure, records)
    await stored_otherwise(azure, "Standard_LRS")
    await asked(migration)
    assert in_plan(migration) == {"Standard_LRS"}
    for notes in (migration.run.notes, migration.run.planned.notes):
        assert [note for note in notes if note.startswith("less resilient than the source")]
        assert not [note for note in notes if "and so is its copy" in note]
    assert all(region.preferred for region in migration.run.planned.target_regions)


async def test_replicas_that_lose_their_zones_after_the_approval_keep_the_source_and_may_be_asked_about_anew(
    azure, records
):
    migration = await deleting(azure, await built(azure, records))
    assert in_plan(migration) == {"Standard_ZRS"}
    await stored_otherwise(azure, "Standard_LRS")
    assert (await migration.insist(steps.DELETE_SOURCE_IMAGE)).refused == "StoredOtherwise"
    assert azure.control.resource(SOURCE)["properties"]["provisioningState"] == "Succeeded"


async def test_storage_that_was_asked_for_is_not_taken_for_another_by_what_there_is(azure, records):
    migration = await built(azure, records)
    plan = migration.run.planned
    asked_for = [region.changed(preferred=False) for region in plan.target_regions]
    migration.change(plan=plan.changed(target_regions=asked_for))
    await stored_otherwise(azure, "Standard_LRS")
    await asked(migration)
    assert in_plan(migration) == {"Standard_ZRS"}
