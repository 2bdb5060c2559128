"""What a plan has to know of the world around image and gallery: regions, locks, keys, the image's machine.

Read only while nothing is written yet, and what may not be read is left out: the plan says that it was not checked.
"""

from dataclasses import replace

from arm.transport.errors import ArmNotFoundError, ArmRefusedError
from migration.plan.choosing import Choices
from migration.plan.destination.definitions import chosen_name, find_definition
from migration.plan.encryption import chosen_sets, ids_of
from migration.plan.planning import Observed
from migration.resources.encryption_set import EncryptionSet
from migration.resources.gallery import DeletedVersion
from migration.resources.location import Location, SubscriptionLocations
from migration.values.ids import DISK_ENCRYPTION_SET, ResourceId
from migration.values.image_version.purchase_plan import PurchasePlan
from steering.gathering.reads.each import EACH, Reads


async def with_surroundings(seen: Observed, choices: Choices, reads: Reads = EACH) -> Observed:
    """Return what was observed, and what is around it."""
    source = seen.image.resource_id
    gallery = seen.gallery[0].resource_id if seen.gallery else source
    homes = {place.subscription.lower(): place.subscription for place in (source, gallery)}
    groups = {place.group_id.lower(): place.group_id for place in (source, gallery)}
    locks = {key: await reads.locks_around(home, list(groups.values())) for key, home in homes.items()}
    machine_plan, machine_unread = await _machine_plan(seen.image.machine_id, reads)
    return replace(
        seen,
        offers=[
            SubscriptionLocations(subscription=home, locations=await _locations(home, reads)) for home in homes.values()
        ],
        machine_plan=machine_plan,
        machine_unread=machine_unread,
        encryption_sets=await _encryption_sets(seen, choices, reads),
        deleted_versions=await _deleted_versions(seen, choices, reads),
        source_locks=locks[source.subscription.lower()],
        gallery_locks=locks[gallery.subscription.lower()],
    )


async def _locations(subscription: str, reads: Reads) -> dict[str, Location] | None:
    try:
        return await reads.locations(subscription)
    except (ArmRefusedError, ArmNotFoundError):
        return None


async def _machine_plan(machine_id: str | None, reads: Reads) -> tuple[PurchasePlan | None, bool]:
    """Return the plan, and whether the machine may not be read."""
    try:
        return await reads.machine_plan(machine_id), False
    except ArmRefusedError:
        return None, True


async def _deleted_versions(seen: Observed, choices: Choices, reads: Reads) -> list[DeletedVersion] | None:
    """Return the versions that were deleted and are kept: asked only where a gallery keeps any."""
    definition = find_definition(seen.definitions, chosen_name(choices, seen.image))
    if definition is None or seen.gallery is None or seen.gallery[0].soft_delete_days is None:
        return []
    return await reads.deleted_versions(definition.id)


async def _encryption_sets(seen: Observed, choices: Choices, reads: Reads) -> dict[str, EncryptionSet | None]:
    """Return the sets that the migration would use, None for those that are not there to be read."""
    if seen.gallery is None:
        return {}
    wanted = ids_of(chosen_sets(choices, seen.image, seen.gallery[0]))
    homes = {ResourceId.parse(one, DISK_ENCRYPTION_SET).subscription.lower() for one in wanted}
    home = seen.gallery[0].resource_id.subscription.lower()
    found = await reads.encryption_sets(home) if home in homes else None
    return {} if found is None else {one.lower(): found.get(one.lower()) for one in wanted}
