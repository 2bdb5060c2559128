"""Registered names of orchestrators and events; those of activities are in `migration/course/steps.py`.

These strings live in stored histories: renaming one is a new orchestrator version, never an edit.
"""

MIGRATE_IMAGE = "migrate_image"
TELL_PEOPLE = "tell_people"
MIGRATE_FLEET = "migrate_fleet"

APPROVAL_EVENT = "Approval"
REPLICATION_CHANGED_EVENT = "ReplicationChanged"
CANCEL_EVENT = "Cancel"
OWED_EVENT = "Owed"
FLEET_CHANGED_EVENT = "FleetChanged"
