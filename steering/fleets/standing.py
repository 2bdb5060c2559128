"""How a fleet stands: its own row, its images, and their rows of the list, which are read for all of them at once."""

from migration.fleet.fleet import Fleet
from migration.telling.of_fleets.standing import FleetStand, MemberShown
from migration.telling.status import Status
from migration.values.ids import instance_id_for
from records.errors import RecordUnreadableError
from records.fleets.members import members_of
from records.index import Filter, every


async def stand_of(fleet: Fleet) -> FleetStand:
    """Return how all images of a fleet stand: two calls for each thousand of them."""
    return await stand_by(fleet, await rows_of(fleet))


async def rows_of(fleet: Fleet) -> dict[str, Status]:
    """Return how the runs that a fleet has started stand by the list, by the ids of their images' migrations."""
    return {row.id: row.status async for row in every(Filter(fleet=fleet.id))}


async def stand_by(fleet: Fleet, rows: dict[str, Status]) -> FleetStand:
    """Return how a fleet's images stand by these rows of the list.

    Raises RecordUnreadableError where an image has no row any more: it would be passed over in silence.
    """
    members = [member async for member in members_of(fleet.id)]
    if len(members) != fleet.size:
        raise RecordUnreadableError(f"the fleet {fleet.id} has {fleet.size:,} images, and rows of {len(members):,}")
    shown = [MemberShown.of(one, rows.get(instance_id_for(one.request.source_image_id))) for one in members]
    return FleetStand(fleet=fleet, members=shown)
