"""Values the unit tests start from; each builder takes what a test wants different."""

from datetime import UTC, datetime, timedelta
from typing import Any

from migration.approval.image_record import Question

from migration.approval.approval import Approval
from migration.approval.copy_identity import CopyIdentity
from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.settings import Settings
from migration.asking.start import MigrationStart
from migration.course.starting import Requester, start_by_request
from migration.plan.plan import Findings, Plan
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion, RegionReplication
from migration.resources.image import ManagedImage
from migration.values.ids import instance_id_for
from migration.values.image_version.regions import TargetRegion

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
COMPUTE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute"
SOURCE = f"{COMPUTE}/images/web"
GALLERY = f"{COMPUTE}/galleries/gallery"
DEFINITION = f"{GALLERY}/images/web"
VERSION = f"{DEFINITION}/versions/1.0.0"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MIGRATION = "migrate-web-0123456789"
OWN_ID = instance_id_for(SOURCE)
MADE_AT, PUBLISHED_AT = NOW - timedelta(days=30), NOW - timedelta(hours=1)
KEY = "a signing key of 32 characters or more"
DEFAULTS = Settings.model_construct()  # those of an app that was told none, whatever this environment says


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
        created_at=MADE_AT,
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
        published_at=PUBLISHED_AT,
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


def make_start(run: str = "run 1", at: datetime = NOW, **changes: Any) -> MigrationStart:
    start = start_by_request(make_request(), make_image(), Requester("Eve", ("eve@example.com",)), DEFAULTS)
    return start.model_copy(update={"run": run, "started_at": at, **changes})


def make_copied(**changes: Any) -> CopyIdentity:
    copied = CopyIdentity(image_version_id=VERSION, published_at=PUBLISHED_AT, source_content="first")
    return copied.model_copy(update=changes)


def make_question(**changes: Any) -> Question:
    question = Question(
        id="question 1",
        callback="token 1",
        start=make_start(),
        plan=make_plan(),
        copied=make_copied(),
        asked_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )
    return question.model_copy(update=changes)


def make_approval(**changes: Any) -> Approval:
    fields = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested"}
    return Approval.model_validate(fields | {"id": "decision 1", "via": "page", "verified": True} | changes)


def codes(findings: Findings) -> list[str]:
    return [problem.code for problem in findings.problems]
