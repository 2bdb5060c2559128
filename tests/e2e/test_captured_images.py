"""Images as they were captured: of blobs and snapshots, large, zone-resilient, encrypted, or of a machine long gone."""

from dev.emulator.seed import IMAGES_GROUP
from tests.support.running.answers import planned, problems_of
from tests.support.running.app import outcome
from tests.support.running.azure import definition_of, target_regions
from tests.support.running.estate import (
    encrypt,
    seed_encryption_set,
    storage_of,
    update,
)
from tests.support.running.starting import running_app


def stored(plan):
    return {region["name"]: region["storageAccountType"] for region in plan["targetRegions"]}


def test_a_data_disk_over_one_terabyte_names_the_setting_and_migrates_with_it(app, azure):
    image = azure.seed_image("large", data_gib=(1536,))
    (problem,) = app.plan(image).json()["errors"]
    assert problem["code"] == "DataDiskTooLarge"
    assert "MIGRATION_MAX_DATA_DISK_GB" in problem["message"]
    assert "2048" in problem["message"]
    with running_app(azure, MIGRATION_MAX_DATA_DISK_GB="2048") as raised:
        assert outcome(raised.approve_and_end(raised.start(image))) == ("Migrated", "Migrated")
        too_large = azure.seed_image("larger", data_gib=(2049,))
        assert problems_of(raised.plan(too_large)) == [("sourceImageId", "DataDiskTooLarge")]


def test_an_image_of_blobs_and_snapshots_with_gaps_in_its_luns_is_migrated(app, azure):
    image = azure.seed_image("pieced")
    disks = [
        {"lun": 5, "diskSizeGB": 8, "blobUri": "https://vhds.blob.core.windows.net/data/five.vhd"},
        {"lun": 2, "snapshot": {"id": f"{IMAGES_GROUP}/providers/Microsoft.Compute/snapshots/two"}},
    ]
    storage_of(azure, image, dataDisks=disks)
    assert any("data disk 2" in note for note in planned(app.plan(image))["notes"])
    ended = app.approve_and_end(app.start(image, endOfLifeDate="2030-12-31 10:00:00"))
    assert outcome(ended) == ("Migrated", "Migrated")


def test_an_image_whose_machine_and_disks_are_long_gone_is_migrated(app, azure):
    image = azure.seed_image("orphan", data_gib=(8,))
    update(
        azure, image, sourceVirtualMachine={"id": f"{IMAGES_GROUP}/providers/Microsoft.Compute/virtualMachines/gone"}
    )
    assert outcome(app.approve_and_end(app.start(image))) == ("Migrated", "Migrated")


def test_a_zone_resilient_image_stays_so_in_every_region_that_has_zones(app, azure):
    image = azure.seed_image("resilient")
    azure.change(image, lambda properties: properties["storageProfile"].update(zoneResilient=True))
    plan = planned(app.plan(image, targetRegions=["westus", "westeurope"]))
    assert stored(plan) == {"eastus2": "Standard_ZRS", "westus": "Standard_LRS", "westeurope": "Standard_ZRS"}
    migration = app.waiting(app.start(image))
    assert target_regions(azure.read(migration["imageVersionId"])) == [("East US 2", 1, "Standard_ZRS")]


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
