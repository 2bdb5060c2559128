"""Phases a migration goes through and the outcomes it can have. Outcomes are values, never exceptions."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from migration.values.value import Stored


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


class SourceSeen(StrEnum):
    """Whether the source image was there when it was looked at; another image of its name is not it.

    Unknown is also what nobody has looked at yet.
    """

    THERE = "there"
    GONE = "gone"
    UNKNOWN = "unknown"


class Follows(NamedTuple):
    """What follows from a kind of outcome, for all who tell of it or act on it; from an outcome, `follows` tells.

    `next_action` is for callers of the API, `approved` the title of the page for somebody who approved, `source` a
    sentence on source and copy. `leaves` tells that things may stay behind which nobody wants, `can_ask_again` that
    version and source may both be there.
    """

    next_action: str
    approved: str = "Approved, but the migration did not complete"
    source: str = "The source image is kept."
    is_failure: bool = False
    leaves: bool = False
    can_ask_again: bool = False


FOLLOWS = {
    OutcomeKind.MIGRATED: Follows(
        "Point templates that name the source image at imageVersionId.",
        approved="Approved, and done",
        source="The source image was deleted: this version is the only copy, keep it.",
    ),
    OutcomeKind.SOURCE_KEPT: Follows(
        "The version is usable. POST to links.askAgain to decide anew.",
        approved="Approved, but the source image was not deleted",
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
    OutcomeKind.CANCELLED: Follows("If it is still wanted, start the migration again.", leaves=True),
    OutcomeKind.UNKNOWN: Follows(
        "If the source image is still there, POST to links.askAgain.",
        source="The source image is still there.",
        is_failure=True,
        can_ask_again=True,
    ),
}


class Outcome(Stored):
    """The end of a migration: `code` is stable, `reason` for people, `step` the phase it ended in.

    The rest is what was seen after that. `only_copy` tells that the source is gone and the version complete;
    `left_behind` lists what a failed or cancelled migration created and did not remove. It is empty unless the source
    was seen: what there is of a version may be the only copy.
    """

    kind: OutcomeKind
    reason: str
    code: str
    step: Phase
    source: SourceSeen = Field(default=SourceSeen.UNKNOWN, validate_default=True)
    only_copy: bool = Field(default=False, validate_default=True)
    left_behind: list[str] = []

    @field_validator("source")
    @classmethod
    def _gone_if_migrated(cls, said: SourceSeen, known: ValidationInfo) -> SourceSeen:
        return SourceSeen.GONE if known.data.get("kind") is OutcomeKind.MIGRATED else said

    @field_validator("only_copy")
    @classmethod
    def _only_copy(cls, said: bool, known: ValidationInfo) -> bool:
        is_gone = known.data.get("source") is SourceSeen.GONE
        return is_gone and (said or known.data.get("kind") is OutcomeKind.MIGRATED)

    @field_validator("left_behind")
    @classmethod
    def _left_behind(cls, said: list[str], known: ValidationInfo) -> list[str]:
        return said if known.data.get("source") is SourceSeen.THERE else []

    @property
    def is_source_gone(self) -> bool:
        return self.source is SourceSeen.GONE


# Endings that keep the source because of what the version is by then.
COPY_IN_DOUBT = {
    *("VersionReplaced", "VersionNotFound", "VersionFromAnotherSource"),
    *("ReplicationIncomplete", "ReplicationFailed", "ShallowReplication", "StoredOtherwise"),
}
_LOOK_AT_IT = "Look at the version before anybody uses it. POST to links.askAgain once it is as it should be."
_NOT_KNOWN = "Whether the source image still exists is not known: remove nothing before you have looked."
_ONLY_COPY = "The source image is gone: this version is the only copy, keep it."
_MAY_BE_ONLY = "The source image is gone: what there is of the version may be the only copy, do not remove it."
_LEFT = "Unless the source image has gone since, what outcome.leftBehind names can be removed."


def follows(outcome: Outcome) -> Follows:
    """Return what follows from an outcome and from what was seen of source and copy."""
    known = FOLLOWS[outcome.kind]
    if outcome.kind is OutcomeKind.SOURCE_KEPT and outcome.code in COPY_IN_DOUBT:
        known = known._replace(next_action=_LOOK_AT_IT)
    action = f"{known.next_action} {_LEFT}" if outcome.left_behind else known.next_action
    if outcome.source is SourceSeen.UNKNOWN:  # a refused one has written nothing that could be removed
        known = known._replace(source="" if outcome.kind is OutcomeKind.REFUSED else _NOT_KNOWN)
    elif outcome.is_source_gone and outcome.kind is not OutcomeKind.MIGRATED:
        action = FOLLOWS[OutcomeKind.MIGRATED].next_action if outcome.only_copy else ""
        known = known._replace(
            source=_ONLY_COPY if outcome.only_copy else _MAY_BE_ONLY,
            approved="Approved, but the source image is gone",
            can_ask_again=False,
        )
    return known._replace(next_action=f"{known.source} {action}".strip())
