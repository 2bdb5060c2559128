"""What the promise depends on, read from Azure no more often than needed: link scanners and crowds cost few calls."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arm.evidence import gather_evidence
from migration.promise import Evidence
from migration.state import MigrationState

LIFETIME = timedelta(seconds=20)
MOST_KNOWN = 256


class _Reading(NamedTuple):
    begun_at: datetime
    evidence: Evidence


_known: dict[str, _Reading] = {}
_locks: dict[str, asyncio.Lock] = {}


async def recent_evidence(state: MigrationState) -> Evidence:
    """Return facts that are at most LIFETIME old: good enough to look at."""
    return await _evidence(state, datetime.now(UTC) - LIFETIME)


async def fresh_evidence(state: MigrationState) -> Evidence:
    """Return facts read since this call began: good enough to decide on."""
    return await _evidence(state, datetime.now(UTC))


async def _evidence(state: MigrationState, not_before: datetime) -> Evidence:
    """Read, unless somebody else has while this call waited: then what they read is new enough for it too."""
    key = f"{state.start.id} {state.round}"
    if len(_locks) >= MOST_KNOWN:
        _locks.clear()
        _known.clear()
    async with _locks.setdefault(key, asyncio.Lock()):
        reading = _known.get(key)
        if reading is None or reading.begun_at < not_before:
            begun_at = datetime.now(UTC)
            reading = _Reading(begun_at, await gather_evidence(state.planned.source.id, state.version_id))
            _known[key] = reading
        return reading.evidence
