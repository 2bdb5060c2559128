"""What someone asks for: one migration, by tag or over HTTP. One vocabulary for tags, settings and JSON."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationError

from migration.asking.encryption_sets import NamedEncryptionSets
from migration.asking.options.soak import SoakTime
from migration.values.azure_rules import (
    DEFINITION_NAME,
    GALLERY_NAME,
    IDENTIFIER,
    IDENTIFIER_SAID,
    LONGEST_OFFER,
    LONGEST_PUBLISHER,
)
from migration.values.ids import GALLERY, MANAGED_IMAGE, ResourceId
from migration.values.image_version.capabilities import Features, SecurityType
from migration.values.image_version.number import VersionNumber
from migration.values.image_version.purchase_plan import NO_PLAN, PurchasePlan
from migration.values.image_version.regions import RequestedRegion, split_regions
from migration.values.lengths import LONGEST_ID, LONGEST_VERSION, MOST_REGIONS, at_most
from migration.values.problems import RequestInvalidError, half_characters, problems_in
from migration.values.tags import MoreTags
from migration.values.value import Stored

AUTO_VERSION = "auto"


class DeleteSource(StrEnum):
    """Whether the source image goes once its migration has been approved."""

    AFTER_APPROVAL = "afterApproval"
    NEVER = "never"

    @classmethod
    def _missing_(cls, value: object) -> "DeleteSource | None":
        wanted = str(value).lower().replace("-", "")
        return next((member for member in cls if member.value.lower() == wanted), None)


def _source_image_id(text: str) -> str:
    return str(ResourceId.parse(text, MANAGED_IMAGE))


def _gallery_reference(text: str) -> str:
    if text.startswith("/"):
        return str(ResourceId.parse(text, GALLERY))
    if not GALLERY_NAME.fullmatch(text):
        raise ValueError(
            f"'{text}' is not a gallery: give a name (letters, digits, dots, underscores) or a resource id"
        )
    return text


def _version(text: str) -> str:
    """Keep the number as it is written: its spelling is told in the plan."""
    if text.strip().lower() == AUTO_VERSION:
        return AUTO_VERSION
    VersionNumber.parse(text)
    return text.strip()


def _definition_name(text: str) -> str:
    if not DEFINITION_NAME.fullmatch(text):
        raise ValueError(
            f"'{text}' is not the name of an image definition: it has 1 to 80 letters, digits, dots, dashes and"
            " underscores, begins with a letter or digit, and does not end in a dot or dash"
        )
    return text


def _identifier(text: str) -> str:
    problem = identifier_problem(text)
    if problem:
        raise ValueError(problem)
    return text


def identifier_problem(text: str) -> str | None:
    """Say why this cannot be publisher, offer or SKU of a definition that is created, or None."""
    return None if IDENTIFIER.fullmatch(text) else f"'{text}' has other characters than {IDENTIFIER_SAID}"


def _purchase_plan(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.strip().lower() == NO_PLAN:
        return NO_PLAN
    parts = [part.strip() for part in value.split("/")]
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"'{value}' is not publisher/product/name, nor {NO_PLAN}")
    return dict(zip(("publisher", "product", "name"), parts, strict=True))


def visible(text: str) -> str:
    """Refuse letters that cannot be seen, or that turn round what stands beside them."""
    if not text.isprintable():
        raise ValueError("it holds characters that cannot be seen")
    return text


def _complete_plan(plan: PurchasePlan | str) -> PurchasePlan | str:
    if isinstance(plan, str):
        return plan
    if not plan.is_complete:
        raise ValueError(f"it needs publisher, product and name; say {NO_PLAN} where the image has none")
    for part in (plan.publisher, plan.product, plan.name):
        visible(part)
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


SourceImageId = Annotated[str, at_most(LONGEST_ID), AfterValidator(_source_image_id)]
_Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), at_most(LONGEST_ID)]
DefinitionName = Annotated[_Reference, AfterValidator(_definition_name)]
GalleryReference = Annotated[_Reference, AfterValidator(_gallery_reference)]
# What somebody asked for is stored, so a plan holds it against Azure's rules; settings are held against them when read.
Identifier = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128), AfterValidator(visible)
]
Publisher = Annotated[Identifier, Field(max_length=LONGEST_PUBLISHER), AfterValidator(_identifier)]
Offer = Annotated[Identifier, Field(max_length=LONGEST_OFFER), AfterValidator(_identifier)]
VersionReference = Annotated[str, at_most(LONGEST_VERSION), AfterValidator(_version)]
PurchasePlanValue = Annotated[
    PurchasePlan | Literal["none"],
    BeforeValidator(_purchase_plan, json_schema_input_type=PurchasePlan | str),
    AfterValidator(_complete_plan),
]
EndOfLifeDate = Annotated[datetime, BeforeValidator(_point_in_time, json_schema_input_type=str)]
RequestedRegions = Annotated[
    list[RequestedRegion],
    BeforeValidator(_regions, json_schema_input_type=str | list[RequestedRegion | str]),
    at_most(MOST_REGIONS),
]


class MigrationRequest(Stored):
    """A request to migrate one managed image. Everything but the source may be left to settings and defaults.

    What people send may hold no unknown field (`parse`) and nothing that is too long; what is stored may, after an
    upgrade that was taken back, or by the rules of an earlier release.
    """

    source_image_id: SourceImageId
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
    features: Features | None = None
    protect: bool | None = None
    soak: SoakTime | None = None
    encryption_sets: NamedEncryptionSets | None = None
    definition_tags: MoreTags | None = None

    @classmethod
    def parse(cls, body: Any) -> "MigrationRequest":
        """Read the JSON body of an HTTP request; raises RequestInvalidError naming every bad field."""
        if halves := half_characters(body):
            raise RequestInvalidError(halves)
        try:
            return cls.model_validate(body, extra="forbid")
        except ValidationError as error:
            raise RequestInvalidError(problems_in(body, cls, error)) from error
