"""The seed of the emulated Azure, and the states a migration of its image `ubuntu-web` goes through."""

from datetime import UTC, datetime
from typing import Any

from migration.approval.closing import decided
from migration.approval.image_record import Question
from migration.approval.verdict import Opened
from migration.course.state import MigrationState

from activities.create_image_version import create_image_version
from activities.ensure_image_definition import ensure_image_definition
from activities.open_question import open_question
from activities.plan_migration import plan_migration
from dev.emulator import Emulator
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from migration.approval.approval import Approval, Decision
from migration.asking.request import MigrationRequest
from migration.asking.settings import settings
from migration.asking.start import MigrationStart, signed_start
from migration.course.starting import Requester, start_by_request
from migration.plan.plan import Plan
from migration.resources.image import ManagedImage
from migration.resources.operation import CreatedVersion
from tests.unit.fake_records import FakeRecords

COMPUTE = f"{IMAGES_GROUP}/providers/Microsoft.Compute"
SOURCE = f"{COMPUTE}/images/ubuntu-web"
USED_SOURCE = f"{COMPUTE}/images/shop-frontend"  # a scale set's model names it
GALLERY = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/galleries/contoso_gallery"
BASE = f"{GALLERY}/images/ubuntu-base"  # holds version 1.0.0 of another image
DEFINITION = f"{GALLERY}/images/ubuntu-web"
VERSION = f"{DEFINITION}/versions/1.0.0"
BUILD_SECONDS, UPDATE_SECONDS, DELETE_SECONDS = 446, 422, 122
ADA = Requester("Ada", ("ada-oid",))


def start(source: str = SOURCE, **fields: Any) -> MigrationStart:
    """The start of a migration of a source image into the seeded gallery; `fields` are camelCase."""
    request = MigrationRequest.parse({"sourceImageId": source, "gallery": "contoso_gallery", **fields})
    image = ManagedImage(
        id=source,
        name=source.rpartition("/")[2],
        location="eastus2",
        os_type="Linux",
        os_state="Generalized",
        generation="V1",
        provisioning_state="Succeeded",
        content="",
    )
    return signed_start(start_by_request(request, image, ADA, settings()), "run 1", datetime.now(UTC), settings())


def state(plan: Plan | None, begun: MigrationStart, **changes: Any) -> MigrationState:
    assert plan is not None
    return MigrationState(start=begun, plan=plan).model_copy(update=changes)


APPROVAL = Approval(
    decision=Decision.APPROVE, approver="Ada", image_version_id=VERSION, id="decision 1", via="page", verified=True
)


async def built(azure: Emulator, source: str = SOURCE, **fields: Any) -> MigrationState:
    """A migration whose version is complete; nobody has been asked yet."""
    begun = start(source, imageDefinition="ubuntu-web", targetRegions=["eastus2"], **fields)
    planned = state((await plan_migration(begun)).plan, begun)
    await ensure_image_definition(planned)
    azure.control.advance(1)
    made = await create_image_version(planned)
    assert isinstance(made, CreatedVersion), made
    azure.control.advance(BUILD_SECONDS)
    return planned.model_copy(update={"image_version_id": VERSION})


async def approve(records: FakeRecords, migration: MigrationState, **changes: Any) -> Question:
    """Ask about it, and have somebody approve, as page and API do."""
    opened = await open_question(migration)
    assert isinstance(opened, Opened), opened
    question = records.question(migration.start.id)
    approval = APPROVAL.model_copy(update=changes)
    records.apply(migration.start.id, lambda record: decided(record, question.id, approval, datetime.now(UTC)))
    return records.question(migration.start.id)
