"""Reads what the promise depends on. What is slow comes first; version and source come last, nearest to the deed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from arm.resources.images import get_image
from arm.resources.locks import find_locks
from arm.resources.versions import get_version, list_versions
from arm.surveys.consumers import find_consumers
from arm.surveys.mentions import find_mentions
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError
from migration.plan.destination.latest import older_than_latest
from migration.plan.plan import Plan
from migration.promise.evidence import Consumer, Evidence, Mentions, Part
from migration.resources.copy_identity import CopyIdentity
from migration.users.kinds import ALWAYS, GRAPH_KINDS, MACHINES
from migration.values.answer import Refusal
from migration.values.ids import IMAGE_VERSION, ResourceId, same_id


async def gather_evidence(
    plan: Plan, copied: CopyIdentity, not_before: datetime, *, fresh_since: datetime | None = None
) -> Evidence:
    """Read it all; who uses the source may be of lists begun since `not_before`, its locks and the versions beside of
    lists begun since `fresh_since` (None: now).

    Raises ArmError where something cannot be read now; what may not be read is left unread, with the reason.
    """
    fresh = fresh_since or datetime.now(UTC)
    evidence = await find_uses(plan.source.id, copied, not_before, locks_since=fresh)
    try:
        known = await with_mentions(evidence, plan.source.id)
    except ArmError as error:
        known = evidence.lacking(Part.MENTIONS, Refusal(code=error.code, message=error.message))
    older = find_older(plan, copied.image_version_id, fresh)
    known = await _with(known, Part.OLDER, older, lambda found: known.having(older=found))
    return await with_copy(known, plan.source.id, copied)


async def find_older(plan: Plan, version_id: str, not_before: datetime | None = None) -> Refusal | None:
    """Look at the versions beside this one, as they were since `not_before` (None: now); say why it stays out of
    `latest` for the age of its source, or None.

    Where their definition is gone there are none, and whoever looks at the version itself will tell.
    """
    if not plan.is_judged_by_age:
        return None
    try:
        versions = await list_versions(plan.definition.id, not_before)
    except ArmNotFoundError:
        return None
    return older_than_latest(versions, ResourceId.parse(version_id, IMAGE_VERSION).name, plan.source.created_at)


async def find_uses(
    source_image_id: str,
    copied: CopyIdentity,
    not_before: datetime,
    blocking: frozenset[str] = ALWAYS,
    *,
    locks_since: datetime | None = None,
) -> Evidence:
    """Read who needs the source, besides its copy, and what locks it; of Resource Graph only what may block.

    Its locks may be of lists begun since `locks_since` (None: since `not_before`, too).
    """
    known = Evidence(read_at=datetime.now(UTC))
    if blocking & GRAPH_KINDS:
        known = await with_mentions(known, source_image_id, not_before)
    known = await _with_users(known, source_image_id, copied.image_version_id, not_before)
    try:
        locks = find_locks(source_image_id, locks_since or not_before)
        return await _with(known, Part.LOCKS, locks, lambda found: known.having(locks=found))
    except ArmNotFoundError as error:  # of what is there, locks are listed
        return known.lacking(Part.LOCKS, Refusal(code=error.code, message=error.message, absent=source_image_id))


async def with_mentions(evidence: Evidence, source_image_id: str, not_before: datetime | None = None) -> Evidence:
    """Read who names the source by Resource Graph, since `not_before` (None: in the last minutes)."""
    named = find_mentions(source_image_id, not_before)

    def having(found: Mentions) -> Evidence:
        return evidence.having(mentions=found.found, unlooked=found.unlooked)

    return await _with(evidence, Part.MENTIONS, named, having)


async def find_users(source_image_id: str, version_id: str, not_before: datetime) -> Evidence:
    """Read who needs the source, came from it or names it, besides its copy: to be shown, and to decide nothing."""
    known = await _with_users(Evidence(read_at=datetime.now(UTC)), source_image_id, version_id, not_before)
    return await with_mentions(known, source_image_id, not_before)


async def _with_users(evidence: Evidence, source_image_id: str, version_id: str, not_before: datetime) -> Evidence:
    """Read who came from the source: machines with disks of their own, and all others, which need it."""

    def having(found: list[Consumer]) -> Evidence:
        others = [one for one in found if not same_id(one.id, version_id)]
        machines = [one for one in others if one.kind == MACHINES.key]
        return evidence.having(consumers=[one for one in others if one.kind != MACHINES.key], machines=machines)

    known = await _with(evidence, Part.CONSUMERS, find_consumers(source_image_id, not_before), having)
    why = known.unread.get(Part.CONSUMERS)
    return known.lacking(Part.MACHINES, why) if why else known


async def with_copy(evidence: Evidence, source_image_id: str, copied: CopyIdentity) -> Evidence:
    """Read the version and, last of all, the source itself."""
    version = get_version(copied.image_version_id, with_replication=True)
    known = await _with(evidence, Part.VERSION, version, lambda found: evidence.having(version=found))
    known = await _with(known, Part.IMAGE, get_image(source_image_id), lambda found: known.having(image=found))
    return known.changed(read_at=datetime.now(UTC))


async def _with[Fact](
    evidence: Evidence, part: Part, reading: Awaitable[Fact], having: Callable[[Fact], Evidence]
) -> Evidence:
    """Return the evidence with one more part, or with why it may not be read."""
    try:
        return having(await reading)
    except ArmRefusedError as error:
        return evidence.lacking(part, Refusal(code=error.code, message=error.message))
