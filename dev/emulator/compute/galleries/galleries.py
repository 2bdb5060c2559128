"""Microsoft.Compute/galleries: the container of image definitions."""

import re
import uuid
from functools import partial
from typing import Any

from dev.emulator.compute.any_resource.api_versions import GALLERIES
from dev.emulator.compute.any_resource.bodies import parse
from dev.emulator.compute.any_resource.deletion import accept_delete, refuse_while_nested
from dev.emulator.compute.any_resource.lifecycle import (
    Kind,
    accept_write,
    check_name,
    checked_location,
    must_find,
    show_one,
)
from dev.emulator.compute.any_resource.operation_status import Family
from dev.emulator.compute.any_resource.quotas import require_quota
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.compute.galleries.gallery_bodies import GalleryBody
from dev.emulator.compute.galleries.one_place import refuse_apart
from dev.emulator.compute.galleries.sharing import published
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import GROUP_SCOPE, SUBSCRIPTION_SCOPE, Routes
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.resources import Resource

KIND = Kind(
    type="Microsoft.Compute/galleries",
    duration_name="gallery",
    family=Family.GALLERY,
    name_parameter="galleryName",
    name_rule=re.compile(r"^[^_\W][\w.]{0,79}(?<![-.])$", re.ASCII),
)
_PRINCIPALS = uuid.UUID("8d8ac610-566d-4ef0-9c22-186b2a5ed793")
_ALL = "/providers/Microsoft.Compute/galleries"
TEMPLATE = GROUP_SCOPE + _ALL + "/{galleryName}"


def register(routes: Routes) -> None:
    routes.add("PUT", TEMPLATE, create_or_update, GALLERIES)
    routes.add("PATCH", TEMPLATE, update, GALLERIES)
    routes.add("GET", TEMPLATE, show_one, GALLERIES)
    routes.add("DELETE", TEMPLATE, delete, GALLERIES)
    routes.add("GET", GROUP_SCOPE + _ALL, list_in_scope, GALLERIES)
    routes.add("GET", SUBSCRIPTION_SCOPE + _ALL, list_in_scope, GALLERIES)


def create_or_update(world: World, request: ArmRequest) -> ArmResponse:
    name = request.names["galleryName"]
    check_name(KIND, name)
    existing = world.resources.get(request.path)
    location = checked_location(KIND, request, existing)
    body = parse(GalleryBody, request.body, "gallery")
    if existing is None:
        require_quota(world, request, KIND.type, location)
    gallery = existing or Resource.from_document({"id": request.path, "location": location}, KIND.type)
    refuse_apart(world, gallery, body.properties.json_form())
    gallery.tags, gallery.other = body.tags, _with_principal(body.other_fields(), gallery.id)
    gallery.properties = {
        **published(body.properties.json_form(), gallery.id),
        "identifier": {"uniqueName": f"{request.subscription}-{gallery.name.upper()}"},
    }
    return accept_write(world, request, KIND, gallery)


def update(world: World, request: ArmRequest) -> ArmResponse:
    gallery = must_find(world, request)
    patch = parse(GalleryBody, request.body, "gallery")
    refuse_apart(world, gallery, patch.properties.json_form())
    if patch.tags is not None:
        gallery.tags = patch.tags
    unique = gallery.properties["identifier"]
    gallery.properties |= published(patch.properties.json_form(), gallery.id) | {"identifier": unique}
    return accept_write(world, request, KIND, gallery)


def delete(world: World, request: ArmRequest) -> ArmResponse:
    refuse_while_nested(world, request)
    return accept_delete(world, request, KIND)


def list_in_scope(world: World, request: ArmRequest) -> ArmResponse:
    """Of a group or of the subscription."""
    return list_page(world, request, KIND.type, request.scope, partial(shown, request))


def _with_principal(fields: dict[str, Any], gallery_id: str) -> dict[str, Any]:
    """A system-assigned identity gets a principal, the same for as long as the gallery is there."""
    identity = fields.get("identity")
    if isinstance(identity, dict) and "systemassigned" in str(identity.get("type", "")).lower():
        principal = {"principalId": str(uuid.uuid5(_PRINCIPALS, gallery_id.lower())), "tenantId": TENANT_ID}
        return fields | {"identity": identity | principal}
    return fields
