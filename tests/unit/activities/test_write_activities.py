"""Steps 2 to 4 and 8 against an emulated Azure: each looks first, then writes, and may run twice."""

import pytest
from activities.follow_operation import follow_operation
from activities.verify_image_version import verify_image_version
from migration.approval.verdict import Opened, Reference
from migration.course.state import MigrationState

from activities.check_replication import check_replication
from activities.create_image_version import create_image_version
from activities.ensure_gallery import ensure_gallery
from activities.ensure_image_definition import ensure_image_definition
from activities.open_question import open_question
from activities.plan_migration import plan_migration
from activities.promote_image_version import promote_image_version
from arm.errors import ArmRefusedError
from migration.asking.settings import settings
from migration.resources.operation import CreatedVersion, Operation
from migration.resources.replication import ReplicationQuery
from migration.values.answer import Later, Refusal
from tests.unit.azure_samples import (
    BASE,
    BUILD_SECONDS,
    COMPUTE,
    DEFINITION,
    DELETE_SECONDS,
    GALLERY,
    SOURCE,
    UPDATE_SECONDS,
    VERSION,
    approve,
    start,
    state,
)

REGIONS = ["eastus2", "westus2=2"]


@pytest.fixture
async def planned(azure) -> MigrationState:
    begun = start(targetRegions=REGIONS)
    return state((await plan_migration(begun)).plan, begun)


@pytest.fixture
async def prepared(azure, planned) -> MigrationState:
    assert isinstance(await ensure_image_definition(planned), Later)
    azure.control.advance(1)
    assert await ensure_image_definition(planned) is None
    return planned


@pytest.fixture
async def created(azure, prepared) -> MigrationState:
    made = await create_image_version(prepared)
    assert isinstance(made, CreatedVersion)
    return prepared.model_copy(update={"image_version_id": made.image_version_id, "operation_url": made.operation_url})


@pytest.fixture
async def replicated(azure, created) -> MigrationState:
    azure.control.advance(BUILD_SECONDS)
    return created


def query(state: MigrationState) -> ReplicationQuery:
    return ReplicationQuery(
        image_version_id=state.version_id,
        target_regions=state.planned.target_regions,
        operation_url=state.operation_url,
    )


def writes(azure) -> int:
    return int(azure.control.state()["writes"])


def publishing(azure, version: str = VERSION) -> dict:
    return azure.control.resource(version)["properties"]["publishingProfile"]


# Gallery


async def test_a_gallery_that_exists_is_left_alone(azure, planned):
    assert await ensure_gallery(planned) is None
    assert writes(azure) == 0


async def test_a_gallery_that_vanished_is_not_created_without_leave(azure, planned):
    gone = planned.planned.gallery.model_copy(update={"id": f"{COMPUTE}/galleries/gone"})
    answer = await ensure_gallery(
        planned.model_copy(update={"plan": planned.planned.model_copy(update={"gallery": gone})})
    )
    assert isinstance(answer, Refusal)
    assert (answer.code, writes(azure)) == ("GalleryNotFound", 0)


async def test_a_gallery_is_created_where_the_plan_says_so(azure, monkeypatch):
    monkeypatch.setenv("MIGRATION_CREATE_GALLERY", "true")
    settings.cache_clear()
    begun = start(gallery="new_gallery")
    planned = state((await plan_migration(begun)).plan, begun)
    assert isinstance(await ensure_gallery(planned), Later)
    azure.control.advance(1)
    assert await ensure_gallery(planned) is None
    assert writes(azure) == 1
    gallery = azure.control.resource(f"{COMPUTE}/galleries/new_gallery")
    assert gallery["tags"]["migration-id"] == begun.id


# Image definition


async def test_a_new_definition_states_what_azure_would_otherwise_assume(azure, prepared):
    properties = azure.control.resource(DEFINITION)["properties"]
    assert properties["hyperVGeneration"] == "V1"
    assert (properties["osType"], properties["osState"]) == ("Linux", "Generalized")
    assert {"name": "SecurityType", "value": "Standard"} in properties["features"]
    assert properties["identifier"] == {"publisher": "managed-images", "offer": "images", "sku": "ubuntu-web"}
    assert not any((properties.get("purchasePlan") or {}).values())


async def test_a_new_definition_has_the_purchase_plan_asked_for(azure):
    begun = start(purchasePlan="p/q/n", publisher="contoso")
    planned = state((await plan_migration(begun)).plan, begun)
    await ensure_image_definition(planned)
    properties = azure.control.resource(DEFINITION)["properties"]
    assert properties["purchasePlan"] == {"publisher": "p", "product": "q", "name": "n"}
    assert properties["identifier"]["publisher"] == "contoso"


async def test_a_definition_is_created_once(azure, prepared):
    assert await ensure_image_definition(prepared) is None
    assert writes(azure) == 1


async def test_a_definition_that_changed_since_the_plan_is_refused(azure, planned):
    base = azure.control.resource(BASE)
    base["properties"]["hyperVGeneration"] = "V2"
    azure.control.put_resource(base | {"id": DEFINITION, "name": "ubuntu-web"})
    answer = await ensure_image_definition(planned)
    assert isinstance(answer, Refusal)
    assert (answer.code, writes(azure)) == ("DefinitionMismatch", 0)
    assert "generation" in answer.message


async def test_a_definition_that_vanished_is_not_created_without_leave(azure, planned):
    plan = planned.planned.model_copy(update={"create_definition": False})
    answer = await ensure_image_definition(planned.model_copy(update={"plan": plan}))
    assert isinstance(answer, Refusal)
    assert answer.code == "DefinitionNotFound"


# Image version


async def test_a_version_is_published_out_of_latest_with_the_regions_asked_for(azure, created):
    version = azure.control.resource(VERSION)
    assert version["location"] == "eastus2"
    assert version["tags"]["migration-id"] == created.start.id
    assert version["properties"]["storageProfile"]["source"]["id"] == SOURCE
    assert publishing(azure)["excludeFromLatest"] is True
    counts = {region["name"]: region["regionalReplicaCount"] for region in publishing(azure)["targetRegions"]}
    assert counts == {"East US 2": 1, "West US 2": 2}


async def test_a_version_has_the_end_of_life_asked_for(azure):
    begun = start(endOfLifeDate="2099-12-31", imageDefinition="ubuntu-base")
    await create_image_version(state((await plan_migration(begun)).plan, begun))
    assert publishing(azure, f"{BASE}/versions/1.0.1")["endOfLifeDate"].startswith("2099-12-31")


async def test_running_twice_creates_one_version(azure, created):
    before = writes(azure)
    again = await create_image_version(created)
    assert isinstance(again, CreatedVersion)
    assert (again.image_version_id, writes(azure)) == (VERSION, before)


async def test_a_finished_version_of_ours_is_used_again_and_gets_the_missing_regions(azure, replicated):
    plan = (await plan_migration(start(targetRegions=["westus2=3", "southcentralus"]))).plan
    assert plan is not None
    assert (plan.version, plan.adopt_version) == ("1.0.0", True)
    again = await create_image_version(replicated.model_copy(update={"plan": plan}))
    assert isinstance(again, CreatedVersion)
    assert again.operation_url is not None
    azure.control.advance(UPDATE_SECONDS)
    counts = {region["name"]: region["regionalReplicaCount"] for region in publishing(azure)["targetRegions"]}
    assert counts == {"East US 2": 1, "West US 2": 3, "South Central US": 1}


async def test_replicas_that_the_profile_counts_for_all_regions_are_not_reduced(azure, replicated):
    version = azure.control.resource(VERSION)
    profile = version["properties"]["publishingProfile"]
    profile["replicaCount"] = 5
    for region in profile["targetRegions"]:
        del region["regionalReplicaCount"]
    azure.control.put_resource(version)
    before = writes(azure)
    again = await create_image_version(replicated)
    assert isinstance(again, CreatedVersion)
    assert (again.operation_url, writes(azure)) == (None, before)


async def test_a_failed_version_of_ours_is_deleted_and_made_again(azure, replicated):
    version = azure.control.resource(VERSION)
    version["properties"]["provisioningState"] = "Failed"
    azure.control.put_resource(version)
    waiting = await create_image_version(replicated)
    assert isinstance(waiting, Later)
    assert "had failed" in waiting.reason
    assert isinstance(await create_image_version(replicated), Later)
    azure.control.advance(DELETE_SECONDS)
    assert isinstance(await create_image_version(replicated), CreatedVersion)


async def test_a_failed_version_of_anyone_else_is_left_alone(azure, prepared):
    other = azure.control.resource(f"{BASE}/versions/1.0.0")
    other["properties"]["provisioningState"] = "Failed"
    azure.control.put_resource(other | {"id": VERSION, "name": "1.0.0"})
    made = await create_image_version(prepared)
    assert isinstance(made, CreatedVersion)
    assert made.image_version_id == f"{DEFINITION}/versions/1.0.1"
    assert azure.control.resource(VERSION)["properties"]["provisioningState"] == "Failed"


async def test_a_number_lost_to_another_between_the_look_and_the_write_is_counted_up(azure, prepared, monkeypatch):
    from arm import versions

    other = azure.control.resource(f"{BASE}/versions/1.0.0") | {"id": VERSION, "name": "1.0.0"}
    looks = []

    async def look_just_before(version_id: str, **options: bool):
        found = await versions.get_version(version_id, **options)
        if not looks:
            azure.control.put_resource(other)
        looks.append(version_id)
        return found

    monkeypatch.setattr("activities.create_image_version.get_version", look_just_before)
    made = await create_image_version(prepared)
    assert isinstance(made, CreatedVersion)
    assert made.image_version_id == f"{DEFINITION}/versions/1.0.1"


async def test_a_number_asked_for_is_not_counted_up(azure, prepared):
    azure.control.put_resource(azure.control.resource(f"{BASE}/versions/1.0.0") | {"id": VERSION, "name": "1.0.0"})
    plan = prepared.planned.model_copy(update={"version_is_auto": False})
    answer = await create_image_version(prepared.model_copy(update={"plan": plan}))
    assert isinstance(answer, Refusal)
    assert answer.code == "VersionExists"


# Replication


async def test_replication_is_seen_region_by_region(azure, created):
    azure.control.settings(replicationSeconds={"westus2": 900})
    report = await check_replication(query(created))
    assert not report.complete
    azure.control.advance(BUILD_SECONDS + 900)
    done = await check_replication(query(created))
    assert done.complete
    assert [(region.name, region.replicas, region.progress) for region in done.regions] == [
        ("eastus2", 1, 100),
        ("westus2", 2, 100),
    ]


async def test_a_version_that_was_deleted_meanwhile_is_a_failure(azure, created):
    azure.control.delete_resource(VERSION)
    report = await check_replication(query(created))
    assert (report.failure_code, report.complete) == ("VersionNotFound", False)


@pytest.mark.parametrize("step", ["look", "verify"])
async def test_one_404_does_not_end_a_migration_as_if_its_version_were_gone(azure, replicated, step: str):
    """Hours of replication ended as Failed, and the version was there all the time."""
    missing = {"status": 404, "code": "ResourceNotFound", "message": "not yet"}
    azure.control.add_fault(method="GET", path=f"{VERSION}$", error=missing)
    if step == "look":
        assert (await check_replication(query(replicated))).complete
    else:
        assert await verify_image_version(replicated) is None


async def test_a_build_that_failed_is_explained_by_its_operation(azure, prepared):
    base = azure.control.resource(DEFINITION)
    base["properties"]["hyperVGeneration"] = "V2"  # changed behind the plan's back: only the operation tells
    azure.control.put_resource(base)
    made = await create_image_version(prepared)
    assert isinstance(made, CreatedVersion)
    azure.control.advance(BUILD_SECONDS)
    failing = prepared.model_copy(update=made.model_dump())
    report = await check_replication(query(failing))
    assert report.failure_code == "Conflict"
    assert report.failure is not None
    assert "Hypervisor generation" in report.failure


async def test_a_complete_version_is_verified(azure, replicated):
    assert await verify_image_version(replicated) is None


async def test_an_incomplete_version_is_not_verified(azure, created):
    answer = await verify_image_version(created)
    assert isinstance(answer, Refusal)
    assert answer.code == "ReplicationIncomplete"


async def test_a_shallow_version_is_not_verified(azure, replicated):
    version = azure.control.resource(VERSION)
    version["properties"]["publishingProfile"]["replicationMode"] = "Shallow"
    azure.control.put_resource(version)
    answer = await verify_image_version(replicated)
    assert isinstance(answer, Refusal)
    assert answer.code == "ShallowReplication"


# Promotion


async def promoted(azure, records, replicated: MigrationState) -> Operation:
    await approve(records, replicated)
    operation = await promote_image_version(Reference(id=replicated.start.id))
    assert isinstance(operation, Operation), operation
    return operation


async def test_a_version_nobody_approved_is_not_promoted(azure, records, replicated):
    before = writes(azure)
    for step in (None, open_question):
        assert step is None or isinstance(await step(replicated), Opened)
        refusal = await promote_image_version(Reference(id=replicated.start.id))
        assert isinstance(refusal, Refusal)
        assert refusal.code == "NotApproved"
    assert writes(azure) == before


async def test_without_a_signing_key_nothing_is_promoted(azure, records, replicated, configure):
    await approve(records, replicated)
    configure(signing_key="")
    refusal = await promote_image_version(Reference(id=replicated.start.id))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "SigningKeyMissing"


async def test_promotion_changes_nothing_but_latest_and_only_once(azure, records, replicated):
    before = azure.control.resource(VERSION)
    await promoted(azure, records, replicated)
    azure.control.advance(UPDATE_SECONDS)
    after = azure.control.resource(VERSION)
    assert publishing(azure)["excludeFromLatest"] is False
    assert publishing(azure)["targetRegions"] == before["properties"]["publishingProfile"]["targetRegions"]
    assert after["tags"] == before["tags"]
    assert after["properties"]["storageProfile"] == before["properties"]["storageProfile"]
    assert await promote_image_version(Reference(id=replicated.start.id)) is None


async def test_a_version_made_again_by_hand_since_the_approval_is_not_promoted(azure, records, replicated):
    await approve(records, replicated)
    version = azure.control.resource(VERSION)
    version["properties"]["publishingProfile"]["publishedDate"] = "2026-01-01T00:00:00+00:00"
    azure.control.put_resource(version)
    refusal = await promote_image_version(Reference(id=replicated.start.id))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "VersionReplaced"


async def test_an_operation_is_followed_to_its_end(azure, records, replicated):
    operation = await promoted(azure, records, replicated)
    assert (await follow_operation(operation)).state == "Running"
    azure.control.advance(UPDATE_SECONDS)
    assert (await follow_operation(operation)).state == "Succeeded"


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example.com/op", "https://127.0.0.1:1/op", "https://a@127.0.0.1/op"]
)
async def test_an_operation_elsewhere_is_not_followed(azure, url: str):
    """The app sent its token to whatever address a state named."""
    with pytest.raises(ArmRefusedError) as caught:
        await follow_operation(Operation(url=url, seconds=1))
    assert caught.value.code == "ForeignHost"


async def test_an_operation_that_was_over_at_once_has_succeeded(azure):
    assert (await follow_operation(Operation(url=None, seconds=0))).state == "Succeeded"


async def test_an_operation_that_azure_has_forgotten_is_gone(azure):
    url = f"{azure.url}{GALLERY.partition('/resourceGroups/')[0]}/providers/Microsoft.Compute/locations/eastus2"
    lost = Operation(url=f"{url}/capsOperations/00000000-0000-0000-0000-000000000000?api-version=2024-03-03", seconds=1)
    assert (await follow_operation(lost)).state == "Gone"
