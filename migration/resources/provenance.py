"""The tags by which what a migration created can be told: from which image, by which migration, with what end."""

from collections.abc import Mapping
from datetime import UTC, datetime

from migration.resources.image import ManagedImage
from migration.values.tags import find_tag

MIGRATION_TAG = "migration-id"
ORIGIN_TAG = "migrated-from"
SOURCE_CONTENT_TAG = "source-content"
SOURCE_CREATED_TAG = "source-created"  # the age of what a version holds, which outlives its source
OUTCOME_TAG = "migration-outcome"
SOURCE_TAG = "migration-source"  # whether it is there: whoever cleans galleries up reads of an only copy here
DECISION_TAGS = (
    "decision",
    "decided-by",
    "decided-at",
    "decided-via",
    "decision-checks",
    "decision-comment",
)
# Every tag that a version of ours may bear in the end: none of them is taken over from a source, which could forge it.
OUR_TAGS = frozenset(
    {MIGRATION_TAG, ORIGIN_TAG, SOURCE_CONTENT_TAG, SOURCE_CREATED_TAG, OUTCOME_TAG, SOURCE_TAG, *DECISION_TAGS}
)


def creation_tags(source: ManagedImage, migration_id: str) -> dict[str, str]:
    """Return the tags of everything a migration creates; by them it knows its own again."""
    tags = {MIGRATION_TAG: migration_id, ORIGIN_TAG: origin_of(source), SOURCE_CONTENT_TAG: source.content}
    return tags | ({SOURCE_CREATED_TAG: _written(source.created_at)} if source.created_at else {})


def origin_of(source: ManagedImage) -> str:
    """Return `subscription/group/name`: a whole id may be too long for a tag."""
    parts = source.resource_id
    return f"{parts.subscription}/{parts.resource_group}/{parts.name}"


def source_created(tags: Mapping[str, str]) -> datetime | None:
    """Return when the source of a version was made, by its tags; None where they do not say it."""
    try:
        moment = datetime.fromisoformat(find_tag(tags, SOURCE_CREATED_TAG) or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
