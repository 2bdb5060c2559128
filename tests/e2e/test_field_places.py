"""Regions, rights and keys as other people have them: what a subscription offers, what a role grants where, and whose
disk encryption set serves a region. Each situation was reported by somebody who does this job."""

from contextlib import contextmanager

import pytest

from tests.e2e.app import outcome
from tests.e2e.azure import DONE, definition_of, target_regions
from tests.e2e.conftest import running_app
from tests.emulator.documents import GALLERY_ID

GALLERIES = GALLERY_ID.partition("/providers/")[0]
HUB_SUBSCRIPTION = "c0ffee00-0000-4000-8000-00000000000b"
OWN_SUBSCRIPTION = GALLERY_ID.split("/")[2]


@pytest.fixture
def azure(troubled):
    return troubled.azure


@pytest.fixture
def app(troubled):
    return troubled.app


@contextmanager
def set_to(azure, **settings):
    """These settings of the emulated Azure, and nothing of them afterwards."""
    azure.control.settings(**settings)
    try:
        yield
    finally:
        azure.control.settings(**{name: {} for name in settings})


def problems_of(answer):
    assert answer.status_code == 422, answer.text
    return [(problem["field"], problem["code"]) for problem in answer.json()["errors"]]


def planned(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def stored(plan):
    return {region["name"]: region["storageAccountType"] for region in plan["targetRegions"]}


def seed_hub(azure):
    """A gallery in another subscription; gives back its id."""
    for known in (f"/subscriptions/{OWN_SUBSCRIPTION}", GALLERIES, GALLERY_ID):
        document = azure.control.resource(known)
        azure.control.put_resource(document | {"id": known.replace(OWN_SUBSCRIPTION, HUB_SUBSCRIPTION)})
    return GALLERY_ID.replace(OWN_SUBSCRIPTION, HUB_SUBSCRIPTION)


def encrypt(azure, image, set_id):
    def change(properties):
        storage = properties["storageProfile"]
        for disk in (storage["osDisk"], *storage["dataDisks"]):
            disk["diskEncryptionSet"] = {"id": set_id}

    azure.change(image, change)


def seed_encryption_set(azure, name, region, **properties):
    set_id = f"{GALLERIES}/providers/Microsoft.Compute/diskEncryptionSets/{name}"
    return azure.control.put_resource({"id": set_id, "location": region, "properties": properties | DONE})["id"]


# Zones


def test_zone_redundant_storage_in_a_region_without_zones_is_told_before_the_first_write(app, azure):
    answer = app.plan(azure.seed_image("zoned"), targetRegions=["eastus2=1=standard_zrs", "westus=1=standard_zrs"])
    assert problems_of(answer) == [("targetRegions", "NoZones")]
    (problem,) = answer.json()["errors"]
    assert "westus" in problem["message"]
    assert "Standard_LRS" in problem["message"]
    west = azure.seed_image("zoned", location="westus")
    assert problems_of(app.plan(west, targetRegions=["westus=1=standard_zrs"])) == [("targetRegions", "NoZones")]


def test_a_zone_resilient_image_stays_so_in_every_region_that_has_zones(app, azure):
    image = azure.seed_image("resilient")
    azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    plan = planned(app.plan(image, targetRegions=["westus", "westeurope"]))
    assert stored(plan) == {"eastus2": "Standard_ZRS", "westus": "Standard_LRS", "westeurope": "Standard_ZRS"}
    migration = app.waiting(app.start(image))
    assert target_regions(azure.read(migration["imageVersionId"])) == [("East US 2", 1, "Standard_ZRS")]


def test_a_zone_resilient_image_that_is_to_lose_its_zones_is_told_so(app, azure):
    image = azure.seed_image("resilient")
    azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    plan = planned(app.plan(image, targetRegions=["eastus2=1=standard_lrs"]))
    assert any("less resilient than the source" in note for note in plan["notes"])


# Regions


@pytest.mark.parametrize("place", ["europe", "Global", "centralusstage"])
def test_a_place_in_which_nothing_can_be_made_is_no_region(app, azure, place):
    answer = app.plan(azure.seed_image("logical"), targetRegions=["eastus2", place])
    assert problems_of(answer) == [("targetRegions", "RegionNotFound")]
    assert place.lower() in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("closed", [HUB_SUBSCRIPTION, OWN_SUBSCRIPTION])
def test_a_region_that_one_of_both_subscriptions_may_not_use_is_told_with_its_name(azure, closed):
    image, hub = azure.seed_image("admitted"), seed_hub(azure)
    with set_to(azure, closedRegions={closed: ["southafricawest"]}), running_app(azure) as app:
        assert planned(app.plan(image, gallery=hub, targetRegions=["eastus2", "South Africa North"]))
        answer = app.plan(image, gallery=hub, targetRegions=["eastus2", "South Africa West"])
    assert problems_of(answer) == [("targetRegions", "RegionNotFound")]
    assert closed in answer.text


# Rights


def test_rights_given_at_gallery_and_image_count_though_their_groups_grant_none(app, azure):
    image = azure.seed_image("granted", group=azure.seed_group("sources"))
    denied = {"*/write": GALLERIES, "*/delete": image.partition("/providers/")[0]}
    with set_to(azure, deniedActions=denied):
        assert {code for _, code in problems_of(app.plan(image))} == {"MissingRight"}
    with set_to(azure, deniedActions=denied, grantedActions={"Microsoft.Compute/galleries/*": GALLERY_ID, "*": image}):
        planned(app.plan(image))


def test_rights_given_at_a_definition_are_enough_for_a_version_of_it(app, azure):
    image, definition = azure.seed_image("granted"), azure.seed_definition("granted")
    granted = {"Microsoft.Compute/galleries/images/versions/*": definition}
    with set_to(azure, deniedActions={"*/write": GALLERIES}, grantedActions=granted):
        planned(app.plan(image, imageDefinition=definition.rpartition("/")[2]))
        assert ("gallery", "MissingRight") in problems_of(app.plan(image))


# Keys


def test_an_encrypted_image_is_encrypted_in_every_region_with_the_set_of_that_region(app, azure):
    image = azure.seed_image("secret", data_gib=(8, 16))
    east, west = (seed_encryption_set(azure, name, name) for name in ("eastus2", "westus2"))
    encrypt(azure, image, east)
    ended = app.approve_and_end(app.start(image, targetRegions=["westus2"], encryptionSets="westus2:westus2"))
    assert outcome(ended) == ("Migrated", "Migrated")
    version = azure.read(f"{definition_of(image)}/versions/1.0.0")
    for region, expected in zip(version["properties"]["publishingProfile"]["targetRegions"], (east, west), strict=True):
        disks = [region["encryption"]["osDiskImage"], *region["encryption"]["dataDiskImages"]]
        assert [disk["diskEncryptionSetId"] for disk in disks] == [expected] * 3


def test_an_encrypted_image_without_a_set_for_a_region_is_told_how_to_name_one(app, azure):
    image = azure.seed_image("secret")
    encrypt(azure, image, seed_encryption_set(azure, "own", "eastus2"))
    answer = app.plan(image, targetRegions=["westus3"])
    assert problems_of(answer) == [("encryptionSets", "SourceEncrypted")]
    assert "encryption=westus3:name" in answer.text


def test_a_set_of_another_region_or_one_for_confidential_machines_is_a_problem(app, azure):
    image = azure.seed_image("secret")
    encrypt(azure, image, seed_encryption_set(azure, "own", "eastus2"))
    seed_encryption_set(azure, "north", "northeurope")
    seed_encryption_set(azure, "private", "westus3", encryptionType="ConfidentialVmEncryptedWithCustomerKey")
    for named, code in (("north", "EncryptionSetElsewhere"), ("private", "EncryptionSetUnfit")):
        answer = app.plan(image, targetRegions=["westus3"], encryptionSets=f"westus3:{named}")
        assert problems_of(answer) == [("encryptionSets", code)]
