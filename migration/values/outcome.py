"""Phases a migration goes through and the outcomes it can have. Outcomes are values, never exceptions."""

from enum import StrEnum
from typing import NamedTuple

from migration.values.record import Stored


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


class Follows(NamedTuple):
    """What follows from a kind of outcome, for all who tell of it or act on it.

    `next_action` is for callers of the API, `approved` the title of the page for somebody who approved. `leaves` tells
    that things may stay behind which nobody wants, `can_ask_again` that version and source may both be there.
    """

    next_action: str
    approved: str = "Approved, but the migration did not complete"
    is_failure: bool = False
    leaves: bool = False
    can_ask_again: bool = False


FOLLOWS = {
    OutcomeKind.MIGRATED: Follows(
        "Point templates that name the source image at imageVersionId.", approved="Approved, and done"
    ),
    OutcomeKind.SOURCE_KEPT: Follows(
        "The version is usable and the source kept. POST to links.askAgain to decide anew.",
        approved="Approved, but the source image was kept",
        can_ask_again=True,
    ),
    OutcomeKind.REFUSED: Follows(
        "Correct what the outcome names, then start the migration again. Nothing was written.", is_failure=True
    ),
    OutcomeKind.FAILED: Follows(
        "Read the outcome, then start the migration again: it takes up what it created before.",
        is_failure=True,
        leaves=True,
    ),
    OutcomeKind.CANCELLED: Follows("Remove what outcome.leftBehind names, or start the migration again.", leaves=True),
    OutcomeKind.UNKNOWN: Follows(
        "Look whether the source image is still there. If it is, POST to links.askAgain.",
        is_failure=True,
        can_ask_again=True,
    ),
}


class Outcome(Stored):
    """The end of a migration: `code` is stable, `reason` for people, `step` the phase it ended in.

    `left_behind` lists what a failed or cancelled migration created and did not remove, looked at when it ended.
    """

    kind: OutcomeKind
    reason: str
    code: str
    step: Phase
    left_behind: list[str] = []
