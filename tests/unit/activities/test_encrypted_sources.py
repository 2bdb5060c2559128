"""An encrypted source from plan to version: what the plan says is what Azure is asked for."""

from typing import Any

import pytest

from migration.course import steps
from migration.values.outcome import Phase
from steering.gathering.planning import draw_up_plan
from tests.support.azure_samples import COMPUTE, DEFINITION, GALLERY, SOURCE, VERSION, prepared, start
from tests.support.samples import DEFAULTS

OWN = f"{COMPUTE}/diskEncryptionSets/own"
WEST = GALLERY.replace("galleries/contoso_gallery", "diskEncryptionSets/west")


@pytest.fixture
def encrypted(azure) -> None:
    """The seeded image, encrypted, and a disk encryption set in each of two regions."""
    for set_id, location in ((OWN, "eastus2"), (WEST, "westus2")):
        azure.control.put_resource(
            {"id": set_id, "location": location, "properties": {"provisioningState": "Succeeded"}}
        )
    image = azure.control.resource(SOURCE)
    image["properties"]["storageProfile"]["osDisk"]["diskEncryptionSet"] = {"id": OWN}
    image["properties"]["storageProfile"]["dataDisks"] = [{"lun": 5, "diskSizeGB": 8, "diskEncryptionSet": {"id": OWN}}]
    azure.control.put_resource(image)


def encryption_of(azure: Any, version: str) -> dict[str, Any]:
    regions = azure.control.resource(version)["properties"]["publishingProfile"]["targetRegions"]
    return {region["name"]: region["encryption"] for region in regions}


async def test_each_region_is_written_with_its_own_set_for_every_disk(azure, records, encrypted):
    begun = start(targetRegions=["westus2"], encryptionSets="westus2:west")
    migration = await prepared(azure, records, begun)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    assert migration.run.phase is Phase.REPLICATING
    assert azure.control.resource(DEFINITION) is not None
    written = encryption_of(azure, VERSION)
    for region, named in (("East US 2", OWN), ("West US 2", WEST)):
        assert written[region]["osDiskImage"]["diskEncryptionSetId"] == named
        assert written[region]["dataDiskImages"] == [{"lun": 5, "diskEncryptionSetId": named}]


async def test_a_set_that_is_not_there_is_a_problem_before_anything_is_written(azure, encrypted):
    result = await draw_up_plan(start(targetRegions=["westus2"], encryptionSets="westus2:missing"), DEFAULTS)
    assert [problem.code for problem in result.problems] == ["EncryptionSetNotFound"]
    assert azure.control.state()["writes"] == 0


async def test_the_sources_own_set_is_enough_for_its_own_region(azure, encrypted):
    assert (await draw_up_plan(start(), DEFAULTS)).problems == []
    elsewhere = await draw_up_plan(start(targetRegions=["westus2"]), DEFAULTS)
    assert [one.code for one in elsewhere.problems] == ["SourceEncrypted"]
