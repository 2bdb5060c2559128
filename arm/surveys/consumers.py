"""Who came from a managed image, or needs it: machines and scale sets that name it, versions that read from it.

Of which kind each is (`migration/users/kinds.py`) follows from what Compute itself shows.
Looked for in every subscription we can see; where we can see only a part of one, nobody knows. Listing a large one
takes minutes, so migrations that need it at the same time share one listing; each says how old it may be.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from arm.resources.galleries import list_definitions, list_galleries
from arm.resources.subscriptions import list_subscriptions
from arm.resources.version_bodies import moment_if_any
from arm.resources.versions import list_versions
from arm.surveys.visibility import find_hidden_users
from arm.transport.client import compute
from arm.transport.errors import ArmNotFoundError, ArmUnavailableError, ArmUnreadableError, UsersNotVisibleError
from arm.transport.reading import read_all
from arm.transport.recent import Recent
from migration.plan.rights import users_not_visible
from migration.promise.evidence import Consumer
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion
from migration.resources.provenance import MIGRATION_TAG
from migration.resources.states import ProvisioningState
from migration.users.kinds import INSTANCES, MACHINES, SCALE_SETS, VERSIONS, WITHOUT_OWN_DISK, Kind
from migration.users.own_disk import has_own_disks
from migration.values.ids import MANAGED_IMAGE, SCALE_SET, ResourceId, ResourceIdInvalidError
from migration.values.tags import find_tag

AT_ONCE = 4
MOST_LISTINGS = 1000  # subscriptions


class _Listing(NamedTuple):
    """Who needs which image (by `_key` of its id) in one subscription.

    `hidden` says where and why some of them cannot be seen: then nobody knows, and nothing was listed.
    """

    users: dict[str, list[Consumer]]
    hidden: str | None = None


class _HiddenError(Exception):
    """A subscription whose lists would be parts; says which, and why."""


_listings: Recent[_Listing] = Recent(MOST_LISTINGS)  # by subscription


async def find_consumers(image_id: str, not_before: datetime) -> list[Consumer]:
    """Return who came from an image or needs it, by kind, from listings begun no earlier than `not_before`.

    Raises ArmError when a subscription cannot be searched, UsersNotVisibleError where only a part of one can: then
    nobody knows. The image's own subscription is searched even where the app may not list any.
    """
    home = ResourceId.parse(image_id, MANAGED_IMAGE).subscription
    return (await find_consumers_of([image_id], home, not_before))[0]


async def find_consumers_of(ids: Sequence[str], home: str, not_before: datetime) -> list[list[Consumer]]:
    """Return the consumers of each image or image version, out of the same listings; raises as `find_consumers` does.

    `home` is the subscription that is searched in any case. Of a version those are found that name it, or that name its
    definition and tell which version they were made from.
    """
    own = home.lower()
    subscriptions = sorted({own} | {visible.lower() for visible in await list_subscriptions(not_before)})
    limit = asyncio.Semaphore(AT_ONCE)

    async def search(subscription: str) -> _Listing:
        async with limit:
            return await _listings.get(subscription, not_before, partial(_understood, subscription))

    listings = await asyncio.gather(*map(search, subscriptions))
    if hidden := [listing.hidden for listing in listings if listing.hidden]:
        raise UsersNotVisibleError(users_not_visible(hidden))
    return [[consumer for listing in listings for consumer in listing.users.get(_key(one), [])] for one in ids]


async def _understood(subscription: str, begun_at: datetime) -> _Listing:
    """List; raises ArmUnreadableError for what cannot be looked into: whoever uses the image may be in there."""
    try:
        return _Listing(await _list(subscription, begun_at))
    except _HiddenError as error:
        return _Listing({}, str(error))
    except ResourceIdInvalidError as error:
        raise ArmUnreadableError(f"who uses the image cannot be seen: {error}") from error


async def _list(subscription: str, begun_at: datetime) -> dict[str, list[Consumer]]:
    """Machines first, then scale sets, which make machines, then image versions.

    Raises _HiddenError where the app may not read all of them: Azure lists what it may, and says nothing of the rest.
    """
    if hidden := await find_hidden_users(subscription):
        raise _HiddenError(hidden)
    users: dict[str, list[Consumer]] = defaultdict(list)
    client = compute(subscription)
    for machine in await read_all(client.virtual_machines.list_all):
        _note(users, MACHINES if has_own_disks(machine) else WITHOUT_OWN_DISK, machine, ("storageProfile",))
    scale_sets = await read_all(client.virtual_machine_scale_sets.list_all)
    for scale_set in scale_sets:
        _note(users, SCALE_SETS, scale_set, ("virtualMachineProfile", "storageProfile"))
    for instance in await _instances(scale_sets):
        _note(users, INSTANCES, instance, ("storageProfile",))
    for version in await _versions(subscription, begun_at):
        if _needs_its_source(version):
            for source_id in version.source_ids:
                users[_key(source_id)].append(Consumer(id=version.id, kind=VERSIONS.key))
    return users


def _needs_its_source(version: ImageVersion) -> bool:
    """Tell whether a version reads from its source still, or may: only what has succeeded is settled.

    One of ours that failed needs it no more than to be made anew, which the migration that made it decides.
    """
    if version.replication_mode != "Full":
        return True
    is_ours = find_tag(version.tags, MIGRATION_TAG) is not None
    return not version.is_settled and not (is_ours and version.provisioning_state == ProvisioningState.FAILED)


def _key(image_id: str) -> str:
    """Return an id as it compares: rather too much alike than too little, or a user would not be seen."""
    return image_id.casefold().rstrip("/")


def _note(users: dict[str, list[Consumer]], kind: Kind, body: dict[str, Any], path: tuple[str, ...]) -> None:
    profile: Any = body.get("properties") or {}
    for key in path:
        profile = profile.get(key) or {}
    reference = profile.get("imageReference") or {}
    named, exact = reference.get("id"), reference.get("exactVersion")
    if not named:
        return
    consumer = Consumer(id=body["id"], kind=kind.key, created_at=_created_at(body))
    users[_key(named)].append(consumer)
    if exact and "/versions/" not in _key(named):  # told of Marketplace images (ComputeRP 2024-07-01); here unverified
        users[_key(f"{named}/versions/{exact}")].append(consumer)


def _created_at(body: dict[str, Any]) -> datetime | None:
    """Return when a machine or scale set was made; None where Azure does not say, or not in a way that can be read.

    `timeCreated`, read-only, of machines, scale sets and their instances: azure-rest-api-specs, ComputeRP 2024-07-01.
    """
    return moment_if_any((body.get("properties") or {}).get("timeCreated"))


async def _instances(scale_sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the machines inside scale sets: until upgraded, they keep the image that the model named when they came.

    Those of flexible scale sets are machines like any other.
    """
    limit = asyncio.Semaphore(AT_ONCE)

    async def inside(scale_set: dict[str, Any]) -> list[dict[str, Any]]:
        own = ResourceId.parse(scale_set["id"], SCALE_SET)
        instances = compute(own.subscription).virtual_machine_scale_set_vms
        async with limit:
            listing = partial(read_all, instances.list, own.resource_group, own.name)
            return await _below(scale_set["id"], listing, partial(_scale_sets, own.subscription))

    uniform = [one for one in scale_sets if (one.get("properties") or {}).get("orchestrationMode") != "Flexible"]
    return [instance for found in await asyncio.gather(*map(inside, uniform)) for instance in found]


async def _scale_sets(subscription: str) -> list[str]:
    return [one["id"] for one in await read_all(compute(subscription).virtual_machine_scale_sets.list_all)]


async def _versions(subscription: str, begun_at: datetime) -> list[ImageVersion]:
    """List them a few definitions at a time: there are as many of these as images, and whoever deletes waits.

    A list that somebody else has begun since this one serves as well.
    """
    galleries = partial(_ids, partial(list_galleries, subscription))
    limit = asyncio.Semaphore(AT_ONCE)

    async def inside(definition: ImageDefinition, siblings: Callable[[], Awaitable[list[str]]]) -> list[ImageVersion]:
        async with limit:
            return await _below(definition.id, partial(list_versions, definition.id, begun_at), siblings)

    found: list[ImageVersion] = []
    for gallery in await list_galleries(subscription):
        definitions = partial(_below, gallery.id, partial(list_definitions, gallery.id), galleries)
        siblings = partial(_ids, definitions)
        listed = await asyncio.gather(*(inside(one, siblings) for one in await definitions()))
        found += [version for some in listed for version in some]
    return found


async def _ids[Item: Gallery | ImageDefinition](listing: Callable[[], Awaitable[list[Item]]]) -> list[str]:
    return [one.id for one in await listing()]


async def _below[Item](
    owner: str, listing: Callable[[], Awaitable[list[Item]]], siblings: Callable[[], Awaitable[list[str]]]
) -> list[Item]:
    """List what a gallery, definition or scale set holds; one deleted since it was listed holds nothing.

    A 404 proves nothing, however often it comes, and would hide who uses the image: it counts only where the owner is
    not among its siblings any more. Raises ArmUnavailableError where it is, for a later look may see.
    """
    with suppress(ArmNotFoundError):
        return await listing()
    if _key(owner) in {_key(one) for one in await siblings()}:
        raise ArmUnavailableError(
            "ListedAndNotFound", f"who uses the image cannot be seen: {owner} is listed, and gone"
        )
    return []
