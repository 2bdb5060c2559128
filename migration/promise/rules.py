"""The rules of the promise: a source image is deleted only if a named human approved this very version, every target
region holds a complete replica, and nothing needs the source. Each says why not, by facts that have been read.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from migration.plan.plan import Plan
from migration.promise.evidence import Evidence
from migration.resources.copy_identity import CopyIdentity, another_image, replaced
from migration.resources.gallery import ImageVersion
from migration.resources.replication import assess, region_problems, with_own_regions
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.image_version.regions import RegionEncryption, TargetRegion

SCAN_COUNTS = timedelta(minutes=5)  # who uses an image may change while it is read, and after


class Facts(NamedTuple):
    """What a rule judges: what was read, against what was planned, and the copy that people were asked about.

    `withdrawn` says why tags or settings want the source kept by now, `blocking` which kinds of users keep it
    (`blocking` in `migration/users/kinds.py`, by the setting of now). `stays_excluded`: its promotion left it out of
    `latest`. Only the record says so: what somebody else takes out later looks the same in Azure, and is a reason to
    ask again.
    """

    evidence: Evidence
    plan: Plan
    copied: CopyIdentity
    withdrawn: Refusal | None
    blocking: frozenset[str]
    stays_excluded: bool = False


def gone(source_image_id: str) -> Refusal:
    """Say that somebody else has deleted the source."""
    message = "the source image is gone, and it was not this app that deleted it"
    return Refusal(code="SourceGone", message=message, absent=source_image_id)


def lost(version_id: str) -> Refusal:
    """Say that a version is not there any more."""
    return Refusal(code="VersionNotFound", message="the image version no longer exists", absent=version_id)


def copy_refusal(version: ImageVersion, plan: Plan, approved: CopyIdentity | None = None) -> Refusal | None:
    """Say why this version is not a complete copy that can do without the source, or None if it is."""
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
    incomplete = [f"region {r.name} is {r.state} at {r.progress} %" for r in report.regions if not r.is_complete]
    if not report.complete:
        state = [f"its provisioning state is {version.provisioning_state}"] * (not version.is_settled)
        return Refusal(code="ReplicationIncomplete", message="; ".join(state + lacking + incomplete))
    return None


def shallow_refusal(version: ImageVersion) -> Refusal | None:
    """A shallow version copied nothing: it reads from the source, which must stay."""
    if version.replication_mode == "Full":
        return None
    message = f"the image version's replication mode is {version.replication_mode}: it holds no copy of its own"
    return Refusal(code="ShallowReplication", message=message)


def scan_refusal(begun_at: datetime, now: datetime) -> Refusal | None:
    """Say that too much time has passed since somebody began to look who uses the source, or None."""
    if timedelta(0) <= now - begun_at <= SCAN_COUNTS:  # less than nothing: the clock was set back
        return None
    message = f"looking who uses the source image took more than {SCAN_COUNTS}: ask again"
    return Refusal(code="EvidenceTooOld", message=message)


def copy_complete(facts: Facts) -> Refusal | None:
    """The version that people were asked about is complete in every region."""
    version = facts.evidence.version
    return copy_refusal(version, facts.plan, facts.copied) if version else lost(facts.copied.image_version_id)


def exists(facts: Facts) -> Refusal | None:
    """What somebody else has deleted is not deleted again: its name may be another image's by then."""
    return gone(facts.plan.source.id) if facts.evidence.image is None else None


def unchanged(facts: Facts) -> Refusal | None:
    """The source is, as far as can be told, the image that this version is a copy of."""
    if facts.evidence.image is None:
        return _nothing_there(facts, "to compare with its copy")
    return another_image(facts.evidence.image, facts.copied)


def still_wished(facts: Facts) -> Refusal | None:
    """Neither its tags nor the settings want it kept: `never` is a lock, and a wish may be taken back."""
    return facts.withdrawn if facts.evidence.image else _nothing_there(facts, "whose tags could be read")


def _nothing_there(facts: Facts, purpose: str) -> Refusal:
    source = facts.plan.source.id
    return gone(source).changed(message=f"there is no source image {purpose}")


def unlocked(facts: Facts) -> Refusal | None:
    """Whoever locked it wants it to stay."""
    held = sorted(f"{lock.name} ({lock.level})" for lock in facts.evidence.locks)
    return Refusal(code="SourceLocked", message=f"the source image is locked by {', '.join(held)}") if held else None


def stored_as_planned(facts: Facts) -> Refusal | None:
    """What was planned, and shown, of storage and keys is so in Azure; a region that is missing is another rule's."""
    version = facts.evidence.version
    if version is None:
        message = "there is no image version whose replicas could be looked at"
        return lost(facts.copied.image_version_id).changed(message=message)
    wanted = {region.name: region for region in facts.plan.target_regions}
    known = [region for region in version.target_regions if region.name in wanted]
    wrong = [region.name for region in known if _differs(wanted[region.name], region)]
    if not wrong:
        return None
    message = f"the replicas in {', '.join(wrong)} have other storage or encryption keys than was planned"
    return Refusal(code="StoredOtherwise", message=message)


def _differs(wanted: TargetRegion, has: TargetRegion) -> bool:
    is_stored_so = wanted.storage_account_type.lower() == has.storage_account_type.lower()
    return not is_stored_so or _keys(has.encryption) != _keys(wanted.encryption)


def _keys(encryption: RegionEncryption | None) -> dict[object, str]:
    if encryption is None:
        return {}
    return {"os": encryption.os_disk.lower()} | {lun: one.lower() for lun, one in encryption.data_disks.items()}


def promoted(facts: Facts) -> Refusal | None:
    """What an approval was to make of the version is so: found by `latest` where asked for, and safe from deletion."""
    version = facts.evidence.version
    if version is None:
        return None
    is_to_stay_out = facts.plan.exclude_from_latest or facts.stays_excluded
    lacking = {
        "it is still excluded from latest": version.exclude_from_latest and not is_to_stay_out,
        "its replicas can be deleted": version.region_deletion_allowed,
        "it can be deleted before its end of life": facts.plan.protect and not version.protected,
    }
    said = [text for text, holds in lacking.items() if holds]
    message = f"the image version is not what was asked for: {' and '.join(said)}"
    return Refusal(code="NotPromoted", message=message) if said else None
