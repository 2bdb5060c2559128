"""Steps 2 to 4 and 8 against an emulated Azure: each looks first, then writes, and may run twice."""

from typing import Any

import pytest

from arm.transport.errors import ArmRefusedError
from arm.transport.operations import follow
from migration.asking.reading import settings
from migration.course import steps
from migration.course.standing import Answer
from migration.course.steps import Activity
from migration.record.run import RunStage
from migration.values.image_version.purchase_plan import PurchasePlan
from migration.values.outcome import OutcomeKind, Phase
from tests.support.azure_samples import (
    BASE,
    BUILD_SECONDS,
    COMPUTE,
    DEFINITION,
    GALLERY,
    SOURCE,
    UPDATE_SECONDS,
    VERSION,
    approved,
    asked,
    begin,
    planned,
    prepared,
    start,
)
from tests.support.samples import changed
from tests.support.steps import Migration

REGIONS = ["eastus2", "westus2=2"]

type Step = Activity[Any, Answer]


@pytest.fixture
async def planning(azure, records) -> Migration:
    return await planned(records, start(targetRegions=REGIONS))


@pytest.fixture
async def creating(azure, records) -> Migration:
    return await prepared(azure, records, start(targetRegions=REGIONS))


@pytest.fixture
async def created(creating) -> Migration:
    await creating.take(steps.CREATE_IMAGE_VERSION)
    assert creating.run.phase is Phase.REPLICATING
    return creating


@pytest.fixture
async def replicated(azure, created) -> Migration:
    azure.control.advance(BUILD_SECONDS)
    return created


@pytest.fixture
async def verifying(replicated) -> Migration:
    await replicated.take(steps.CHECK_REPLICATION)
    assert replicated.run.phase is Phase.VERIFYING
    return replicated


async def refusal(migration: Migration, step: Step) -> str:
    """Take a step; returns why it ended the run."""
    answer = await migration.insist(step)
    assert answer.refused == migration.outcome.code
    assert migration.run.stage is RunStage.ENDING
    return migration.outcome.code


def writes(azure) -> int:
    return int(azure.control.state()["writes"])


def publishing(azure, version: str = VERSION) -> dict:
    return azure.control.resource(version)["properties"]["publishingProfile"]


# Gallery


async def test_a_gallery_that_exists_is_left_alone(azure, planning):
    assert (await planning.take(steps.ENSURE_GALLERY)).later is None
    assert planning.run.is_live
    assert writes(azure) == 0


async def test_a_gallery_that_vanished_is_not_created_without_leave(azure, planning):
    plan = planning.run.planned
    planning.change(plan=plan.changed(gallery=plan.gallery.changed(id=f"{COMPUTE}/galleries/gone")))
    assert await refusal(planning, steps.ENSURE_GALLERY) == "GalleryNotFound"
    assert writes(azure) == 0


async def test_a_gallery_is_created_where_the_plan_says_so(azure, records, monkeypatch):
    monkeypatch.setenv("MIGRATION_CREATE_GALLERY", "true")
    settings.cache_clear()
    begun = start(gallery="new_gallery")
    migration = await planned(records, begun)
    assert (await migration.take(steps.ENSURE_GALLERY)).later is not None
    azure.control.advance(1)
    assert (await migration.take(steps.ENSURE_GALLERY)).later is None
    assert writes(azure) == 1
    gallery = azure.control.resource(f"{COMPUTE}/galleries/new_gallery")
    assert gallery["tags"]["migration-id"] == begun.id


# Image definition


def of_generation_2(azure) -> None:
    image = azure.control.resource(SOURCE)
    image["properties"]["hyperVGeneration"] = "V2"
    azure.control.put_resource(image)


async def test_a_new_definition_states_what_azure_would_otherwise_assume(azure, creating):
    properties = azure.control.resource(DEFINITION)["properties"]
    assert properties["hyperVGeneration"] == "V1"
    assert (properties["osType"], properties["osState"]) == ("Linux", "Generalized")
    assert "features" not in properties  # generation 1 has no security type
    assert properties["identifier"] == {"publisher": "managed-images", "offer": "images", "sku": "ubuntu-web"}
    assert not any((properties.get("purchasePlan") or {}).values())


@pytest.mark.parametrize(
    ("fields", "sent"),
    [
        ({}, ["SecurityType=Standard"]),
        ({"features": "nvme"}, ["SecurityType=Standard", "DiskControllerTypes=SCSI, NVMe"]),
        ({"securityType": "trusted-launch-supported"}, ["SecurityType=TrustedLaunchSupported"]),
    ],
)
async def test_a_new_definition_of_generation_2_states_its_security_type_and_features(azure, records, fields, sent):
    of_generation_2(azure)
    await prepared(azure, records, start(**fields))
    features = azure.control.resource(DEFINITION)["properties"]["features"]
    assert [f"{one['name']}={one['value']}" for one in features] == sent


async def test_a_definition_that_was_made_without_what_was_asked_for_meanwhile_ends_the_run(azure, records):
    of_generation_2(azure)
    migration = await planned(records, start(features="nvme,hibernation"))
    plan = migration.run.planned
    migration.change(plan=plan.changed(definition=plan.definition.changed(features=[])))
    await migration.take(steps.ENSURE_IMAGE_DEFINITION)
    azure.control.advance(1)
    migration.change(plan=plan)
    assert await refusal(migration, steps.ENSURE_IMAGE_DEFINITION) == "DefinitionMismatch"


async def test_a_definition_that_was_made_without_what_a_setting_names_meanwhile_is_used(azure, records, monkeypatch):
    of_generation_2(azure)
    monkeypatch.setenv("MIGRATION_FEATURES", "nvme")
    settings.cache_clear()
    migration = await planned(records, start())
    plan = migration.run.planned
    migration.change(plan=plan.changed(definition=plan.definition.changed(features=[])))
    await migration.take(steps.ENSURE_IMAGE_DEFINITION)
    azure.control.advance(1)
    migration.change(plan=plan)
    await migration.take(steps.ENSURE_IMAGE_DEFINITION)
    assert migration.run.phase is Phase.CREATING


async def test_an_old_api_version_is_sent_no_features_at_all(azure, records, monkeypatch):
    """A cloud that lags may not know the list."""
    of_generation_2(azure)
    monkeypatch.setenv("MIGRATION_API_VERSIONS", "galleries=2019-12-01")
    settings.cache_clear()
    await prepared(azure, records, start())
    properties = azure.control.resource(DEFINITION)["properties"]
    assert (properties["hyperVGeneration"], properties.get("features")) == ("V2", None)


async def test_a_new_definition_has_the_purchase_plan_asked_for(azure, records):
    await prepared(azure, records, start(purchasePlan="p/q/n", publisher="contoso"))
    properties = azure.control.resource(DEFINITION)["properties"]
    assert properties["purchasePlan"] == {"publisher": "p", "product": "q", "name": "n"}
    assert properties["identifier"]["publisher"] == "contoso"


async def test_a_definition_is_created_once(azure, creating):
    creating.go_to(Phase.PREPARING)
    await creating.take(steps.ENSURE_IMAGE_DEFINITION)
    assert (creating.run.phase, writes(azure)) == (Phase.CREATING, 1)


async def test_a_definition_that_changed_since_the_plan_is_refused(azure, planning):
    base = azure.control.resource(BASE)
    base["properties"]["hyperVGeneration"] = "V2"
    azure.control.put_resource(base | {"id": DEFINITION, "name": "ubuntu-web"})
    assert await refusal(planning, steps.ENSURE_IMAGE_DEFINITION) == "DefinitionMismatch"
    assert "generation" in planning.outcome.reason
    assert writes(azure) == 0


async def test_a_definition_that_vanished_is_not_created_without_leave(azure, planning):
    planning.change(plan=planning.run.planned.changed(create_definition=False))
    assert await refusal(planning, steps.ENSURE_IMAGE_DEFINITION) == "DefinitionNotFound"


# Image version


async def test_a_version_is_published_out_of_latest_with_the_regions_asked_for(azure, created):
    version = azure.control.resource(VERSION)
    assert version["location"] == "eastus2"
    assert version["tags"]["migration-id"] == created.id
    assert version["properties"]["storageProfile"]["source"]["id"] == SOURCE
    assert publishing(azure)["excludeFromLatest"] is True
    counts = {region["name"]: region["regionalReplicaCount"] for region in publishing(azure)["targetRegions"]}
    assert counts == {"East US 2": 1, "West US 2": 2}


async def test_a_version_has_the_end_of_life_asked_for(azure, records):
    migration = await planned(records, start(endOfLifeDate="2099-12-31", imageDefinition="ubuntu-base"))
    migration.go_to(Phase.CREATING)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert publishing(azure, f"{BASE}/versions/1.0.1")["endOfLifeDate"].startswith("2099-12-31")


async def test_running_twice_creates_one_version(azure, created):
    before = writes(azure)
    created.go_to(Phase.CREATING)
    await created.take(steps.CREATE_IMAGE_VERSION)
    assert (created.run.phase, created.run.image_version_id) == (Phase.REPLICATING, VERSION)
    assert writes(azure) == before


async def test_a_finished_version_of_ours_is_used_again_and_gets_the_missing_regions(azure, records, replicated):
    replicated.change(stage=RunStage.ENDED)
    again = begin(records, start(targetRegions=["westus2=3", "southcentralus"]), "run 2")
    await again.take(steps.PLAN_MIGRATION)
    assert (again.run.planned.version, again.run.planned.adopt_version) == ("1.0.0", True)
    again.go_to(Phase.CREATING)
    await again.take(steps.CREATE_IMAGE_VERSION)
    assert again.run.operation_url is not None
    azure.control.advance(UPDATE_SECONDS)
    counts = {region["name"]: region["regionalReplicaCount"] for region in publishing(azure)["targetRegions"]}
    assert counts == {"East US 2": 1, "West US 2": 3, "South Central US": 1}


MISSING = {"status": 404, "code": "ResourceNotFound", "message": "not yet"}


async def test_one_404_does_not_have_a_version_of_ours_written_over_without_its_other_regions(
    azure, records, replicated
):
    """A run that asked for fewer regions did not see the version that it was to use again, and made it anew."""
    replicated.change(stage=RunStage.ENDED)
    again = begin(records, start(targetRegions=["eastus2"]), "run 2")
    await again.take(steps.PLAN_MIGRATION)
    again.go_to(Phase.CREATING)
    azure.control.add_fault(method="GET", path=f"{VERSION}$", error=MISSING)
    await again.take(steps.CREATE_IMAGE_VERSION)
    assert again.run.image_version_id == VERSION
    assert [region["name"] for region in publishing(azure)["targetRegions"]] == ["East US 2", "West US 2"]


async def test_a_version_that_is_listed_and_not_found_is_waited_for(azure, replicated):
    azure.control.add_fault(method="GET", path=f"{VERSION}$", error=MISSING, times=2)
    before = writes(azure)
    replicated.go_to(Phase.CREATING)
    assert (await replicated.take(steps.CREATE_IMAGE_VERSION)).later is not None
    await replicated.take(steps.CREATE_IMAGE_VERSION)
    assert (replicated.run.image_version_id, writes(azure)) == (VERSION, before)


async def test_one_404_does_not_have_a_definition_of_ours_written_over(azure, creating):
    """What others have added to it since, as tags, would be lost."""
    before = writes(azure)
    creating.go_to(Phase.PREPARING)
    azure.control.add_fault(method="GET", path=f"{DEFINITION}$", error=MISSING)
    assert (await creating.take(steps.ENSURE_IMAGE_DEFINITION)).later is not None
    await creating.take(steps.ENSURE_IMAGE_DEFINITION)
    assert (creating.run.phase, writes(azure)) == (Phase.CREATING, before)


async def test_replicas_that_the_profile_counts_for_all_regions_are_not_reduced(azure, replicated):
    version = azure.control.resource(VERSION)
    profile = version["properties"]["publishingProfile"]
    profile["replicaCount"] = 5
    for region in profile["targetRegions"]:
        del region["regionalReplicaCount"]
    azure.control.put_resource(version)
    before = writes(azure)
    replicated.go_to(Phase.CREATING)
    await replicated.take(steps.CREATE_IMAGE_VERSION)
    assert (replicated.run.phase, replicated.run.operation_url) == (Phase.REPLICATING, None)
    assert writes(azure) == before


async def test_a_failed_version_of_ours_is_left_as_it_is(azure, replicated):
    """It may have been complete, and be somebody's copy: failed is what Azure says of the last change."""
    version = azure.control.resource(VERSION)
    version["properties"]["provisioningState"] = "Failed"
    azure.control.put_resource(version)
    replicated.go_to(Phase.CREATING)
    await replicated.take(steps.CREATE_IMAGE_VERSION)
    assert (replicated.run.phase, replicated.run.image_version_id) == (
        Phase.REPLICATING,
        f"{DEFINITION}/versions/1.0.1",
    )
    assert azure.control.resource(VERSION)["properties"]["provisioningState"] == "Failed"


async def test_a_version_that_somebody_made_during_an_outage_is_not_taken_for_the_runs_own(azure, creating):
    """Made from the same image, with the number that the run was about to take: it was adopted and promoted."""
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error={"status": 503, "code": "Busy", "message": "no"})
    assert (await creating.take(steps.CREATE_IMAGE_VERSION)).later is not None
    theirs = azure.control.resource(f"{BASE}/versions/1.0.0") | {"id": VERSION, "name": "1.0.0", "tags": {"owner": "x"}}
    theirs["properties"]["storageProfile"]["source"] = {"id": SOURCE}
    azure.control.put_resource(theirs)
    await creating.take(steps.CREATE_IMAGE_VERSION)
    assert creating.run.image_version_id == f"{DEFINITION}/versions/1.0.1"


async def test_a_version_that_somebody_replaced_while_it_replicated_is_not_taken_for_the_runs_own(azure, created):
    await created.take(steps.CHECK_REPLICATION)
    version = azure.control.resource(VERSION)
    version["properties"]["publishingProfile"]["publishedDate"] = "2026-01-01T00:00:00+00:00"
    azure.control.put_resource(version)
    assert await refusal(created, steps.CHECK_REPLICATION) == "VersionReplaced"


@pytest.mark.parametrize("state", ["Creating", "Updating"])
async def test_more_is_asked_for_of_a_version_that_is_still_being_built(azure, replicated, state: str):
    """Cancelled while it was built, started again with one more region: it ended as ReplicationIncomplete."""
    version = azure.control.resource(VERSION)
    version["properties"]["provisioningState"] = state
    azure.control.put_resource(version)
    plan = replicated.run.planned
    more = plan.target_regions[0].changed(name="northeurope")
    replicated.change(phase=Phase.CREATING, plan=plan.changed(target_regions=[*plan.target_regions, more]))
    assert (await replicated.take(steps.CREATE_IMAGE_VERSION)).later.code == "InProgress"
    version["properties"]["provisioningState"] = "Succeeded"
    azure.control.put_resource(version)
    await replicated.take(steps.CREATE_IMAGE_VERSION)
    assert replicated.run.phase is Phase.REPLICATING
    assert "North Europe" in [region["name"] for region in publishing(azure)["targetRegions"]]


async def test_a_failed_version_of_anyone_else_is_left_alone(azure, creating):
    other = azure.control.resource(f"{BASE}/versions/1.0.0")
    other["properties"]["provisioningState"] = "Failed"
    azure.control.put_resource(other | {"id": VERSION, "name": "1.0.0"})
    await creating.take(steps.CREATE_IMAGE_VERSION)
    assert creating.run.image_version_id == f"{DEFINITION}/versions/1.0.1"
    assert azure.control.resource(VERSION)["properties"]["provisioningState"] == "Failed"


async def test_a_number_lost_to_another_between_the_look_and_the_write_is_counted_up(azure, creating, monkeypatch):
    from arm.resources import versions

    other = azure.control.resource(f"{BASE}/versions/1.0.0") | {"id": VERSION, "name": "1.0.0"}
    looks = []

    async def look_just_before(version_id: str, **options: bool):
        found = await versions.get_version(version_id, **options)
        if not looks:
            azure.control.put_resource(other)
        looks.append(version_id)
        return found

    monkeypatch.setattr("activities.create_image_version.get_version", look_just_before)
    await creating.take(steps.CREATE_IMAGE_VERSION)
    assert creating.run.image_version_id == f"{DEFINITION}/versions/1.0.1"


KEPT = {"status": 409, "code": "OperationNotAllowed", "message": "1.0.0 was deleted, and is kept"}


async def test_unverified_a_number_that_azure_refuses_and_nobody_sees_is_counted_up(azure, creating):
    """A deleted version that the app may not list: each run began with the same number, and ended at it."""
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=KEPT)
    await creating.take(steps.CREATE_IMAGE_VERSION)
    assert creating.run.image_version_id == f"{DEFINITION}/versions/1.0.1"


async def test_a_refusal_of_every_number_ends_with_the_reason_that_azure_gave(azure, creating):
    azure.control.add_fault(method="PUT", path="/versions/", error=KEPT, times=100)
    assert await refusal(creating, steps.CREATE_IMAGE_VERSION) == KEPT["code"]
    assert KEPT["message"] in creating.outcome.reason


async def test_another_refusal_is_not_taken_for_one_of_the_number(azure, creating):
    policy = {"status": 403, "code": "RequestDisallowedByPolicy", "message": "not here"}
    azure.control.add_fault(method="PUT", path=f"{VERSION}$", error=policy)
    assert await refusal(creating, steps.CREATE_IMAGE_VERSION) == "RequestDisallowedByPolicy"


async def test_a_plan_of_an_earlier_release_carries_the_sources_tags(azure, creating):
    source = creating.run.planned.source.changed(tags={"team": "web"})
    creating.change(plan=creating.run.planned.changed(source=source, version_tags=None))
    await creating.take(steps.CREATE_IMAGE_VERSION)
    assert azure.control.resource(VERSION)["tags"]["team"] == "web"


async def test_a_number_asked_for_is_not_counted_up(azure, creating):
    azure.control.put_resource(azure.control.resource(f"{BASE}/versions/1.0.0") | {"id": VERSION, "name": "1.0.0"})
    creating.change(plan=creating.run.planned.changed(version_is_auto=False))
    assert await refusal(creating, steps.CREATE_IMAGE_VERSION) == "VersionExists"


# Replication


async def test_replication_is_seen_region_by_region(azure, created):
    azure.control.settings(replicationSeconds={"westus2": 900})
    assert (await created.take(steps.CHECK_REPLICATION)).wait is not None
    assert created.run.phase is Phase.REPLICATING
    azure.control.advance(BUILD_SECONDS + 900)
    await created.take(steps.CHECK_REPLICATION)
    assert {created.run.phase} == {Phase.VERIFYING}
    assert [(region.name, region.replicas, region.progress) for region in created.run.regions] == [
        ("eastus2", 1, 100),
        ("westus2", 2, 100),
    ]


async def test_a_version_that_was_deleted_meanwhile_is_a_failure(azure, created):
    azure.control.delete_resource(VERSION)
    assert await refusal(created, steps.CHECK_REPLICATION) == "VersionNotFound"
    assert created.outcome.kind is OutcomeKind.FAILED


@pytest.mark.parametrize("step", [steps.CHECK_REPLICATION, steps.OPEN_QUESTION], ids=lambda step: step.name)
async def test_one_404_does_not_end_a_migration_as_if_its_version_were_gone(
    azure, replicated, step: Activity[Any, Answer]
):
    """Hours of replication ended as Failed, and the version was there all the time."""
    azure.control.add_fault(method="GET", path=f"{VERSION}$", error=MISSING)
    replicated.go_to(Phase.REPLICATING if step is steps.CHECK_REPLICATION else Phase.VERIFYING)
    assert (await replicated.take(step)).later.code == "VersionNotFound"
    await replicated.take(step)
    assert (replicated.run.outcome, replicated.run.obstacles) == (None, [])
    assert replicated.run.phase in {Phase.VERIFYING, Phase.AWAITING_APPROVAL}


async def test_a_build_that_failed_is_explained_by_its_operation(azure, creating):
    base = azure.control.resource(DEFINITION)
    base["properties"]["hyperVGeneration"] = "V2"  # changed behind the plan's back: only the operation tells
    azure.control.put_resource(base)
    await creating.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    assert await refusal(creating, steps.CHECK_REPLICATION) == "Conflict"
    assert "Hypervisor generation" in creating.outcome.reason


async def test_a_version_that_is_not_complete_in_time_ends_the_migration(azure, created):
    created.change(replication_since=created.run.admitted_at - created.run.start.patience.replication)
    await created.take(steps.CHECK_REPLICATION)
    assert (created.outcome.kind, created.outcome.code) == (OutcomeKind.FAILED, "ReplicationTimedOut")


async def test_a_complete_version_is_verified(azure, verifying):
    await verifying.take(steps.OPEN_QUESTION)
    assert verifying.run.phase is Phase.AWAITING_APPROVAL


async def test_an_incomplete_version_is_not_verified(azure, created):
    created.go_to(Phase.VERIFYING)
    assert await refusal(created, steps.OPEN_QUESTION) == "ReplicationIncomplete"


async def test_a_shallow_version_is_not_verified(azure, verifying):
    version = azure.control.resource(VERSION)
    version["properties"]["publishingProfile"]["replicationMode"] = "Shallow"
    azure.control.put_resource(version)
    assert await refusal(verifying, steps.OPEN_QUESTION) == "ShallowReplication"
    assert verifying.outcome.kind is OutcomeKind.SOURCE_KEPT


# Promotion


async def promoting(verifying: Migration) -> str:
    """Have it approved and promoted; returns the operation to follow."""
    await approved(verifying)
    await verifying.take(steps.PROMOTE_IMAGE_VERSION)
    assert verifying.run.promoted
    assert verifying.run.operation_url is not None
    return verifying.run.operation_url


@pytest.mark.parametrize("phase", [Phase.VERIFYING, Phase.AWAITING_APPROVAL])
async def test_a_version_nobody_approved_is_not_promoted(azure, verifying, phase: Phase):
    before = writes(azure)
    if phase is Phase.AWAITING_APPROVAL:
        await asked(verifying)
    ahead = verifying.hint().changed(phase=Phase.PROMOTING)
    assert (await verifying.take(steps.PROMOTE_IMAGE_VERSION, hint=ahead)).stand.phase is phase
    assert verifying.run.is_live
    verifying.go_to(Phase.PROMOTING)
    assert await refusal(verifying, steps.PROMOTE_IMAGE_VERSION) == "NotApproved"
    assert writes(azure) == before


async def test_what_was_approved_by_rules_of_then_is_not_promoted_by_those_of_now(azure, verifying, configure):
    await approved(verifying)
    configure(approvers="bob@contoso.com")
    assert await refusal(verifying, steps.PROMOTE_IMAGE_VERSION) == "NotAnApprover"
    assert verifying.outcome.kind is OutcomeKind.SOURCE_KEPT


async def test_promotion_changes_nothing_but_latest_and_only_once(azure, verifying):
    before = azure.control.resource(VERSION)
    await promoting(verifying)
    azure.control.advance(UPDATE_SECONDS)
    after = azure.control.resource(VERSION)
    assert publishing(azure)["excludeFromLatest"] is False
    assert publishing(azure)["targetRegions"] == before["properties"]["publishingProfile"]["targetRegions"]
    assert after["tags"] == before["tags"]
    assert after["properties"]["storageProfile"] == before["properties"]["storageProfile"]
    done = writes(azure)
    for promoted in (True, False):  # as its step that runs again, and as one whose note of it was lost
        verifying.change(promoted=promoted)
        await verifying.take(steps.PROMOTE_IMAGE_VERSION)
    assert (verifying.run.promoted, writes(azure)) == (True, done)


async def test_a_promotion_whose_worker_died_before_it_was_written_down_is_in_the_audit_all_the_same(azure, verifying):
    await promoting(verifying)
    azure.control.advance(UPDATE_SECONDS)
    audit = [one for one in verifying.run.audit if one.event != "promoted"]
    verifying.change(promoted=False, audit=audit)
    await verifying.take(steps.PROMOTE_IMAGE_VERSION)
    assert [(one.event, one.detail) for one in verifying.run.audit[len(audit) :]] == [
        ("promoted", "it was found as it is to be")
    ]


@pytest.mark.parametrize(("decision", "ends"), [("approve", None), ("accept", OutcomeKind.SOURCE_KEPT)])
async def test_what_was_promoted_is_complete_again_before_anything_else_happens(
    azure, verifying, decision: str, ends: OutcomeKind | None
):
    await approved(verifying, decision=decision)
    assert (await verifying.take(steps.PROMOTE_IMAGE_VERSION)).wait is not None
    assert (await verifying.take(steps.CHECK_REPLICATION)).wait is not None
    assert verifying.run.phase is Phase.PROMOTING
    azure.control.advance(UPDATE_SECONDS)
    await verifying.take(steps.CHECK_REPLICATION)
    if ends is None:
        assert (verifying.run.phase, verifying.run.outcome) == (Phase.DELETING_SOURCE, None)
    else:
        assert (verifying.outcome.kind, verifying.outcome.code) == (ends, "Accepted")


async def test_a_version_made_again_by_hand_since_the_approval_is_not_promoted(azure, verifying):
    await approved(verifying)
    version = azure.control.resource(VERSION)
    version["properties"]["publishingProfile"]["publishedDate"] = "2026-01-01T00:00:00+00:00"
    azure.control.put_resource(version)
    assert await refusal(verifying, steps.PROMOTE_IMAGE_VERSION) == "VersionReplaced"


async def test_an_operation_is_followed_to_its_end(azure, verifying):
    url = await promoting(verifying)
    assert (await follow(url)).state == "Running"
    azure.control.advance(UPDATE_SECONDS)
    assert (await follow(url)).state == "Succeeded"


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example.com/op", "https://127.0.0.1:1/op", "https://a@127.0.0.1/op"]
)
async def test_an_operation_elsewhere_is_not_followed(azure, url: str):
    """The app sent its token to whatever address a state named."""
    with pytest.raises(ArmRefusedError) as caught:
        await follow(url)
    assert caught.value.code == "ForeignHost"


async def test_an_operation_that_azure_has_forgotten_is_gone(azure):
    url = f"{azure.url}{GALLERY.partition('/resourceGroups/')[0]}/providers/Microsoft.Compute/locations/eastus2"
    lost = f"{url}/capsOperations/00000000-0000-0000-0000-000000000000?api-version=2024-03-03"
    assert (await follow(lost)).state == "Gone"


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        ({"purchasePlan": "p/q/n"}, {"purchase_plan": None}),
        ({"purchasePlan": "none"}, {"purchase_plan": PurchasePlan(publisher="p", product="q", name="n")}),
        ({"securityType": "TrustedLaunchSupported"}, {"security_type": "Standard"}),
    ],
)
async def test_a_definition_that_was_made_with_another_purchase_plan_or_security_type_meanwhile_ends_the_run(
    azure, records, fields, made
):
    """The version went where no machine could ever be made from it, and its source was deleted all the same."""
    of_generation_2(azure)
    migration = await planned(records, start(**fields))
    plan = migration.run.planned
    migration.change(plan=plan.changed(definition=changed(plan.definition, made)))
    await migration.take(steps.ENSURE_IMAGE_DEFINITION)
    azure.control.advance(1)
    migration.change(plan=plan)
    assert await refusal(migration, steps.ENSURE_IMAGE_DEFINITION) == "DefinitionMismatch"
