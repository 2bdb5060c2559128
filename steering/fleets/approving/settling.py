"""What the records of a fleet's images owe people: sent as one digest, or settled, where a message has told of all."""

import logging

from migration.asking.settings import Settings
from migration.fleet.member import MemberStage
from migration.fleet.told import FleetTold
from migration.record.asking import told_with_fleet
from migration.telling.of_fleets.standing import FleetStand
from migration.values.ids import instance_id_for
from records.errors import RecordsUnavailableError, RecordUnreadableError
from records.store import hold, unfinished
from steering.fleets.approving.asking import in_time
from steering.runs.changing import change_run
from steering.telling.delivering import due_notice
from steering.telling.digest import send_digest_of

SETTLE_SECONDS = 120.0  # what is left then is settled when this is called next
_LOG = logging.getLogger(__name__)


async def send_what_is_owed(stand: FleetStand, settings: Settings) -> bool:
    """Send everybody what the images of a fleet owe, with each image's own links; tells whether nobody was missed."""

    async def owes(migration_id: str) -> bool:
        try:
            held = await hold(migration_id)
        except (RecordsUnavailableError, RecordUnreadableError):
            return False
        is_its = held.run is not None and held.run.start.fleet == stand.fleet.id
        return is_its and due_notice(held) is not None

    ids = await _unsettled(stand)
    owing = await in_time(ids, SETTLE_SECONDS, owes)
    return await send_digest_of([one for one, is_owing in zip(ids, owing, strict=True) if is_owing], settings)


async def settle(stand: FleetStand, told: FleetTold) -> bool:
    """Have the records owe nothing of which a message of the fleet has told; tells whether all of them do."""

    async def one(migration_id: str) -> bool:
        try:
            held = await hold(migration_id)
            if held.run is not None and held.run.start.fleet == stand.fleet.id:
                await change_run(held, held.run.id, lambda run: told_with_fleet(run, told.at, told.covers))
        except RecordUnreadableError as error:
            _LOG.warning("%s: what it owes is not settled: %s", migration_id, error)
        except RecordsUnavailableError as error:
            _LOG.warning("%s: what it owes is not settled yet: %s", migration_id, error)
            return False
        return True

    return all(await in_time(await _unsettled(stand), SETTLE_SECONDS, one))


async def _unsettled(stand: FleetStand) -> list[str]:
    """Return the ids of images of a fleet that go on, or owe something."""
    started = [one.member for one in stand.members if one.member.stage is MemberStage.STARTED]
    own = {instance_id_for(one.request.source_image_id) for one in started}
    return [one for one in await unfinished() if one in own]
