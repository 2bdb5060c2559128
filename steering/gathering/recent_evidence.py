"""What the promise depends on, read from Azure no more often than needed: link scanners and crowds cost few calls."""

from datetime import UTC, datetime, timedelta

from arm.transport.recent import Recent
from migration.promise.evidence import Evidence
from migration.record.asked import Asked
from steering.gathering.evidence import gather_evidence

LIFETIME = timedelta(seconds=20)
MOST_KNOWN = 256


_known: Recent[Evidence] = Recent(MOST_KNOWN)  # by question


async def recent_evidence(asked: Asked, shared_since: datetime | None = None) -> Evidence:
    """Return facts that are at most LIFETIME old: good enough to look at."""
    return await _evidence(asked, datetime.now(UTC) - LIFETIME, shared_since)


async def fresh_evidence(asked: Asked, shared_since: datetime | None = None) -> Evidence:
    """Return facts read since this call began, but for who uses the source: good enough to decide on.

    Who uses it is looked for anew just before the delete. Of one call about many questions, `shared_since` is when it
    began: lists that their images share are read once since then.
    """
    return await _evidence(asked, datetime.now(UTC), shared_since)


async def _evidence(asked: Asked, not_before: datetime, shared_since: datetime | None) -> Evidence:
    """Read, unless somebody else has while this call waited: then what they read is new enough for it too."""

    async def read(begun_at: datetime) -> Evidence:
        since = shared_since or begun_at
        return await gather_evidence(asked.plan, asked.question.copied, since - LIFETIME, fresh_since=since)

    return await _known.get(asked.question.id, not_before, read)
