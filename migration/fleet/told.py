"""What people have been told of a fleet, by which links, and what they are to be told: an attempt is counted before it
is made.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from migration.values.value import Moment, Stored

MOST_ATTEMPTS = 3
PAUSE = timedelta(minutes=4)  # until the next attempt: the clock that makes it ticks every five


class FleetOccasion(StrEnum):
    """Why people are told something of a fleet."""

    ASKS = "asks"
    ESCALATES = "escalates"
    DIGEST = "digest"
    ENDED = "ended"


class FleetLink(Stored):
    """A link to the page of a fleet: the digest of its token, to whom it went, and which questions it is about.

    Those are the questions asked until `covers`: of one that is asked later, or anew, another message tells.
    """

    token: str
    receiver: str
    name: str | None = None
    covers: Moment


class FleetNotice(Stored):
    """A message still to be sent: of all that came to be until `at`, and of all questions asked until `covers`.

    `reached` are the receivers who have had it.
    """

    occasion: FleetOccasion
    at: Moment
    covers: Moment
    due_at: Moment
    attempt: int = 0
    reached: list[str] = []


class FleetTold(Stored):
    """How far people have been told of a fleet: of what came to be until `at`, of questions asked until `covers`.

    `escalated` is until when questions were asked of which those of MIGRATION_ESCALATE were told; `ended` tells that
    the message of its end was sent: what comes of its images after that is told image by image. `settled` tells that
    the records of the images owe nothing any more of which it was told.
    """

    fleet: str
    at: Moment
    covers: Moment
    escalated: Moment | None = None
    ended: bool = False
    settled: bool = True
    owed: FleetNotice | None = None

    @property
    def is_done(self) -> bool:
        """Tell whether the fleet has told its end, and is to tell nothing more."""
        return self.ended and self.settled and self.owed is None


def begun_again(told: FleetTold) -> FleetTold:
    """Return it for a fleet that is not over, or not any more: its end is still to be told, and no message tells it."""
    if told.owed is not None and told.owed.occasion is FleetOccasion.ENDED:
        return told.changed(owed=None, ended=False)
    return told.changed(ended=False) if told.is_done else told


def owing(told: FleetTold, occasion: FleetOccasion, covers: datetime, at: datetime) -> FleetTold:
    """Return it with a message whose first attempt is about to be made."""
    notice = FleetNotice(occasion=occasion, at=at, covers=max(covers, told.covers), attempt=1, due_at=at + PAUSE)
    return told.changed(owed=notice)


def claimed(told: FleetTold, notice: FleetNotice, at: datetime) -> FleetTold:
    """Count another attempt, for whoever is about to make it; unchanged where somebody else is, or has."""
    if told.owed != notice:
        return told
    return told.changed(owed=notice.changed(attempt=notice.attempt + 1, due_at=at + PAUSE))


def sent(told: FleetTold, notice: FleetNotice, reached: list[str], *, everybody: bool) -> FleetTold:
    """Return it after an attempt: whoever was missed is told with the next, until it was tried enough."""
    if told.owed is None or told.owed.at != notice.at:
        return told
    after = notice.changed(reached=[*notice.reached, *reached])
    if not everybody and notice.attempt < MOST_ATTEMPTS:
        return told.changed(owed=after)
    if notice.occasion is FleetOccasion.ESCALATES:
        return told.changed(owed=None, escalated=notice.covers)  # others were told: that settles nothing
    has_ended = notice.occasion is FleetOccasion.ENDED
    return told.changed(owed=None, at=notice.at, covers=notice.covers, ended=told.ended or has_ended, settled=False)
