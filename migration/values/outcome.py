"""Phases a migration goes through and the outcomes it can have. Outcomes are values, never exceptions."""

from enum import StrEnum

from migration.values.record import Record


class Phase(StrEnum):
    """Where a migration is, in order."""

    PLANNING = "Planning"
    PREPARING = "Preparing"
    CREATING = "Creating"
    REPLICATING = "Replicating"
    VERIFYING = "Verifying"
    AWAITING_APPROVAL = "AwaitingApproval"
    PROMOTING = "Promoting"
    DELETING_SOURCE = "DeletingSource"
    DONE = "Done"


class OutcomeKind(StrEnum):
    """How a migration ended. In every kind but Migrated and Unknown it has not deleted the source image."""

    MIGRATED = "Migrated"
    SOURCE_KEPT = "SourceKept"
    REFUSED = "Refused"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    UNKNOWN = "Unknown"


class Outcome(Record):
    """The end of a migration: `code` is stable, `reason` for people, `step` the phase it ended in.

    `left_behind` lists what a failed or cancelled migration created and did not remove, looked at when it ended.
    """

    kind: OutcomeKind
    reason: str
    code: str
    step: Phase
    left_behind: list[str] = []
