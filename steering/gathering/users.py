"""Who uses a source, for somebody who looks at its plan: what will keep it is told before anything has begun.

A run does not look until it is asked about: that costs a handful of calls, and weeks may pass until then.
"""

import asyncio
from datetime import UTC, datetime, timedelta

from arm.surveys.consumers import find_consumers
from arm.transport.errors import ArmError
from migration.asking.request import DeleteSource
from migration.plan.plan import Plan
from migration.promise.shown import used_by
from migration.promise.users import came_from
from migration.users.kinds import MACHINES
from migration.values.ids import same_id
from migration.values.shortening import LONGEST_NOTE, short

LIFETIME = timedelta(minutes=5)  # of a listing: the plans of many images share one
LOOK_SECONDS = 60.0  # an estate that takes longer keeps nobody waiting for a plan
HIDDEN = "UsersNotVisible"
_TOO_LONG = f"not checked: who uses the source image: that took longer than {LOOK_SECONDS:.0f} seconds"


async def with_users(plan: Plan, blocking: frozenset[str]) -> Plan:
    """Return the plan with notes on who uses its source, where that is to be deleted; never fails for it."""
    if plan.delete_source is DeleteSource.NEVER:
        return plan
    return plan.changed(notes=[*plan.notes, *await _notes_on_users(plan, blocking)])


async def _notes_on_users(plan: Plan, blocking: frozenset[str]) -> list[str]:
    """Say who uses the source, or why nobody knows; that users are hidden, a plan notes of itself."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            consumers = await find_consumers(plan.source.id, datetime.now(UTC) - LIFETIME)
    except TimeoutError:
        return [_TOO_LONG]
    except ArmError as error:
        if error.code == HIDDEN:
            return []
        return [short(f"not checked: who uses the source image: {error}", LONGEST_NOTE)]
    others = [one for one in consumers if not same_id(one.id, plan.image_version_id)]
    free = {MACHINES.key} - blocking
    used, machines = used_by(one for one in others if one.kind not in free), [one for one in others if one.kind in free]
    keeping = [f"as things stand the source will be kept: {used}"] if used else []
    beside = [f"source image: {came_from(machines)}"] if machines else []
    return [short(note, LONGEST_NOTE) for note in [*keeping, *beside]]
