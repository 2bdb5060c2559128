"""The promise: a source image is deleted only if a named human approved this very version, every target region
holds a complete replica, and nothing uses the source. Checked with facts read just before the delete.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from migration.approval.copy_identity import CopyIdentity, identify, replaced
from migration.plan.plan import Plan
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.lock import Lock
from migration.resources.replication import assess, region_problems, with_own_regions
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.record import Record

MOST_NAMED = 20
SCAN_COUNTS = timedelta(minutes=5)  # who uses an image may change while it is read, and after


class Consumer(Record):
    """What needs the image: a virtual machine or scale set whose model names it, or an image version that copies it
    still, or never will (shallow).
    """

    id: str
    kind: str


class Evidence(Record):
    """Everything the promise depends on, read at one time. `image` is None once the source is gone.

    `mentions` are other resources that name the image, which cannot block; None where they were not looked for.
    `hidden` says that `consumers` need not be all.
    """

    image: ManagedImage | None
    version: ImageVersion | None
    consumers: list[Consumer]
    locks: list[Lock]
    mentions: list[Consumer] | None = None
    hidden: Refusal | None = None
    read_at: datetime

    @property
    def digest(self) -> str:
        """Text that changes when any of it does: whoever decides must have seen what is true now."""
        return "-".join(_digest(getattr(self, field)) for field in _PARTS)

    def changes_since(self, digest: str) -> list[str]:
        """Return in words what differs from the facts of an earlier digest; everything for a text that is none."""
        now, then = self.digest.split("-"), digest.split("-")
        if len(then) != len(now):
            return list(_PARTS.values())
        return [part for part, one, other in zip(_PARTS.values(), now, then, strict=True) if one != other]


_PARTS = {
    "image": "the source image",
    "version": "the image version or its replicas",
    "consumers": "who uses the source image",
    "hidden": "whether all who use it can be seen",
    "locks": "the locks on the source image",
}


def _digest(part: Record | Sequence[Record] | None) -> str:
    facts = part.dump() if isinstance(part, Record) else [one.dump() for one in part or []]
    return hashlib.sha256(_ordered(facts).encode()).hexdigest()[:16]


def _ordered(value: Any) -> str:
    """Write plain JSON so that order, in which Azure is free, makes no difference."""
    if isinstance(value, dict):
        return str(sorted((key, _ordered(one)) for key, one in value.items()))
    return str(sorted(_ordered(one) for one in value)) if isinstance(value, list) else repr(value)


def promise_refusal(evidence: Evidence, plan: Plan, copied: CopyIdentity) -> Refusal | None:
    """Say what stands against deleting the source that people were asked about, or None if nothing does."""
    return copy_refusal(evidence.version, plan, copied) or source_refusal(evidence, copied)


def copy_refusal(version: ImageVersion | None, plan: Plan, approved: CopyIdentity | None = None) -> Refusal | None:
    """Say why this version is not a complete copy that can do without the source, or None if it is."""
    if version is None:
        return Refusal(code="VersionNotFound", message="the image version no longer exists")
    another = replaced(version, approved) if approved else None
    return another or version_refusal(version, plan) or shallow_refusal(version)


def version_refusal(version: ImageVersion, plan: Plan) -> Refusal | None:
    """Say why this version does not hold what the plan promised, in every region it has or should have, or None."""
    if not same_id(version.source_id, plan.source.id):
        message = f"the image version was built from {version.source_id}, not from the source image"
        return Refusal(code="VersionFromAnotherSource", message=message)
    wanted = with_own_regions(version, plan.target_regions)
    report = assess(version, wanted)
    if report.failure:
        return Refusal(code=report.failure_code, message=report.failure)
    lacking = region_problems(version, wanted)
    incomplete = [f"region {r.name} is {r.state} at {r.progress} %" for r in report.regions if r.state != "Completed"]
    if not report.complete:
        state = [f"its provisioning state is {version.provisioning_state}"] * (
            version.provisioning_state != "Succeeded"
        )
        return Refusal(code="ReplicationIncomplete", message="; ".join(state + lacking + incomplete))
    return None


def shallow_refusal(version: ImageVersion) -> Refusal | None:
    """A shallow version copied nothing: it reads from the source, which must stay."""
    if version.replication_mode == "Full":
        return None
    message = f"the image version's replication mode is {version.replication_mode}: it holds no copy of its own"
    return Refusal(code="ShallowReplication", message=message)


def source_refusal(evidence: Evidence, approved: CopyIdentity) -> Refusal | None:
    """Say why the source must not be deleted now, or None if nothing stands against it, or it is gone."""
    if evidence.image is None:
        return None
    unknown = evidence.hidden
    return content_refusal(evidence, approved) or unknown or use_refusal(evidence.consumers, evidence.locks)


def content_refusal(evidence: Evidence, approved: CopyIdentity) -> Refusal | None:
    """Say that the source is not, or cannot be told to be, the image that this version is a copy of."""
    if evidence.image is None or evidence.version is None:
        return None
    now = identify(evidence.version, evidence.image)
    if isinstance(now, Refusal) or now.source_content == approved.source_content:
        return now if isinstance(now, Refusal) else None
    message = "the source image is no longer the one that was copied: its disks have changed since"
    return Refusal(code="SourceChanged", message=message)


def scan_refusal(begun_at: datetime, now: datetime) -> Refusal | None:
    """Say that too much time has passed since somebody began to look who uses the source, or None."""
    if timedelta(0) <= now - begun_at <= SCAN_COUNTS:  # less than nothing: the clock was set back
        return None
    message = f"looking who uses the source image took more than {SCAN_COUNTS}: ask again"
    return Refusal(code="EvidenceTooOld", message=message)


def use_refusal(consumers: Iterable[Consumer], locks: Iterable[Lock]) -> Refusal | None:
    """Say who uses the source, or what locks it."""
    users = sorted(f"{consumer.kind} {consumer.id}" for consumer in consumers)
    if users:
        more = f" and {len(users) - MOST_NAMED} more" if len(users) > MOST_NAMED else ""
        return Refusal(code="SourceInUse", message=f"the source image is used by {', '.join(users[:MOST_NAMED])}{more}")
    held = sorted(f"{lock.name} ({lock.level})" for lock in locks)
    if held:
        return Refusal(code="SourceLocked", message=f"the source image is locked by {', '.join(held)}")
    return None
