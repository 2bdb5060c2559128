"""Who uses a source, for somebody who looks at its plan: what will keep it is told before anything has begun.

A run does not look until it is asked about: that costs a handful of calls, and weeks may pass until then.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from arm.surveys.consumers import find_consumers
from arm.surveys.mentions import find_mentions
from arm.transport.errors import ArmError
from migration.asking.request import DeleteSource
from migration.plan.plan import Plan
from migration.promise.evidence import Consumer, Evidence
from migration.promise.shown import used_by
from migration.promise.users import came_from, named_by, not_looked_for
from migration.users.kinds import GRAPH_KINDS, MACHINES
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
    told = await asyncio.gather(_notes_on_users(plan, blocking), notes_on_named_kinds(plan, blocking))
    return plan.changed(notes=[*plan.notes, *(note for notes in told for note in notes)])


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
    return notes_on(consumers, plan, blocking)


def notes_on(consumers: Iterable[Consumer], plan: Plan, blocking: frozenset[str]) -> list[str]:
    """Say who of those whom Compute lists will keep the source, and who came from it."""
    others = [one for one in consumers if not same_id(one.id, plan.image_version_id)]
    free = {MACHINES.key} - blocking
    used, machines = used_by(one for one in others if one.kind not in free), [one for one in others if one.kind in free]
    keeping = [f"as things stand the source will be kept: {used}"] if used else []
    beside = [f"source image: {came_from(machines)}"] if machines else []
    return [short(note, LONGEST_NOTE) for note in [*keeping, *beside]]


async def notes_on_named_kinds(plan: Plan, blocking: frozenset[str]) -> list[str]:
    """Say who of the kinds that MIGRATION_BLOCK_ON names beside Compute's will keep it, or that they are not seen."""
    if not blocking & GRAPH_KINDS:
        return []
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            mentions = await find_mentions(plan.source.id)
    except TimeoutError:
        return [f"not checked: who else names the source image: that took longer than {LOOK_SECONDS:.0f} seconds"]
    except ArmError as error:
        return [short(f"not checked: who else names the source image: {error}", LONGEST_NOTE)]
    evidence = Evidence(read_at=datetime.now(UTC)).having(mentions=mentions.found, unlooked=mentions.unlooked)
    used = used_by(named_by(evidence, blocking))
    why = [*([used] if used else []), *not_looked_for(evidence, blocking & GRAPH_KINDS)]
    return [short(f"as things stand the source will be kept (MIGRATION_BLOCK_ON): {one}", LONGEST_NOTE) for one in why]
