"""Which images are told of by the message of their fleet, and so not one by one."""

from records.errors import RecordUnreadableError
from records.fleets.held import hold_fleet
from records.fleets.told import hold_told
from records.store import Held


class ToldByFleets:
    """Answers for many images at once: each fleet is looked at once."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    async def holds(self, held: Held) -> bool:
        """Tell whether the fleet that started the latest run of an image tells people of it.

        It does until the message of its end was sent. Where nothing can be read of a fleet, or it is gone, its images
        are told of one by one: no question is lost with it.
        """
        fleet_id = held.run.start.fleet if held.run is not None else None
        if fleet_id is None:
            return False
        if fleet_id not in self._known:
            self._known[fleet_id] = await _tells(fleet_id)
        return self._known[fleet_id]


async def _tells(fleet_id: str) -> bool:
    try:
        if await hold_fleet(fleet_id) is None:
            return False
        held = await hold_told(fleet_id)
    except RecordUnreadableError:
        return False
    return held is None or not held.told.is_done
