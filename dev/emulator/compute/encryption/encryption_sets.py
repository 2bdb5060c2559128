"""Microsoft.Compute/diskEncryptionSets: made, changed, read, listed and deleted. Key vaults and keys are believed.

Every write is answered 202. While it works, a PUT shows what was sent and nothing more, a PATCH shows the set as it
was; what became of it is in the last answer of the poll.
"""

import re
import uuid
from functools import partial
from typing import Annotated, Any

from dev.emulator.compute.any_resource.api_versions import ENCRYPTION_SETS
from dev.emulator.compute.any_resource.bodies import Body, ResourceBody, one_of, parse
from dev.emulator.compute.any_resource.deletion import accept_delete
from dev.emulator.compute.any_resource.lifecycle import (
    Kind,
    accept_write,
    check_name,
    checked_location,
    must_find,
    show_one,
)
from dev.emulator.compute.any_resource.operation_status import Family
from dev.emulator.compute.any_resource.views import shown
from dev.emulator.front_door.paging import list_page
from dev.emulator.front_door.routes import GROUP_SCOPE, SUBSCRIPTION_SCOPE, Routes
from dev.emulator.vocabulary.request import ArmRequest, ArmResponse
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import World
from dev.emulator.world.clock import arm_timestamp
from dev.emulator.world.resources import Resource

KIND = Kind(
    type="Microsoft.Compute/diskEncryptionSets",
    duration_name="diskEncryptionSet",
    family=Family.DISK,
    name_parameter="diskEncryptionSetName",
    name_rule=re.compile(r"^[\w\-]{1,80}$", re.ASCII),
)
_ALL = "/providers/Microsoft.Compute/diskEncryptionSets"
_BY_DEFAULT = "EncryptionAtRestWithCustomerKey"
_EncryptionType = Annotated[
    str,
    one_of(
        _BY_DEFAULT,
        "EncryptionAtRestWithPlatformAndCustomerKeys",
        "ConfidentialVmEncryptedWithCustomerKey",
    ),
]
_ROTATED = "lastKeyRotationTimestamp"
_PRINCIPALS = uuid.UUID("5c7d3a1e-0f0e-4a61-93b4-8e0f3c5f9a27")


class _ActiveKey(Body):
    key_url: str


class _Properties(Body):
    encryption_type: _EncryptionType = _BY_DEFAULT
    active_key: _ActiveKey | None = None


class EncryptionSetBody(ResourceBody):
    """PUT of a disk encryption set."""

    location: str
    properties: _Properties = _Properties()


class _Changes(Body):
    encryption_type: _EncryptionType | None = None
    active_key: _ActiveKey | None = None


class EncryptionSetPatch(ResourceBody):
    """PATCH of a disk encryption set."""

    properties: _Changes = _Changes()


def register(routes: Routes) -> None:
    one = GROUP_SCOPE + _ALL + "/{diskEncryptionSetName}"
    routes.add("PUT", one, create_or_update, ENCRYPTION_SETS)
    routes.add("PATCH", one, update, ENCRYPTION_SETS)
    routes.add("GET", one, show_one, ENCRYPTION_SETS)
    routes.add("DELETE", one, delete, ENCRYPTION_SETS)
    routes.add("GET", GROUP_SCOPE + _ALL, list_in_scope, ENCRYPTION_SETS)
    routes.add("GET", SUBSCRIPTION_SCOPE + _ALL, list_in_scope, ENCRYPTION_SETS)


def create_or_update(world: World, request: ArmRequest) -> ArmResponse:
    check_name(KIND, request.names["diskEncryptionSetName"])
    existing = world.resources.get(request.path)
    location = checked_location(KIND, request, existing)
    body = parse(EncryptionSetBody, request.body, "diskEncryptionSet")
    known = existing or Resource.from_document({"id": request.path, "location": location}, KIND.type)
    known.tags, known.other = body.tags, _with_principal(body.other_fields(), known.id)
    known.properties = body.properties.json_form() | _rotation(known.properties, body.properties, world)
    properties = body.properties.model_dump(mode="json", by_alias=True, exclude_unset=True)
    shown_meanwhile = {**body.other_fields(), "location": location, "properties": properties}
    return _accepted(world, request, known, shown_meanwhile | ({"tags": body.tags} if body.tags else {}))


def update(world: World, request: ArmRequest) -> ArmResponse:
    known = must_find(world, request)
    patch = parse(EncryptionSetPatch, request.body, "diskEncryptionSet")
    as_it_was = shown(request, known)
    known.tags = known.tags if patch.tags is None else patch.tags
    known.other |= _with_principal(patch.other_fields(), known.id)
    known.properties |= patch.properties.json_form() | _rotation(known.properties, patch.properties, world)
    return _accepted(world, request, known, as_it_was)


def delete(world: World, request: ArmRequest) -> ArmResponse:
    return accept_delete(world, request, KIND)


def list_in_scope(world: World, request: ArmRequest) -> ArmResponse:
    """Of a group or of the subscription."""
    return list_page(world, request, KIND.type, request.scope, partial(shown, request))


def _accepted(world: World, request: ArmRequest, known: Resource, meanwhile: dict[str, Any]) -> ArmResponse:
    answer = accept_write(world, request, KIND, known)
    answer.status = 202  # the SDK takes no 201
    answer.body = meanwhile | {"properties": meanwhile["properties"] | {"provisioningState": "Updating"}}
    return answer


def _rotation(before: dict[str, Any], sent: _Properties | _Changes, world: World) -> dict[str, Any]:
    """When the key was last exchanged for another, once it has been."""
    key = (before.get("activeKey") or {}).get("keyUrl")
    if sent.active_key and key not in (None, sent.active_key.key_url):
        return {_ROTATED: arm_timestamp(world.clock.now())}
    return {_ROTATED: before[_ROTATED]} if _ROTATED in before else {}


def _with_principal(fields: dict[str, Any], set_id: str) -> dict[str, Any]:
    """The identity that reads the key gets a principal, the same for as long as the set is there."""
    identity = fields.get("identity")
    if isinstance(identity, dict) and "systemassigned" in str(identity.get("type", "")).lower():
        principal = {"principalId": str(uuid.uuid5(_PRINCIPALS, set_id.lower())), "tenantId": TENANT_ID}
        return fields | {"identity": identity | principal}
    return fields
