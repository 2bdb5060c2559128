"""What someone asks for: one migration, by tag or over HTTP. One vocabulary for tags, settings and JSON."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from migration.values.ids import GALLERY, MANAGED_IMAGE, ResourceId
from migration.values.problems import RequestInvalidError, problems_of
from migration.values.purchase_plan import PurchasePlan
from migration.values.record import Record
from migration.values.regions import RequestedRegion, split_regions
from migration.values.versions import VersionNumber

AUTO_VERSION = "auto"

_GALLERY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.]{0,78}[A-Za-z0-9])?")


class DeleteSource(StrEnum):
    """Whether the source image goes once its migration has been approved."""

    AFTER_APPROVAL = "afterApproval"
    NEVER = "never"

    @classmethod
    def _missing_(cls, value: object) -> "DeleteSource | None":
        wanted = str(value).lower().replace("-", "")
        return next((member for member in cls if member.value.lower() == wanted), None)


class SecurityType(StrEnum):
    """Security type of an image definition we create. A managed image itself does not state one."""

    STANDARD = "Standard"
    TRUSTED_LAUNCH_SUPPORTED = "TrustedLaunchSupported"
    TRUSTED_LAUNCH = "TrustedLaunch"

    @classmethod
    def _missing_(cls, value: object) -> "SecurityType | None":
        wanted = str(value).lower().replace("-", "")
        return next((member for member in cls if member.value.lower() == wanted), None)


def _source_image_id(text: str) -> str:
    return str(ResourceId.parse(text, MANAGED_IMAGE))


def _gallery(text: str) -> str:
    if text.startswith("/"):
        return str(ResourceId.parse(text, GALLERY))
    if not _GALLERY_NAME.fullmatch(text):
        raise ValueError(
            f"'{text}' is not a gallery: give a name (letters, digits, dots, underscores) or a resource id"
        )
    return text


def _version(text: str) -> str:
    return AUTO_VERSION if text.strip().lower() == AUTO_VERSION else str(VersionNumber.parse(text))


def _purchase_plan(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split("/")]
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"'{value}' is not publisher/product/name")
    return dict(zip(("publisher", "product", "name"), parts, strict=True))


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be seen")
    return text


def _complete_plan(plan: PurchasePlan) -> PurchasePlan:
    if not all(part.strip() for part in (plan.publisher, plan.product, plan.name)):
        raise ValueError("it needs publisher, product and name; leave it out where the image has none")
    for part in (plan.publisher, plan.product, plan.name):
        _visible(part)
    return plan


def _point_in_time(value: Any) -> Any:
    if isinstance(value, datetime) or not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"'{value}' is not a date such as 2027-12-31") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _regions(value: Any) -> Any:
    return split_regions(value) if isinstance(value, str) else value


# Azure's own rule also lets underscores into the middle: definitions others made may have one.
DefinitionName = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9])?$")
]
GalleryReference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_gallery)]
Identifier = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128), AfterValidator(_visible)
]
VersionReference = Annotated[str, AfterValidator(_version)]
PurchasePlanValue = Annotated[PurchasePlan, BeforeValidator(_purchase_plan), AfterValidator(_complete_plan)]
EndOfLifeDate = Annotated[datetime, BeforeValidator(_point_in_time)]
RequestedRegions = Annotated[list[RequestedRegion], BeforeValidator(_regions), Field(max_length=100)]


class MigrationRequest(Record):
    """A request to migrate one managed image. Everything but the source may be left to settings and defaults.

    What people send may hold no unknown field (`parse`); what is stored may, after an upgrade that was taken back.
    """

    source_image_id: Annotated[str, AfterValidator(_source_image_id)]
    gallery: GalleryReference | None = None
    image_definition: DefinitionName | None = None
    version: VersionReference | None = None
    target_regions: RequestedRegions | None = None
    end_of_life_date: EndOfLifeDate | None = None
    exclude_from_latest: bool | None = None
    purchase_plan: PurchasePlanValue | None = None
    delete_source: DeleteSource | None = None
    publisher: Identifier | None = None
    offer: Identifier | None = None
    sku: Identifier | None = None
    security_type: SecurityType | None = None
    protect: bool | None = None

    @classmethod
    def parse(cls, body: Any) -> "MigrationRequest":
        """Read the JSON body of an HTTP request; raises RequestInvalidError naming every bad field."""
        try:
            return cls.model_validate(body, extra="forbid")
        except ValidationError as error:
            raise RequestInvalidError(problems_of(error)) from error
