"""Registered names of orchestrators, activities and events.

These strings live in stored histories: renaming one is a new orchestrator version, never an edit.
"""

MIGRATE_IMAGE = "migrate_image"
TELL_PEOPLE = "tell_people"

PLAN_MIGRATION = "plan_migration"
ENSURE_GALLERY = "ensure_gallery"
ENSURE_IMAGE_DEFINITION = "ensure_image_definition"
CREATE_IMAGE_VERSION = "create_image_version"
CHECK_REPLICATION = "check_replication"
OPEN_QUESTION = "open_question"
LOOK_AT_QUESTION = "look_at_question"
PROMOTE_IMAGE_VERSION = "promote_image_version"
DELETE_SOURCE_IMAGE = "delete_source_image"
CONFIRM_DELETE = "confirm_delete"
CANCEL_RUN = "cancel_run"
RECORD_OUTCOME = "record_outcome"
SEND_NOTIFICATIONS = "send_notifications"
LOOK_FOR_NEWS = "look_for_news"
DELIVER_NOTIFICATIONS = "deliver_notifications"

ACTIVITIES = (
    PLAN_MIGRATION,
    ENSURE_GALLERY,
    ENSURE_IMAGE_DEFINITION,
    CREATE_IMAGE_VERSION,
    CHECK_REPLICATION,
    OPEN_QUESTION,
    LOOK_AT_QUESTION,
    PROMOTE_IMAGE_VERSION,
    DELETE_SOURCE_IMAGE,
    CONFIRM_DELETE,
    CANCEL_RUN,
    RECORD_OUTCOME,
    SEND_NOTIFICATIONS,
    LOOK_FOR_NEWS,
    DELIVER_NOTIFICATIONS,
)

APPROVAL_EVENT = "Approval"
REPLICATION_CHANGED_EVENT = "ReplicationChanged"
CANCEL_EVENT = "Cancel"
OWED_EVENT = "Owed"
