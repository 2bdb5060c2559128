"""Galleries and image definitions: read, list, create."""

from datetime import UTC, datetime
from typing import Any

from arm.transport.client import compute, get_api_version
from arm.transport.operations import start
from arm.transport.reading import each_understood, read, read_all, tags_of, understood
from arm.transport.recent import Recent
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.operation import Operation
from migration.resources.states import ProvisioningState
from migration.values.azure_rules import KEPT_DELETED_DAYS
from migration.values.ids import GALLERY, IMAGE_DEFINITION, ResourceId
from migration.values.image_version.capabilities import features_sent, features_shown
from migration.values.image_version.purchase_plan import purchase_plan_of
from migration.values.image_version.regions import normalise_region

MOST_GALLERIES = 100

_definitions: Recent[list[ImageDefinition]] = Recent(MOST_GALLERIES)


async def get_gallery(gallery_id: str) -> Gallery | None:
    """Read a gallery; None where there is none."""
    gallery = ResourceId.parse(gallery_id, GALLERY)
    found = await read(compute(gallery.subscription).galleries.get(gallery.resource_group, gallery.name))
    return understood(_gallery_from, found) if found else None


def get_galleries_api() -> str:
    """Return the api-version in which galleries, and all that they hold, are read and written."""
    return get_api_version("galleries")


async def list_galleries(subscription: str) -> list[Gallery]:
    """List the galleries of a subscription, over all pages."""
    return each_understood(Gallery, _gallery_from, await read_all(compute(subscription).galleries.list))


async def start_gallery(gallery: Gallery, tags: dict[str, str]) -> Operation:
    """Start creating a gallery."""
    target = gallery.resource_id
    body = {"location": gallery.location, "tags": tags, "properties": {}}
    begin = compute(target.subscription).galleries.begin_create_or_update
    return await start(begin, target.resource_group, target.name, body)


async def get_definition(definition_id: str) -> ImageDefinition | None:
    """Read an image definition; None where there is none."""
    definition = ResourceId.parse(definition_id, IMAGE_DEFINITION)
    operations = compute(definition.subscription).gallery_images
    found = await read(operations.get(definition.resource_group, *definition.names))
    return understood(_definition_from, found) if found else None


async def list_definitions(gallery_id: str) -> list[ImageDefinition]:
    """List the image definitions of a gallery, over all pages; whoever asks while it is being listed shares the next.

    A gallery has as many as there are images: many plans at once would each list and read all of them.
    """
    gallery = ResourceId.parse(gallery_id, GALLERY)

    async def listed(_begun_at: datetime) -> list[ImageDefinition]:
        listing = compute(gallery.subscription).gallery_images.list_by_gallery
        bodies = await read_all(listing, gallery.resource_group, gallery.name)
        return each_understood(ImageDefinition, _definition_from, bodies)

    return await _definitions.get(str(gallery).lower(), datetime.now(UTC), listed)


async def start_definition(definition: ImageDefinition, tags: dict[str, str]) -> Operation:
    """Start creating an image definition.

    The generation is always stated: API versions from 2025-03-03 on default to V2. An empty list of features and an
    empty purchase plan are left out, not sent.
    """
    target = definition.resource_id
    kind, api_version = definition.generation, get_galleries_api()
    features = features_sent(kind, definition.security_type, definition.features, api_version)
    properties: dict[str, Any] = {
        "osType": definition.os_type,
        "osState": definition.os_state,
        "hyperVGeneration": kind,
        "architecture": definition.architecture,
        "identifier": {"publisher": definition.publisher, "offer": definition.offer, "sku": definition.sku},
    }
    if features:
        properties["features"] = features
    if definition.purchase_plan is not None:
        properties["purchasePlan"] = definition.purchase_plan.dump()
    body = {"location": definition.location, "tags": tags, "properties": properties}
    begin = compute(target.subscription).gallery_images.begin_create_or_update
    return await start(begin, target.resource_group, *target.names, body)


def _gallery_from(body: dict[str, Any]) -> Gallery:
    properties = body.get("properties") or {}
    return Gallery(
        id=body["id"],
        name=body["name"],
        location=normalise_region(body["location"]),
        provisioning_state=ProvisioningState(properties.get("provisioningState") or "Succeeded"),
        soft_delete_days=_soft_delete_days(properties.get("softDeletePolicy") or {}),
        soft_delete_grace_days=_days((properties.get("softDeletePolicy") or {}).get("gracePeriodInDays")),
        sharing=(properties.get("sharingProfile") or {}).get("permissions") or "Private",
        tags=tags_of(body),
    )


def _soft_delete_days(policy: dict[str, Any]) -> int | None:
    """Return how long deleted versions can be used; None where none is kept."""
    if not policy.get("isSoftDeleteEnabled"):
        return None
    return _days(policy.get("retentionPeriodInDays")) or KEPT_DELETED_DAYS


def _days(told: Any) -> int | None:
    """Read a number of days, which is only shown: what is none is left out. More than a hundred years are no date."""
    try:
        return min(max(int(told), 0), 36_500)
    except (TypeError, ValueError, OverflowError):
        return None


def _definition_from(body: dict[str, Any]) -> ImageDefinition:
    properties = body.get("properties") or {}
    identifier = properties.get("identifier") or {}
    features = {str(item.get("name")).lower(): item.get("value") for item in properties.get("features") or []}
    return ImageDefinition(
        id=body["id"],
        name=body["name"],
        location=normalise_region(body["location"]),
        os_type=properties.get("osType") or "Unknown",
        os_state=properties.get("osState") or "Unknown",
        generation=properties.get("hyperVGeneration") or "V1",  # absent means V1
        publisher=identifier.get("publisher") or "",
        offer=identifier.get("offer") or "",
        sku=identifier.get("sku") or "",
        architecture=properties.get("architecture") or "x64",
        security_type=features.get("securitytype") or "Standard",
        features=features_shown(features),
        purchase_plan=purchase_plan_of(properties.get("purchasePlan")),
        provisioning_state=ProvisioningState(properties.get("provisioningState") or "Succeeded"),
        tags=tags_of(body),
    )
