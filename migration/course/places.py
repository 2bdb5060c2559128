"""The cap on versions being made at once: who holds a place, whose turn it is, and how soon to ask again.

Who holds a place is an index and no authority: a holder counts until its record says that it needs none any more.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from migration.record.image_record import ImageRecord
from migration.record.run import Queued, Run
from migration.values.outcome import Phase
from migration.values.value import FORMAT, Moment, Stored, Value

MAKING = {Phase.CREATING, Phase.REPLICATING}
LONGEST_PAUSE_SECONDS = 600.0
SHORTEST_PAUSE_SECONDS = 10.0
_LONGEST_PAUSE_IN_FRONT_SECONDS = 120.0
_OF_AGE = 20  # those in front ask after so great a part of how long versions have been in the making
_PAUSE_SECONDS_A_PLACE = 30.0
_IN_FRONT = 2  # who ask often: should one be dead, the other wakes those behind
UNREADABLE_PAUSE_SECONDS = 60.0
_HOLDERS_LOOKED_AT_A_SECOND = 5
_GRACE = timedelta(minutes=1)  # a waiter that is later than this lets others pass: its worker may be dead
_UNREADABLE_COUNTS = timedelta(days=1)  # longer than a version takes: whoever cannot be read does not hold for ever
_END_IS_NOTED = timedelta(hours=1)  # after its patience; a run that is carried out no more never notes it


class Holder(Stored):
    """A run that may have a version made: since when. `by` is whoever may give the place back; empty: nobody."""

    migration_id: str
    run: str
    since: Moment
    by: str = ""


class Places(Stored):
    """All places that are held. `full_at` is when none was last found free, and the holders were looked at."""

    format: int = FORMAT
    holders: list[Holder] = []
    full_at: Moment | None = None

    def held_by(self, migration_id: str, run_id: str) -> Holder | None:
        return next((one for one in self.holders if (one.migration_id, one.run) == (migration_id, run_id)), None)

    def with_holder(self, holder: Holder, *, is_waited_for: bool) -> "Places":
        """Return them with one more; where nobody waits, the next one need not look who does."""
        return self.changed(holders=[*self.holders, holder], full_at=self.full_at if is_waited_for else None)

    def taken_over(self, holder: Holder) -> "Places":
        """Return them with a holder that nobody can give back any more."""
        return self.changed(holders=[one.changed(by="") if one == holder else one for one in self.holders])

    def without(self, gone: Iterable[Holder]) -> "Places":
        left = set(map(_holding, gone))
        return self.changed(holders=[one for one in self.holders if _holding(one) not in left])

    def free(self, cap: int) -> int:
        """Return how many places are free: fewer than none where the cap was lowered."""
        return cap - len(self.holders)

    def age_seconds(self, now: datetime) -> float:
        """Return for how long places have been held so far, on average."""
        ages = [max((now - one.since).total_seconds(), 0) for one in self.holders]
        return sum(ages) / len(ages) if ages else 0

    def may_be_waited_for(self, now: datetime) -> bool:
        """Tell whether somebody may wait: all who do have found it full, or looked, since the longest pause."""
        return self.full_at is not None and abs(now - self.full_at) < 2 * timedelta(seconds=LONGEST_PAUSE_SECONDS)

    def is_look_due(self, now: datetime) -> bool:
        """Tell whether the holders are to be looked at again, which is a read for each."""
        every = max(SHORTEST_PAUSE_SECONDS, len(self.holders) / _HOLDERS_LOOKED_AT_A_SECOND)
        return self.full_at is None or abs(now - self.full_at) >= timedelta(seconds=every)


class Waiter(Value):
    """A run that waits for a place. Keys sort in the order in which runs were admitted; it asks again at `due_at`."""

    key: str
    migration_id: str
    run: str
    due_at: Moment

    @classmethod
    def of(cls, migration_id: str, run: Run, due_at: datetime) -> "Waiter":
        key = f"{int(run.admitted_at.timestamp() * 1000):015d}-{migration_id}"
        return cls(key=key, migration_id=migration_id, run=run.id, due_at=due_at)

    def is_late(self, now: datetime) -> bool:
        """Tell whether it should have asked again by now; a clock that ran ahead promises nothing."""
        latest = now + timedelta(seconds=LONGEST_PAUSE_SECONDS) + _GRACE
        return not now - _GRACE <= self.due_at <= latest


def _holding(holder: Holder) -> tuple[str, str, str]:
    return holder.migration_id, holder.run, holder.by


def in_line(queue: Sequence[Waiter], places: Places, now: datetime) -> list[Waiter]:
    """Return who waits and is to be let go first: nobody who is late, or holds a place by now."""
    return [one for one in queue if not one.is_late(now) and places.held_by(one.migration_id, one.run) is None]


def needs_place(record: ImageRecord | None, run_id: str) -> bool:
    """Tell whether a run has a version made, or may have: it lives, and its version is not complete."""
    run = record.run if record else None
    return run is not None and run.id == run_id and run.is_live and run.phase in MAKING


def counts(holder: Holder, record: ImageRecord | None, now: datetime) -> bool:
    """Tell whether a holder counts, by its record.

    One whose patience for a version ended long ago is not carried out any more: its orchestration is suspended.
    """
    run = record.run if record else None
    if run is None or not needs_place(record, holder.run):
        return False
    making = abs(now - (run.replication_since or holder.since))
    return making - _END_IS_NOTED < run.start.patience.replication


def counts_unread(holder: Holder, now: datetime) -> bool:
    """Tell whether a holder whose record cannot be read counts."""
    return abs(now - holder.since) < _UNREADABLE_COUNTS


def to_be_woken(others: Sequence[Waiter], free: int, now: datetime) -> list[Waiter]:
    """Return whom to wake of those in line: as many as find a place, and who stands in front then; no one twice."""
    soon = now + timedelta(seconds=SHORTEST_PAUSE_SECONDS)
    return [one for one in others[: free + _IN_FRONT] if one.due_at > soon]


def pause_seconds(position: int, places: Places, now: datetime) -> float:
    """Return when to ask again: soon for those in front, the later the farther behind, who are woken in their turn."""
    in_front = max(places.age_seconds(now) / _OF_AGE, SHORTEST_PAUSE_SECONDS)
    behind = max(position - _IN_FRONT, 0)
    return min(min(in_front, _LONGEST_PAUSE_IN_FRONT_SECONDS) + _PAUSE_SECONDS_A_PLACE * behind, LONGEST_PAUSE_SECONDS)


def queued_in_words(queued: Queued) -> str:
    """Say how far a run is from a place."""
    if queued.position == 0:
        return "who is making versions cannot be read: no new version is made until it can"
    made = "1 version is" if queued.making == 1 else f"{queued.making} versions are"
    return f"{queued.position} of {queued.waiting} in line for a place; {made} being made"
