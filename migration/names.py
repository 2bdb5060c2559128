"""Registered names of orchestrators, activities and events.

These strings live in stored histories: renaming one is a new orchestrator version, never an edit.
"""

MIGRATE_IMAGE = "migrate_image"

PLAN_MIGRATION = "plan_migration"
ENSURE_GALLERY = "ensure_gallery"
ENSURE_IMAGE_DEFINITION = "ensure_image_definition"
CREATE_IMAGE_VERSION = "create_image_version"
CHECK_REPLICATION = "check_replication"
VERIFY_IMAGE_VERSION = "verify_image_version"
OPEN_QUESTION = "open_question"
SEND_NOTIFICATION = "send_notification"
LOOK_AT_QUESTION = "look_at_question"
PROMOTE_IMAGE_VERSION = "promote_image_version"
DELETE_SOURCE_IMAGE = "delete_source_image"
CONFIRM_DELETE = "confirm_delete"
FOLLOW_OPERATION = "follow_operation"
RECORD_OUTCOME = "record_outcome"
NOTE_PROGRESS = "note_progress"
LOOK_FOR_NEWS = "look_for_news"

ACTIVITIES = (
    PLAN_MIGRATION,
    ENSURE_GALLERY,
    ENSURE_IMAGE_DEFINITION,
    CREATE_IMAGE_VERSION,
    CHECK_REPLICATION,
    VERIFY_IMAGE_VERSION,
    OPEN_QUESTION,
    SEND_NOTIFICATION,
    LOOK_AT_QUESTION,
    PROMOTE_IMAGE_VERSION,
    DELETE_SOURCE_IMAGE,
    CONFIRM_DELETE,
    FOLLOW_OPERATION,
    RECORD_OUTCOME,
    NOTE_PROGRESS,
    LOOK_FOR_NEWS,
)

APPROVAL_EVENT = "Approval"
REPLICATION_CHANGED_EVENT = "ReplicationChanged"
CANCEL_EVENT = "Cancel"
NEWS_EVENT = "News"
