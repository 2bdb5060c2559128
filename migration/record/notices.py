"""What people are still to be told: owed in the record until it is sent, by whichever run it is about.

A run that is over does not wait for it, so the run after it owes its end in its place; nobody is asked a question that
is over. An attempt is counted before it is made: whatever becomes of it, there are few.
"""

from datetime import datetime, timedelta

from migration.values.occasion import ENDS, OF_QUESTIONS, Occasion
from migration.values.value import Moment, Stored

# How long after an attempt the next may be made, or, after the last, when it is given up.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=5))
NO_QUESTION = ""  # of a link that asks nothing
MOST_LINKS = 300
MOST_OWED = 50  # of very many, the latest


class OwedNotice(Stored):
    """A notification still to be sent: when, after how many attempts, and which receivers have had it.

    `question` is the one it asks, `run` the number of the run it is about where that is over, and another has begun;
    `fleet` is that which had begun it.
    """

    occasion: Occasion
    due_at: Moment
    attempt: int = 0
    reached: list[str] = []
    question: str | None = None
    run: int | None = None
    fleet: str | None = None

    def is_due(self, at: datetime) -> bool:
        """Tell whether it is to be sent; one that is due only in a far future was owed by a clock that ran ahead."""
        return not at < self.due_at <= at + 2 * max(PAUSES)

    @property
    def about(self) -> str:
        """What it tells of, and of which run where that is over."""
        return self.occasion if self.run is None else f"{self.occasion} of run {self.run}"

    def claimed(self, at: datetime) -> "OwedNotice | None":
        """Return it with one attempt more, for whoever is about to make it; None once it was tried enough."""
        if self.attempt >= len(PAUSES):
            return None
        return self.changed(attempt=self.attempt + 1, due_at=at + PAUSES[self.attempt])


class Link(Stored):
    """A link that was sent: the digest of its token, the question it is about, and to whom it went.

    One with no `question` (empty) shows how the migration stands, and decides nothing. `receiver` is the digest of the
    address, `name` the person behind it, if it is one person's.
    """

    token: str
    question: str
    receiver: str
    name: str | None = None


def how_many(notice: OwedNotice, missed: int) -> str:
    """Say how many were reached, of all who are to be."""
    reached = len(notice.reached)
    return f"told {reached} of {reached + missed}"


def no_questions(owed: list[OwedNotice]) -> list[OwedNotice]:
    """Return what is owed about anything but a question: one that is closed is asked of nobody."""
    return [one for one in owed if one.occasion not in OF_QUESTIONS]


def owed_by_the_next(owed: list[OwedNotice], number: int, fleet: str | None) -> list[OwedNotice]:
    """Return what the run after the one of this number owes in its place: how it ended, which says what was decided.

    `fleet` is that which began the run of this number; notices of runs before it know their own.
    """
    ends = [one for one in owed if one.occasion in ENDS][-MOST_OWED:]
    return [one if one.run else one.changed(run=number, fleet=fleet) for one in ends]


def seconds_until_due(owed: list[OwedNotice], now: datetime) -> float | None:
    """Return the time until the next is due; None where nothing is owed."""
    moments = [0.0 if one.is_due(now) else (one.due_at - now).total_seconds() for one in owed]
    return min(moments) if moments else None
