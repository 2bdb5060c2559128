"""What an approver is shown: the consequence, the version, the source and what was checked, in words."""

from typing import Any

from migration.promise import Evidence, promise_refusal, version_refusal
from migration.request import DeleteSource
from migration.state import MigrationState


def picture(state: MigrationState, evidence: Evidence) -> dict[str, Any]:
    """Return the values of the approval page that do not depend on who looks."""
    plan = state.planned
    deletes = plan.delete_source is not DeleteSource.NEVER
    refusal = promise_refusal(evidence, plan) if deletes else None
    return {
        "name": plan.source.name,
        "deletes": deletes,
        "promotes": not plan.exclude_from_latest,
        "source_id": plan.source.id,
        "version_id": state.version_id,
        "obstacle": refusal.message if refusal else None,
        "regions": _regions(evidence),
        "test_command": test_command(state),
        "source_facts": _source_facts(state, evidence),
        "checks": _checks(state, evidence),
        "read_at": evidence.read_at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "requested_by": state.start.requested_by,
        "expires_at": state.expires_at.strftime("%Y-%m-%d %H:%M UTC") if state.expires_at else "-",
        "seen": evidence.digest,
    }


def _regions(evidence: Evidence) -> list[dict[str, Any]]:
    version = evidence.version
    if version is None:
        return []
    status = {region.name: region for region in version.replication}
    return [
        {
            "name": region.name,
            "replicas": region.replica_count,
            "storage": region.storage_account_type,
            "state": status[region.name].state if region.name in status else "Unknown",
            "progress": status[region.name].progress if region.name in status else 0,
        }
        for region in version.target_regions
    ]


def test_command(state: MigrationState) -> str:
    """Return a command that makes a machine from the new version, in the source's region."""
    plan = state.planned
    secret = "--generate-ssh-keys" if plan.source.os_type == "Linux" else "--admin-password '<a password>'"
    marketplace = plan.definition.purchase_plan
    terms = (
        f" \\\n  --plan-publisher {marketplace.publisher} --plan-product {marketplace.product}"
        f" --plan-name {marketplace.name}"
        if marketplace
        else ""
    )
    return (
        f"az vm create --resource-group <test group> --name test-{plan.source.name[:50]} \\\n"
        f"  --location {plan.source.location} --image {state.version_id} \\\n"
        f"  --admin-username tester {secret}{terms}"
    )


def _source_facts(state: MigrationState, evidence: Evidence) -> list[tuple[str, str]]:
    image = evidence.image or state.planned.source
    disks = [f"{image.os_disk_size_gb} GB OS disk" if image.os_disk_size_gb else "OS disk"]
    disks += [
        f"{disk.size_gb} GB data disk {disk.lun}" if disk.size_gb else f"data disk {disk.lun}"
        for disk in image.data_disks
    ]
    tags = ", ".join(f"{name}={value}" for name, value in sorted(image.tags.items())) or "none"
    return [
        ("Operating system", f"{image.os_type}, {image.os_state.lower()}, generation {image.generation}"),
        ("Region", image.location),
        ("Disks", ", ".join(disks)),
        ("Tags", tags),
    ]


def _checks(state: MigrationState, evidence: Evidence) -> list[dict[str, Any]]:
    wrong = version_refusal(evidence.version, state.planned)
    users = [f"used by {consumer.kind} {consumer.id}" for consumer in evidence.consumers]
    locks = [f"locked by {lock.name} ({lock.level})" for lock in evidence.locks]
    changed = evidence.image is not None and evidence.image.content != state.planned.source.content
    return [
        _check(wrong is None, "every target region holds a complete replica", wrong.message if wrong else ""),
        _check(not users, "no scale set and no virtual machine names the source", "; ".join(users)),
        _check(not locks, "no lock holds the source", "; ".join(locks)),
        _check(not changed, "the source is the image that was copied", "the source has changed since it was copied"),
    ]


def _check(good: bool, fine: str, wrong: str) -> dict[str, Any]:
    return {"good": good, "text": fine if good else wrong}
