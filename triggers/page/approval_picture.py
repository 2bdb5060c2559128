"""What an approver is shown: the consequence, the version, the source and what was checked, in words."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from arm.transport.cloud import get_portal
from migration.plan.galleries import guards
from migration.plan.plan import Plan
from migration.promise.checks import decisive, meaning
from migration.promise.evidence import Evidence
from migration.promise.shown import JudgedRegion, KindShown, SinceSoak, kinds_shown, regions_judged, remarks
from migration.promise.users import UNSEEN
from migration.record.asked import Asked
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.users.changing import Change, Target, change_of
from migration.values.ids import IMAGE_VERSION, ResourceId
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words
from steering.gathering.judging import Outlook, becomes_latest, is_acceptable, stays_excluded
from triggers.page.trying import clean_up_command, test_command
from web.pages import day

FEW = 5  # of a kind: more are folded


def picture(
    asked: Asked, evidence: Evidence, outlook: Outlook, since: SinceSoak | None, blocking: frozenset[str]
) -> dict[str, Any]:
    """Return the values of the approval page that do not depend on who looks: the record's, and Azure's.

    `since` is what has happened since the soak before the question began, where there was one.
    """
    plan, run, question = asked.plan, asked.run, asked.question
    requested_by = run.requesters[-1].name
    return {
        "name": plan.source.name,
        "deletes": asked.deletes,
        "promotes": becomes_latest(asked, evidence),
        "is_latest": evidence.version is not None and not evidence.version.exclude_from_latest,
        "stays_excluded": stays_excluded(asked, evidence),
        "source_id": plan.source.id,
        "version_id": asked.version_id,
        "version_name": version_name(asked.version_id),
        "migration_id": asked.migration_id,
        "portal": get_portal(),
        "offers": outlook.offers,
        "sound": is_acceptable(asked, evidence),
        "soaks_for": in_words(plan.soak) if question.precedes_soak else None,
        "since": since,
        "against": outlook.against,
        "regions": _regions(plan, evidence.version),
        "losses": outlook.losses,
        "remarks": remarks(plan, evidence.version),
        "end_of_life": evidence.version.end_of_life_date if evidence.version else None,
        "guards": guards(plan, evidence.version, datetime.now(UTC)),
        "test_command": test_command(asked),
        "clean_up_command": clean_up_command(asked),
        "image": evidence.image or plan.source,
        "source_gone": evidence.source_is_gone,
        "version_gone": evidence.version_is_gone,
        "version_read": evidence.version is not None,
        "facts": _source_facts(evidence.image or plan.source, evidence.read_at),
        "checks": outlook.checks,
        "unseen": UNSEEN,
        "kinds": kinds_shown(evidence, blocking),
        "to_change": partial(_changes, Target(plan.definition.id, asked.version_id)),
        "few": FEW,
        "read_at": evidence.read_at,
        "requested_by": requested_by,
        "asker": _asker(requested_by),
        "asked_by": run.start.asked_by,
        "created_at": run.admitted_at,
        "expires_at": question.expires_at,
        "time_left": in_words(question.expires_at - datetime.now(UTC)),
        "seen": seen(evidence, blocking),
    }


def _changes(target: Target, of_kind: KindShown) -> dict[str, Change]:
    """Return what to change of each user that is shown, by its id; what is the same for all of a kind has the id ""."""
    changes = {user_id: change_of(of_kind.kind, user_id, target) for user_id in of_kind.ids}
    first, *others = changes.values()
    return changes if first.latest or any(other != first for other in others) else {"": first}


def seen(evidence: Evidence, blocking: frozenset[str]) -> str:
    """Return what somebody has seen who is shown this: what the checks mean, and the facts."""
    return f"{meaning(blocking)}.{evidence.digest(decisive(blocking))}"


def changes_since(evidence: Evidence, shown: str, blocking: frozenset[str]) -> list[str]:
    """Return in words what differs from what somebody was shown."""
    meant, _, digest = shown.partition(".")
    checked = ["what is checked"] if meant != meaning(blocking) else []
    return [*checked, *evidence.changes_since(digest, decisive(blocking))]


def _asker(name: str) -> str:
    """Begin a sentence with who asked; names of people stay as they are spelt."""
    return name if "@" in name or " " not in name else capitalised(name)


def version_name(version_id: str) -> str:
    """Return `definition 1.0.0` for the id of an image version."""
    *_, definition, version = ResourceId.parse(version_id, IMAGE_VERSION).names
    return f"{definition} {version}"


def _regions(plan: Plan, version: ImageVersion | None) -> list[JudgedRegion]:
    """Return the regions, those that are not complete first."""
    return sorted(regions_judged(plan, version), key=lambda region: region.is_complete)


def _source_facts(image: ManagedImage, now: datetime) -> list[tuple[str, str]]:
    facts = [
        ("System", f"{image.os_type}, {image.os_state.lower()}, generation {image.generation.removeprefix('V')}"),
        ("Size", _size(image)),
        ("Region", image.location),
    ]
    if image.created_at is not None:
        age = in_words(max(now - image.created_at, timedelta(0)))
        facts.append(("Age", f"{age}, created on " + day(image.created_at)))
    return facts


def _size(image: ManagedImage) -> str:
    sizes = [image.os_disk_size_gb, *(disk.size_gb for disk in image.data_disks)]
    labels = ["OS disk", *(f"data disk {disk.lun}" for disk in image.data_disks)]
    if len(sizes) == 1:
        return f"{sizes[0]} GB, one disk" if sizes[0] else "one disk, its size is not known"
    named = zip(labels, sizes, strict=True)
    each = [f"{label} {size} GB" if size else f"{label} of unknown size" for label, size in named]
    known = [size for size in sizes if size]
    total = f"{sum(known)} GB" if len(known) == len(sizes) else f"at least {sum(known)} GB"
    return f"{total} on {len(sizes)} disks: {', '.join(each)}"
