"""Phases a migration goes through and the outcomes it can have. Outcomes are values, never exceptions."""

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field, ValidationInfo, field_validator

from migration.values.problems import Problem
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
    SOAKING = "Soaking"
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
    """What follows from a kind of outcome, for all who act on it. The words for it are in the runbook.

    `leaves` tells that things may stay behind which nobody wants, `can_ask_again` that version and source may both be
    there.
    """

    is_failure: bool = False
    leaves: bool = False
    can_ask_again: bool = False


FOLLOWS = {
    OutcomeKind.MIGRATED: Follows(),
    OutcomeKind.SOURCE_KEPT: Follows(can_ask_again=True),
    OutcomeKind.REFUSED: Follows(is_failure=True),
    OutcomeKind.FAILED: Follows(is_failure=True, leaves=True),
    OutcomeKind.CANCELLED: Follows(leaves=True),
    OutcomeKind.UNKNOWN: Follows(is_failure=True, can_ask_again=True),
}


class Outcome(Stored):
    """The end of a migration: `code` is stable, `reason` for people, `step` the phase it ended in.

    `problems` are those of a refused plan. The rest is what was seen after the end. `only_copy` tells that the source
    is gone and the version complete; `left_behind` lists what a failed or cancelled migration created and did not
    remove. It is empty unless the source was seen: what there is of a version may be the only copy.
    """

    kind: OutcomeKind
    reason: str
    code: str
    step: Phase
    source: SourceSeen = Field(default=SourceSeen.UNKNOWN, validate_default=True)
    only_copy: bool = Field(default=False, validate_default=True)
    left_behind: list[str] = []
    problems: list[Problem] = []

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

    @property
    def is_failure(self) -> bool:
        return FOLLOWS[self.kind].is_failure

    @property
    def can_ask_again(self) -> bool:
        """Tell whether its question can be asked again, as far as the outcome tells."""
        return FOLLOWS[self.kind].can_ask_again and not self.is_source_gone
