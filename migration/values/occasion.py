"""The occasions on which people are told something."""

from enum import StrEnum

from migration.values.outcome import FOLLOWS, OutcomeKind


class Occasion(StrEnum):
    """Why a notification is sent."""

    APPROVAL_NEEDED = "approvalNeeded"
    REMINDER = "reminder"
    ESCALATION = "escalation"
    DECIDED = "decided"
    POSTPONED = "postponed"
    DONE = "done"
    FAILED = "failed"


ENDS = {Occasion.DONE, Occasion.FAILED}
ASKS = {Occasion.APPROVAL_NEEDED, Occasion.REMINDER, Occasion.ESCALATION}
OF_QUESTIONS = {*ASKS, Occasion.POSTPONED}  # told in vain once there is no such question


def occasion_of(kind: OutcomeKind) -> Occasion:
    """Return the occasion that a migration's end is."""
    return Occasion.FAILED if FOLLOWS[kind].is_failure else Occasion.DONE
