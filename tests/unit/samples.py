"""Values the unit tests start from; each builder takes what a test wants different."""

from datetime import UTC, datetime
from typing import Any

from migration.asking.request import DeleteSource, MigrationRequest
from migration.plan.plan import Findings, Plan
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion, RegionReplication
from migration.resources.image import ManagedImage
from migration.values.regions import TargetRegion

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute"
SOURCE = f"{COMPUTE}/images/web"
GALLERY = f"{COMPUTE}/galleries/gallery"
DEFINITION = f"{GALLERY}/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MIGRATION = "migrate-web-0123456789"


def make_image(**changes: Any) -> ManagedImage:
    image = ManagedImage(
        id=SOURCE,
        name="web",
        location="eastus",
        os_type="Linux",
        os_state="Generalized",
        generation="V2",
        provisioning_state="Succeeded",
        content="first",
    )
    return image.model_copy(update=changes)


def make_gallery(**changes: Any) -> Gallery:
    return Gallery(id=GALLERY, name="gallery", location="westeurope").model_copy(update=changes)


def make_definition(**changes: Any) -> ImageDefinition:
    definition = ImageDefinition(
        id=DEFINITION,
        name="web",
        location="westeurope",
        os_type="Linux",
        os_state="Generalized",
        generation="V2",
        publisher="managed-images",
        offer="images",
        sku="web",
    )
    return definition.model_copy(update=changes)


def targets(*names: str, replicas: int = 1) -> list[TargetRegion]:
    return [TargetRegion(name=name, replica_count=replicas, storage_account_type="Standard_LRS") for name in names]


def done(*names: str) -> list[RegionReplication]:
    return [RegionReplication(name=name, state="Completed", progress=100) for name in names]


def make_version(name: str = "1.0.0", **changes: Any) -> ImageVersion:
    """A finished version of the sample image in eastus and westus2."""
    version = ImageVersion(
        id=f"{DEFINITION}/versions/{name}",
        name=name,
        location="eastus",
        provisioning_state="Succeeded",
        source_id=SOURCE,
        target_regions=targets("eastus", "westus2"),
        replication=done("eastus", "westus2"),
    )
    return version.model_copy(update=changes)


def make_request(**fields: Any) -> MigrationRequest:
    """Read a request from its JSON; `fields` are camelCase."""
    return MigrationRequest.parse({"sourceImageId": SOURCE, **fields})


def make_plan(**changes: Any) -> Plan:
    plan = Plan(
        source=make_image(),
        gallery=make_gallery(),
        create_gallery=False,
        definition=make_definition(),
        create_definition=True,
        version="1.0.0",
        version_is_auto=True,
        adopt_version=False,
        target_regions=targets("eastus", "westus2"),
        end_of_life_date=None,
        exclude_from_latest=False,
        delete_source=DeleteSource.AFTER_APPROVAL,
        origins={},
    )
    return plan.model_copy(update=changes)


def codes(findings: Findings) -> list[str]:
    return [problem.code for problem in findings.problems]
