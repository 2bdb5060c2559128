"""What the promise depends on, read from Azure no more often than needed: link scanners and crowds cost few calls."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from arm.evidence import gather_evidence
from migration.promise.evidence import Evidence
from migration.record.asked import Asked

LIFETIME = timedelta(seconds=20)
MOST_KNOWN = 256


class _Reading(NamedTuple):
    begun_at: datetime
    evidence: Evidence


_known: dict[str, _Reading] = {}
_locks: dict[str, asyncio.Lock] = {}


async def recent_evidence(asked: Asked) -> Evidence:
    """Return facts that are at most LIFETIME old: good enough to look at."""
    return await _evidence(asked, datetime.now(UTC) - LIFETIME)


async def fresh_evidence(asked: Asked) -> Evidence:
    """Return facts read since this call began, but for who uses the source: good enough to decide on.

    Who uses it is looked for anew just before the delete.
    """
    return await _evidence(asked, datetime.now(UTC))


async def _evidence(asked: Asked, not_before: datetime) -> Evidence:
    """Read, unless somebody else has while this call waited: then what they read is new enough for it too."""
    if len(_locks) >= MOST_KNOWN:
        _locks.clear()
        _known.clear()
    async with _locks.setdefault(asked.question.id, asyncio.Lock()):
        reading = _known.get(asked.question.id)
        begun_at = datetime.now(UTC)
        if reading is None or not not_before <= reading.begun_at <= begun_at:  # later than now: the clock was set back
            evidence = await gather_evidence(asked.plan.source.id, asked.question.copied, begun_at - LIFETIME)
            reading = _Reading(begun_at, evidence)
            _known[asked.question.id] = reading
        return reading.evidence
