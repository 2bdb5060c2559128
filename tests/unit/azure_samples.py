"""The seed of the emulated Azure, and the states a migration of its image `ubuntu-web` goes through."""

from typing import Any

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP
from migration.approval.approval import Approval, Decision
from migration.asking.request import MigrationRequest
from migration.asking.settings import settings
from migration.course.starting import Requester, start_by_request
from migration.course.state import MigrationStart, MigrationState
from migration.plan.plan import Plan
from migration.resources.image import ManagedImage

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
    return start_by_request(request, image, ADA, settings())


def state(plan: Plan | None, begun: MigrationStart, **changes: Any) -> MigrationState:
    assert plan is not None
    return MigrationState(start=begun, plan=plan).model_copy(update=changes)


APPROVAL = Approval(decision=Decision.APPROVE, approver="Ada", image_version_id=VERSION, via="page", verified=True)
