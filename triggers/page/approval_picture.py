"""What an approver is shown: the consequence, the version, the source and what was checked, in words."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

from migration.course.spans import in_words
from migration.plan.galleries import guards
from migration.plan.plan import Plan
from migration.promise.checks import UNSEEN, decisive, meaning
from migration.promise.evidence import Evidence
from migration.promise.shown import regions_judged
from migration.record.asked import Asked
from migration.record.image_record import Answered
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.values.ids import IMAGE_VERSION, ResourceId
from steering.gathering.judging import becomes_latest, judged, stays_excluded

LONGEST_WINDOWS_NAME = 15  # of a computer; Azure refuses a longer one
LONGEST_LINUX_NAME = 64


def picture(asked: Asked, evidence: Evidence, answered: Answered | None) -> dict[str, Any]:
    """Return the values of the approval page that do not depend on who looks: the record's, and Azure's."""
    plan, run, question = asked.plan, asked.run, asked.question
    checks, refusal, losses = judged(asked, evidence, answered)
    requested_by = run.requesters[-1].name
    return {
        "name": plan.source.name,
        "deletes": asked.deletes,
        "promotes": becomes_latest(asked, evidence),
        "stays_excluded": stays_excluded(asked, evidence),
        "source_id": plan.source.id,
        "version_id": asked.version_id,
        "version_name": version_name(asked.version_id),
        "obstacle": refusal.message if refusal else None,
        "regions": _regions(plan, evidence.version),
        "losses": losses,
        "end_of_life": evidence.version.end_of_life_date if evidence.version else None,
        "guards": guards(plan.gallery, protect=plan.protect),
        "test_command": test_command(asked),
        "image": evidence.image or plan.source,
        "source_gone": evidence.image is None,
        "facts": _source_facts(evidence.image or plan.source, evidence.read_at),
        "checks": checks,
        "unseen": UNSEEN,
        "users": sorted(evidence.consumers, key=lambda consumer: consumer.id.lower()),
        "read_at": evidence.read_at,
        "requested_by": requested_by,
        "asker": _asker(requested_by),
        "asked_by": run.start.asked_by,
        "created_at": run.admitted_at,
        "expires_at": question.expires_at,
        "time_left": in_words(question.expires_at - datetime.now(UTC)),
        "seen": seen(evidence),
    }


def seen(evidence: Evidence) -> str:
    """Return what somebody has seen who is shown this: what the checks mean, and the facts."""
    return f"{meaning()}.{evidence.digest(decisive())}"


def changes_since(evidence: Evidence, shown: str) -> list[str]:
    """Return in words what differs from what somebody was shown."""
    meant, _, digest = shown.partition(".")
    return [*(["what is checked"] if meant != meaning() else []), *evidence.changes_since(digest, decisive())]


def _asker(name: str) -> str:
    """Begin a sentence with who asked; names of people stay as they are spelt."""
    return name if "@" in name or " " not in name else name[:1].upper() + name[1:]


def version_name(version_id: str) -> str:
    """Return `definition 1.0.0` for the id of an image version."""
    *_, definition, version = ResourceId.parse(version_id, IMAGE_VERSION).names
    return f"{definition} {version}"


def _regions(plan: Plan, version: ImageVersion | None) -> list[dict[str, Any]]:
    return [region.dump() for region in regions_judged(plan, version)]


def test_command(asked: Asked) -> str:
    """Return a command that makes a machine from the new version, in the source's region."""
    source, marketplace = asked.plan.source, asked.plan.definition.purchase_plan
    linux = source.os_type == "Linux"
    longest = LONGEST_LINUX_NAME if linux else LONGEST_WINDOWS_NAME
    name = re.sub(r"[^A-Za-z0-9]+", "-", f"test-{source.name}")[:longest].strip("-")
    parts = [
        f"az vm create --resource-group <test-group> --name {name} --location {source.location}",
        f"--image {shlex.quote(asked.version_id)}",
        f"--admin-username tester {'--generate-ssh-keys' if linux else '--admin-password <password>'}",
    ]
    if marketplace:
        terms = {"publisher": marketplace.publisher, "product": marketplace.product, "name": marketplace.name}
        parts.append(" ".join(f"--plan-{key} {shlex.quote(value)}" for key, value in terms.items()))
    return " \\\n  ".join(parts)


def _source_facts(image: ManagedImage, now: datetime) -> list[tuple[str, str]]:
    facts = [
        ("System", f"{image.os_type}, {image.os_state.lower()}, generation {image.generation.removeprefix('V')}"),
        ("Size", _size(image)),
        ("Region", image.location),
    ]
    if image.created_at is not None:
        facts.append(
            ("Age", f"{in_words(max(now - image.created_at, timedelta(0)))}, created {image.created_at:%Y-%m-%d}")
        )
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
