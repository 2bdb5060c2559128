"""Looks at a fleet once: starts what is due, and says when to look again. What is to be done its records say.

No image is migrated here, and none is deleted: each one that is started has a run of its own, as if it alone had been
asked for.
"""

from hub.task_hub import TaskHub
from migration.asking.reading import settings
from migration.course.steps import FleetLook, FleetTold
from steering.fleets.running.advancing import advance


async def advance_fleet(look: FleetLook, hub: TaskHub) -> FleetTold:
    """Raises RecordsUnavailableError where the fleet cannot be read now: nothing is started then."""
    return FleetTold(seconds=await advance(hub, look.fleet, settings()))
