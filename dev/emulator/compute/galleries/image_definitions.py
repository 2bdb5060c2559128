"""Microsoft.Compute/galleries/images: image definitions, whose identity and platform never change."""

import re
from functools import partial
from typing import Any

from dev.emulator.compute.any_resource.api_versions import GALLERIES
from dev.emulator.compute.any_resource.bodies import parse
from dev.emulator.compute.any_resource.deletion import accept_delete, refuse_while_nested
from dev.emulator.compute.any_resource.errors import IDENTIFIER_INVALID, IDENTIFIER_TAKEN
from dev.emulator.compute.any_resource.lifecycle import (
    Kind,
    accept_write,
    check_end_of_life,
    check_name,
    checked_location,
    must_find,
    require_parents,
    show_one,
)
from dev.emulator.compute.any_resource.operation_status import Family
from dev.emulator.compute.any_resource.quotas import require_quota
from dev.emulator.compute.any_resource.rules import IDENTIFIER_PATTERN, LONGEST_IDENTIFIER
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.compute.galleries import features, galleries
from dev.emulator.compute.galleries.gallery_bodies import DefinitionBody, DefinitionPatch
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import Routes
from dev.emulator.vocabulary.errors import PROPERTY_CHANGE_NOT_ALLOWED, ArmError
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.resource_id import ResourceId
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

KIND = Kind(
    type="Microsoft.Compute/galleries/images",
    duration_name="imageDefinition",
    family=Family.GALLERY,
    name_parameter="galleryImageName",
    name_rule=re.compile(r"^[^_\W][\w.\-]{0,79}(?<![-.])$", re.ASCII),
)
_ALL = galleries.TEMPLATE + "/images"
TEMPLATE = _ALL + "/{galleryImageName}"
_IMMUTABLE = (
    "osType",
    "osState",
    "hyperVGeneration",
    "architecture",
    "identifier.publisher",
    "identifier.offer",
    "identifier.sku",
    "purchasePlan.name",
    "purchasePlan.publisher",
    "purchasePlan.product",
    "eula",
    "privacyStatementUri",
)


def register(routes: Routes) -> None:
    routes.add("PUT", TEMPLATE, create_or_update, GALLERIES)
    routes.add("PATCH", TEMPLATE, update, GALLERIES)
    routes.add("GET", TEMPLATE, show_one, GALLERIES)
    routes.add("DELETE", TEMPLATE, delete, GALLERIES)
    routes.add("GET", _ALL, list_in_gallery, GALLERIES)


def create_or_update(world: World, request: ArmRequest) -> ArmResponse:
    check_name(KIND, request.names["galleryImageName"])
    require_parents(world, ResourceId.parse(request.path).parent, writing=True)
    existing = world.resources.get(request.path)
    location = checked_location(KIND, request, existing)
    body = parse(DefinitionBody, request.body, "galleryImage")
    check_end_of_life(world, body.properties.end_of_life_date, "galleryImage.properties")
    properties = body.properties.json_form()
    if existing:
        _refuse_changes(existing.properties, properties)
        features.check_features(properties, existing.properties.get("hyperVGeneration", "V1"), request.api_version)
        kept = {key: existing.properties[key] for key in _decided_once(existing.properties)}
        existing.tags, existing.properties = body.tags, kept | properties
        return accept_write(world, request, KIND, existing)
    require_quota(world, request, KIND.type, location)
    generation = properties.get("hyperVGeneration") or features.default_generation(request.api_version)
    features.check_features(properties, generation, request.api_version)
    _check_identifier(properties["identifier"])
    _refuse_taken_identifier(world, request, properties["identifier"])
    document = {"id": request.path, "location": location, "tags": body.tags}
    document["properties"] = _with_defaults(properties, request.api_version)
    return accept_write(world, request, KIND, Resource.from_document(document, KIND.type))


def update(world: World, request: ArmRequest) -> ArmResponse:
    definition = must_find(world, request)
    patch = parse(DefinitionPatch, request.body, "galleryImage")
    check_end_of_life(world, patch.properties.end_of_life_date, "galleryImage.properties")
    changes = patch.properties.json_form()
    _refuse_changes(definition.properties, changes)
    features.check_features(changes, definition.properties.get("hyperVGeneration", "V1"), request.api_version)
    if patch.tags is not None:
        definition.tags = patch.tags
    definition.properties |= changes
    return accept_write(world, request, KIND, definition)


def delete(world: World, request: ArmRequest) -> ArmResponse:
    require_parents(world, ResourceId.parse(request.path).parent)
    refuse_while_nested(world, request)
    return accept_delete(world, request, KIND)


def list_in_gallery(world: World, request: ArmRequest) -> ArmResponse:
    parent = request.path.rpartition("/")[0]
    require_parents(world, parent)
    return list_page(world, request, KIND.type, parent, partial(shown, request))


def _with_defaults(properties: dict[str, Any], api_version: str) -> dict[str, Any]:
    """What the service fills in."""
    properties.setdefault("hyperVGeneration", features.default_generation(api_version))
    properties.setdefault("architecture", "x64")
    features.add_default_features(properties, api_version)
    return properties


def _decided_once(properties: dict[str, Any]) -> set[str]:
    return {path.partition(".")[0] for path in _IMMUTABLE} & properties.keys()


def _refuse_changes(known: dict[str, Any], sent: dict[str, Any]) -> None:
    """What is not sent is not changed; an identity sent in other letters is the same identity."""
    for path in _IMMUTABLE:
        top, _, leaf = path.partition(".")
        if top not in sent:
            continue
        before, after = known.get(top), sent[top]
        if leaf:
            before, after = (part.get(leaf) if isinstance(part, dict) else part for part in (before, after))
        if str(before).lower() != str(after).lower():
            raise ArmError(PROPERTY_CHANGE_NOT_ALLOWED, property=f"galleryImage.properties.{path}")


def _check_identifier(identifier: dict[str, str]) -> None:
    for part, longest in LONGEST_IDENTIFIER.items():
        if len(identifier[part]) > longest or not IDENTIFIER_PATTERN.fullmatch(identifier[part]):
            raise ArmError(IDENTIFIER_INVALID, part=part, longest=longest)


def _refuse_taken_identifier(world: World, request: ArmRequest, identifier: dict[str, str]) -> None:
    def triple(of: dict[str, str]) -> tuple[str, ...]:
        return tuple(of.get(part, "").lower() for part in ("publisher", "offer", "sku"))

    gallery = ResourceId.parse(request.path).parent
    for other in world.resources.page(KIND.type, gallery):
        if triple(other.properties.get("identifier") or {}) == triple(identifier):
            publisher, offer, sku = (identifier[part] for part in ("publisher", "offer", "sku"))
            raise ArmError(IDENTIFIER_TAKEN, name=other.name, publisher=publisher, offer=offer, sku=sku)
