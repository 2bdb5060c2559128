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
SEND_NOTIFICATION = "send_notification"
ADMIT_APPROVAL = "admit_approval"
PROMOTE_IMAGE_VERSION = "promote_image_version"
DELETE_SOURCE_IMAGE = "delete_source_image"
FOLLOW_OPERATION = "follow_operation"
RECORD_OUTCOME = "record_outcome"

ACTIVITIES = (
    PLAN_MIGRATION,
    ENSURE_GALLERY,
    ENSURE_IMAGE_DEFINITION,
    CREATE_IMAGE_VERSION,
    CHECK_REPLICATION,
    VERIFY_IMAGE_VERSION,
    SEND_NOTIFICATION,
    ADMIT_APPROVAL,
    PROMOTE_IMAGE_VERSION,
    DELETE_SOURCE_IMAGE,
    FOLLOW_OPERATION,
    RECORD_OUTCOME,
)

APPROVAL_EVENT = "Approval"
REPLICATION_CHANGED_EVENT = "ReplicationChanged"
CANCEL_EVENT = "Cancel"
