"""The tags a migration leaves: on what it creates, on the version it finished, on a source that survived."""

from collections.abc import Mapping

from migration.approval import Decision
from migration.ids import MANAGED_IMAGE, ResourceId
from migration.numbering import MIGRATION_TAG
from migration.state import MigrationState
from migration.tags import find_tag, status_key

_DECIDED_BY = {Decision.APPROVE: "approved-by", Decision.REJECT: "rejected-by"}
LONGEST_TAG_VALUE = 256  # Azure Resource Manager: a tag value has at most 256 characters


def version_tags(source_image_id: str, migration_id: str) -> dict[str, str]:
    """Return the tags of everything a migration creates; by `migration-id` it knows its own again."""
    source = ResourceId.parse(source_image_id, MANAGED_IMAGE)
    origin = f"{source.subscription}/{source.resource_group}/{source.name}"  # a whole id may be too long for a tag
    return {MIGRATION_TAG: migration_id, "migrated-from": origin}


def outcome_tags(state: MigrationState) -> dict[str, str]:
    """Return what the version's tags say of a finished migration: outcome, approver, time."""
    tags = {"migration-outcome": state.outcome.kind.value} if state.outcome else {}
    if state.approval is not None and state.decided_at is not None:
        tags[_DECIDED_BY[state.approval.decision]] = state.approval.approver
        tags["decided-at"] = state.decided_at.isoformat(timespec="seconds")
    return {name: value[:LONGEST_TAG_VALUE] for name, value in tags.items()}


def status_tags(state: MigrationState, key: str) -> dict[str, str]:
    """Return the tag that tells, on a surviving source, how the migration ended, and for which request."""
    if state.outcome is None:
        return {}
    value = f"{state.outcome.kind.value} {state.outcome.code} {state.start.fingerprint}"
    return {status_key(key): value}


def recorded_fingerprint(tags: Mapping[str, str], key: str) -> str | None:
    """Return the fingerprint of the request that last ended on this image, from its status tag."""
    value = find_tag(tags, status_key(key))
    return value.split()[-1] if value else None
