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
from migration.values.ids import same_id
from migration.values.shortening import LONGEST_NOTE, short

LIFETIME = timedelta(minutes=5)  # of a listing: the plans of many images share one
LOOK_SECONDS = 60.0  # an estate that takes longer keeps nobody waiting for a plan
HIDDEN = "UsersNotVisible"
_TOO_LONG = f"not checked: who uses the source image: that took longer than {LOOK_SECONDS:.0f} seconds"


async def with_users(plan: Plan) -> Plan:
    """Return the plan with a note on who uses its source, where that is to be deleted; never fails for it."""
    if plan.delete_source is DeleteSource.NEVER:
        return plan
    note = await _note_on_users(plan)
    return plan.changed(notes=[*plan.notes, note]) if note else plan


async def _note_on_users(plan: Plan) -> str | None:
    """Say who uses the source, or why nobody knows; that users are hidden, a plan notes of itself."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            consumers = await find_consumers(plan.source.id, datetime.now(UTC) - LIFETIME)
    except TimeoutError:
        return _TOO_LONG
    except ArmError as error:
        if error.code == HIDDEN:
            return None
        return short(f"not checked: who uses the source image: {error}", LONGEST_NOTE)
    used = used_by(one for one in consumers if not same_id(one.id, plan.image_version_id))
    return short(f"as things stand the source will be kept: {used}", LONGEST_NOTE) if used else None
