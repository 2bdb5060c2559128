"""The seed of the emulated Azure, and the phases that a migration of its image `ubuntu-web` goes through."""

from datetime import UTC, datetime
from typing import Any

from dev.emulator import Emulator
from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from migration.approval.approval import Approval, Decision
from migration.asking.reading import settings
from migration.asking.request import MigrationRequest
from migration.asking.start import MigrationStart
from migration.course import steps
from migration.course.starting import Requester, start_by_request
from migration.record.admitting import admitted
from migration.resources.image import ManagedImage
from migration.resources.states import ProvisioningState
from migration.values.outcome import Phase
from tests.support.fakes.fake_records import FakeRecords
from tests.support.samples import changed
from tests.support.steps import Migration

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
        provisioning_state=ProvisioningState.SUCCEEDED,
        content="",
    )
    return start_by_request(request, image, ADA, settings())


def begin(records: FakeRecords, begun: MigrationStart, run_id: str = "run 1") -> Migration:
    """A migration that the record has admitted."""
    records.apply(begun.id, lambda record: admitted(record, begun, run_id, datetime.now(UTC)))
    return Migration(records, begun.id)


async def planned(records: FakeRecords, begun: MigrationStart) -> Migration:
    migration = begin(records, begun)
    await migration.take(steps.PLAN_MIGRATION)
    assert migration.run.phase is Phase.PREPARING, migration.run.outcome
    return migration


async def prepared(azure: Emulator, records: FakeRecords, begun: MigrationStart) -> Migration:
    migration = await planned(records, begun)
    for seconds in (1, 0):
        await migration.take(steps.ENSURE_IMAGE_DEFINITION)
        azure.control.advance(seconds)
    assert migration.run.phase is Phase.CREATING
    return migration


APPROVAL = Approval(
    decision=Decision.APPROVE, approver="Ada", image_version_id=VERSION, id="decision 1", via="page", verified=True
)


async def built(azure: Emulator, records: FakeRecords, source: str = SOURCE, **fields: Any) -> Migration:
    """A migration whose version is complete; nobody has been asked yet."""
    begun = start(source, imageDefinition="ubuntu-web", targetRegions=["eastus2"], **fields)
    migration = await prepared(azure, records, begun)
    await migration.take(steps.CREATE_IMAGE_VERSION)
    azure.control.advance(BUILD_SECONDS)
    await migration.take(steps.CHECK_REPLICATION)
    assert migration.run.phase is Phase.VERIFYING, migration.run
    return migration


async def asked(migration: Migration) -> Migration:
    """Ask about it."""
    await migration.take(steps.OPEN_QUESTION)
    assert migration.run.phase is Phase.AWAITING_APPROVAL, migration.run.outcome
    return migration


async def approved(migration: Migration, **changes: Any) -> Migration:
    """Ask about it, and have somebody decide, as page and API do."""
    (await asked(migration)).decide(changed(APPROVAL, changes))
    return migration


async def deleting(azure: Emulator, migration: Migration, **changes: Any) -> Migration:
    """Have it approved and promoted, and come to its delete."""
    await (await approved(migration, **changes)).take(steps.PROMOTE_IMAGE_VERSION)
    azure.control.advance(UPDATE_SECONDS)
    await migration.take(steps.CHECK_REPLICATION)
    assert migration.run.phase is Phase.DELETING_SOURCE, migration.run
    return migration
