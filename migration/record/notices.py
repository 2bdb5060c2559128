"""What people are still to be told: owed in the record until it is sent, by whichever run it is about.

A run that is over does not wait for it, so the run after it owes it too; but nobody is asked a question that is over.
"""

from datetime import datetime, timedelta

from migration.values.occasion import ASKS, Occasion
from migration.values.record import Stored

PAUSES = (timedelta(minutes=1), timedelta(minutes=5))  # between attempts to reach whoever was missed
MOST_OWED = 20  # of very many, the latest


class OwedNotice(Stored):
    """A notification still to be sent: when, which attempt it is, and to which receivers (None: to all).

    `run` is the number of the run that it is about; None, in a record of an earlier release, is the one it stands in.
    """

    occasion: Occasion
    due_at: datetime
    attempt: int = 0
    to: list[str] | None = None
    run: int | None = None

    def missed(self, receivers: list[str] | None, at: datetime) -> "OwedNotice | None":
        """Return what is owed once these were missed (None: nobody could be told at all); None: it was tried enough."""
        if self.attempt >= len(PAUSES):
            return None
        due_at = at + PAUSES[self.attempt]
        return self.changed(due_at=due_at, attempt=self.attempt + 1, to=receivers or self.to)


def no_questions(owed: list[OwedNotice]) -> list[OwedNotice]:
    """Return what is owed about anything but a question: one that is closed is asked of nobody."""
    return [one for one in owed if one.occasion not in ASKS]


def owed_by_the_next(owed: list[OwedNotice], number: int) -> list[OwedNotice]:
    """Return what the run after the one of this number owes in its place."""
    return [one.changed(run=one.run or number) for one in no_questions(owed)]


def seconds_until_due(owed: list[OwedNotice], now: datetime) -> float | None:
    """Return the time until the next is due; None where nothing is owed."""
    moments = [(one.due_at - now).total_seconds() for one in owed]
    return max(min(moments), 0.0) if moments else None
