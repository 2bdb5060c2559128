"""The tags by which what a migration created can be told: from which image, by which migration, with what end."""

from migration.resources.image import ManagedImage

MIGRATION_TAG = "migration-id"
ORIGIN_TAG = "migrated-from"
SOURCE_CONTENT_TAG = "source-content"
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
OUR_TAGS = frozenset({MIGRATION_TAG, ORIGIN_TAG, SOURCE_CONTENT_TAG, OUTCOME_TAG, SOURCE_TAG, *DECISION_TAGS})


def creation_tags(source: ManagedImage, migration_id: str) -> dict[str, str]:
    """Return the tags of everything a migration creates; by them it knows its own again."""
    return {MIGRATION_TAG: migration_id, ORIGIN_TAG: origin_of(source), SOURCE_CONTENT_TAG: source.content}


def origin_of(source: ManagedImage) -> str:
    """Return `subscription/group/name`: a whole id may be too long for a tag."""
    parts = source.resource_id
    return f"{parts.subscription}/{parts.resource_group}/{parts.name}"
