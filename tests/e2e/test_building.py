"""From plan to finished version: definitions, numbers, regions, dates, and what goes wrong in Azure on the way."""

import pytest

from tests.support.documents import COMPUTE
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of, target_regions
from tests.support.waiting import eventually

PLAN = {"publisher": "contoso", "product": "web", "name": "standard"}


class Held:
    """A migration held in its phase Preparing by a gallery that is being updated, until `go`."""

    def __init__(self, app, azure, **request):
        self.azure = azure
        self.image = azure.seed_image("held")
        self.gallery = azure.seed_gallery("held")
        self._set("Updating")
        self.id = app.start(self.image, gallery=self.gallery, **request)
        self.plan = app.until(self.id, "Preparing")["plan"]
        self.definition = self.plan["definition"]["id"]

    def go(self):
        self._set("Succeeded")

    def _set(self, state):
        self.azure.change(self.gallery, lambda properties: properties.update(provisioningState=state))


@pytest.fixture
def held(app, azure):
    return Held(app, azure)


@pytest.mark.parametrize(("os_type", "generation"), [("Linux", "V1"), ("Windows", "V2")])
def test_a_missing_definition_is_created_with_its_generation_stated(app, azure, os_type, generation):
    image = azure.seed_image("defined", os_type=os_type, generation=generation)
    app.waiting(app.start(image))
    definition = azure.read(definition_of(image))
    properties = definition["properties"]
    shown = {name: properties[name] for name in ("osType", "osState", "hyperVGeneration", "architecture")}
    assert shown == {
        "osType": os_type,
        "osState": "Generalized",
        "hyperVGeneration": generation,
        "architecture": "x64",
    }
    standard = [{"name": "SecurityType", "value": "Standard"}]
    assert properties.get("features") == (standard if generation == "V2" else None)
    assert "purchasePlan" not in properties
    name = image.rpartition("/")[2]
    assert properties["identifier"] == {"publisher": "managed-images", "offer": "images", "sku": name}


def test_a_definition_may_be_made_for_trusted_launch(app, azure):
    image = azure.seed_image("trusted", generation="V2")
    app.waiting(app.start(image, securityType="TrustedLaunchSupported"))
    features = azure.read(definition_of(image))["properties"]["features"]
    assert {"name": "SecurityType", "value": "TrustedLaunchSupported"} in features


def test_an_image_of_a_marketplace_offer_gets_a_definition_with_its_purchase_plan(app, azure):
    image = azure.seed_image("bought")
    app.waiting(app.start(image, purchasePlan=PLAN))
    assert azure.read(definition_of(image))["properties"]["purchasePlan"] == PLAN


def test_what_azure_finds_wrong_while_it_builds_ends_the_migration_with_azures_own_words(app, azure):
    refusal = {"status": 409, "code": "Conflict", "message": "The resource has a different plan than the parent."}
    azure.control.add_fault(operation="imageVersionCreate", error=refusal)
    ended = app.ended(app.start(azure.seed_image("bought")))
    assert outcome(ended) == ("Failed", "Conflict")
    assert "has a different plan" in ended["outcome"]["reason"]


BY_CALL, BY_OPERATION = {"method": "PUT", "path": "/versions/1.0.0$"}, {"operation": "imageVersionCreate"}


@pytest.mark.parametrize(
    ("told_by", "states"),
    [(BY_CALL, ["Succeeded"]), (BY_OPERATION, ["Failed", "Succeeded"])],
    ids=["call", "operation"],
)
def test_zones_that_azure_refuses_and_nobody_asked_for_do_not_end_a_migration(app, azure, told_by, states):
    message = "ZRS storage account type is not supported in this region."
    azure.control.add_fault(**told_by, error={"status": 400, "code": "InvalidParameter", "message": message})
    image = azure.seed_image("unzoned")
    waiting = app.waiting(app.start(image, targetRegions=["westus2"]))
    assert {region["storageAccountType"] for region in waiting["plan"]["targetRegions"]} == {"Standard_LRS"}
    assert [note for note in waiting["notes"] if "refused Standard_ZRS" in note]
    assert {storage for _, _, storage in target_regions(azure.read(waiting["imageVersionId"]))} == {"Standard_LRS"}
    versions = [azure.read(version)["properties"] for version in azure.versions(definition_of(image))]
    assert [version["provisioningState"] for version in versions] == states
    app.approve(waiting)
    assert outcome(app.ended(waiting["id"])) == ("Migrated", "Migrated")


def test_an_existing_definition_that_fits_is_used(app, azure):
    definition = azure.seed_definition("ready")
    waiting = app.waiting(app.start(azure.seed_image("fitting"), imageDefinition=definition.rpartition("/")[2]))
    assert waiting["imageVersionId"] == f"{definition}/versions/1.0.0"
    assert azure.read(definition)["properties"]["identifier"]["publisher"] == "contoso"


def test_a_definition_that_changed_after_the_plan_is_not_used(app, azure, held):
    azure.seed_definition(held.definition.rpartition("/")[2], gallery=held.gallery, exact=True, osType="Windows")
    held.go()
    ended = app.ended(held.id)
    assert outcome(ended) == ("Failed", "DefinitionMismatch")
    assert azure.versions(held.definition) == []


def test_the_next_number_follows_the_highest_of_all_pages_numerically(app, azure):
    definition = azure.seed_definition("numbered")
    for patch in range(61):
        azure.seed_version(definition, f"1.2.{patch}")
    waiting = app.waiting(app.start(azure.seed_image(), imageDefinition=definition.rpartition("/")[2]))
    assert waiting["imageVersionId"] == f"{definition}/versions/1.2.61"


def test_a_number_taken_after_the_plan_is_followed_by_the_next_one(app, azure, held):
    assert held.plan["version"] == "1.0.0"
    azure.seed_version(held.definition, "1.0.0")
    azure.seed_version(held.definition, "1.0.1")
    held.go()
    assert app.waiting(held.id)["imageVersionId"] == f"{held.definition}/versions/1.0.2"


def test_a_fixed_number_taken_after_the_plan_is_refused_and_left_alone(app, azure):
    held = Held(app, azure, version="4.0.0")
    theirs = azure.seed_version(held.definition, "4.0.0")
    before = azure.control.resource(theirs)
    held.go()
    assert outcome(app.ended(held.id)) == ("Failed", "VersionExists")
    assert azure.control.resource(theirs) == before
    assert azure.versions(held.definition) == [theirs]


def test_end_of_life_and_regions_are_written_as_asked(app, azure):
    request = {"endOfLifeDate": "2099-06-30", "targetRegions": [{"name": "West US 2", "replicaCount": 3}]}
    waiting = app.waiting(app.start(azure.seed_image("dated"), **request))
    version = azure.read(waiting["imageVersionId"])
    assert version["properties"]["publishingProfile"]["endOfLifeDate"].startswith("2099-06-30")
    assert target_regions(version) == [("East US 2", 1, "Standard_ZRS"), ("West US 2", 3, "Standard_ZRS")]
    assert [(region["name"], region["state"], region["progress"]) for region in waiting["regions"]] == [
        ("eastus2", "Completed", 100),
        ("westus2", "Completed", 100),
    ]


def test_a_version_is_excluded_from_latest_until_approved_and_loses_no_region_then(app, azure, waiting):
    azure.change(
        waiting["imageVersionId"],
        lambda properties: properties["publishingProfile"]["targetRegions"].append(
            {"name": "Japan East", "regionalReplicaCount": 5, "storageAccountType": "Premium_LRS"}
        ),
    )
    before = azure.read(waiting["imageVersionId"])
    assert before["properties"]["publishingProfile"]["excludeFromLatest"] is True
    app.approve(waiting)
    app.ended(waiting["id"])
    after = azure.read(waiting["imageVersionId"])
    assert after["properties"]["publishingProfile"]["excludeFromLatest"] is False
    assert target_regions(after) == target_regions(before)
    assert ("Japan East", 5, "Premium_LRS") in target_regions(after)


def test_a_version_asked_to_stay_out_of_latest_stays_out_and_its_source_goes(app, azure):
    image = azure.seed_image("quiet")
    ended = app.approve_and_end(app.start(image, excludeFromLatest=True))
    assert outcome(ended) == ("Migrated", "Migrated")
    assert azure.read(ended["imageVersionId"])["properties"]["publishingProfile"]["excludeFromLatest"] is True


def test_progress_is_shown_per_region_while_it_replicates(fresh):
    fresh.azure.control.settings(replicationSeconds={"westus2": 3500, "default": 1})
    migration_id = fresh.app.start(fresh.azure.seed_image(), targetRegions=["westus2"])
    seen = set()

    def waiting():
        found = fresh.app.migration(migration_id)
        seen.update(region["progress"] for region in found["regions"] if region["name"] == "westus2")
        return found["phase"] == "AwaitingApproval"

    eventually(waiting, timeout_seconds=30)
    assert seen - {0, 100}


def test_a_region_that_fails_ends_the_migration_with_the_regions_reason(fresh):
    fresh.azure.control.settings(replicationFailures={"westus2": "no capacity in this region"})
    image = fresh.azure.seed_image("unlucky")
    ended = fresh.app.ended(fresh.app.start(image, targetRegions=["westus2"]))
    assert ended["outcome"]["kind"] == "Failed"
    assert ended["outcome"]["step"] == "Replicating"
    assert "westus2" in ended["outcome"]["reason"]
    assert "no capacity in this region" in ended["outcome"]["reason"]
    assert ended["imageVersionId"] in ended["outcome"]["leftBehind"]
    assert fresh.azure.exists(image)


def test_a_refusal_that_comes_through_the_operation_is_told_with_its_code(app, azure, held):
    azure.change(held.image, lambda properties: properties.update(hyperVGeneration="V2"))
    held.go()
    ended = app.ended(held.id)
    assert outcome(ended) == ("Failed", "Conflict")
    assert "different Hypervisor generation ['V2']" in ended["outcome"]["reason"]
    assert azure.exists(held.image)


def test_a_source_that_vanishes_after_the_plan_fails_the_migration(app, azure, held):
    assert azure.arm("DELETE", held.image, api=COMPUTE).status_code == 202
    eventually(lambda: not azure.exists(held.image))
    held.go()
    ended = app.ended(held.id)
    assert outcome(ended) == ("Failed", "SourceNotFound")


def test_a_gallery_that_vanishes_after_the_plan_fails_the_migration(app, azure, held):
    azure.control.delete_resource(held.gallery)
    ended = app.ended(held.id)
    assert outcome(ended) == ("Failed", "GalleryNotFound")
    assert azure.exists(held.image)
