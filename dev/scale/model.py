"""Migrations in virtual time: their steps on a number of instances, under Azure's limits, with the app's own waiting.

A step that is refused is done again as a whole, after what Azure says or half of what it has waited already, at most
ten minutes (`migration/course/obstacles.py`). A step holds one of its instance's places, also while it waits for a
survey. Each question is approved as soon as it is asked. Replication always takes the same time.
"""

import heapq
from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, takewhile
from typing import Any

from dev.scale.counted import LISTS_OF_VERSIONS, SURVEY, Call, Step, Steps
from dev.scale.limits import Limits
from migration.course.obstacles import LONGEST_PAUSE_SECONDS, OF_WAITED
from migration.resources.replication import next_look

SECONDS_A_CALL = 0.1
PATIENCE = timedelta(days=2).total_seconds()  # MIGRATION_PATIENCE
SHORTEST, LONGEST = timedelta(seconds=30), timedelta(minutes=10)  # MIGRATION_POLL_INTERVAL and _MAX
LIST = Call("reads", LISTS_OF_VERSIONS)


@dataclass(frozen=True)
class Estate:
    """`definitions` are those of each subscription; `places` how many activities an instance takes at once.

    `a_minute` is how many are started in a minute; None: all at once. Without `deletes` a migration
    ends where its survey would begin.
    """

    images: int
    subscriptions: int = 1
    definitions: int = 1000
    instances: int = 40
    places: int = 10
    replication: timedelta = timedelta(minutes=30)
    a_minute: float | None = None
    deletes: bool = True


@dataclass(frozen=True)
class Told:
    """Hours until the last version was complete and until the last end, and what Azure was asked and refused."""

    copied: float
    ended: float
    calls: int
    refused: dict[str, int]
    out_of_patience: int


type _Process = Generator["float | _Line", Any, Any]  # sleeps for seconds, or waits in a line until it is called


class _Line(deque[_Process]):
    """Who waits for the same thing, first come first served."""


class _Instance:
    """One instance of the app. `served` wait for the survey that runs, `next` came too late for it."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.surveying = False
        self.served, self.next = _Line(), _Line()


class Model:
    """One run of it. Times are seconds since the first start."""

    def __init__(self, estate: Estate, steps: Steps) -> None:
        self._estate, self._steps, self._limits = estate, steps, Limits()
        self._instances = [_Instance(estate.places) for _ in range(estate.instances)]
        self._without_place = _Line()
        self._due: list[tuple[float, int, _Process, Any]] = []
        self._order = count()
        self._now = self._copied = self._ended = 0.0
        self._out_of_patience = 0

    def run(self) -> Told:
        for number in range(self._estate.images):
            self._call(self._migration(number), None)
        while self._due:
            self._now, _, process, value = heapq.heappop(self._due)
            self._resume(process, value)
        hours, limits = timedelta(hours=1).total_seconds(), self._limits
        told = self._copied / hours, self._ended / hours, limits.taken, dict(limits.refused), self._out_of_patience
        return Told(*told)

    def _resume(self, process: _Process, value: Any) -> None:
        try:
            wanted = process.send(value)
        except StopIteration:
            return
        if isinstance(wanted, _Line):
            wanted.append(process)
        else:
            self._call(process, None, wanted)

    def _call(self, process: _Process, value: Any, seconds: float = 0.0) -> None:
        heapq.heappush(self._due, (self._now + seconds, next(self._order), process, value))

    def _migration(self, number: int) -> _Process:
        estate, subscription = self._estate, number % self._estate.subscriptions
        yield number / estate.a_minute * 60 if estate.a_minute else 0.0
        for step in self._steps.before:
            if not (yield from self._done(step, subscription)):
                return
        for pause in self._pauses():
            yield pause
            if not (yield from self._done(self._steps.look, subscription)):
                return
        self._copied = max(self._copied, self._now)
        for step in self._after():
            if not (yield from self._done(step, subscription)):
                return
        self._ended = max(self._ended, self._now)

    def _after(self) -> Iterator[Step]:
        return takewhile(lambda step: self._estate.deletes or SURVEY not in step, self._steps.after)

    def _pauses(self) -> Iterator[float]:
        """The times between two looks at replication, if none of them is refused."""
        waited = timedelta(0)
        while waited < self._estate.replication:
            pause = next_look(waited, int(100 * (waited / self._estate.replication)), SHORTEST, LONGEST)
            waited += pause
            yield pause.total_seconds()

    def _done(self, step: Step, subscription: int) -> _Process:
        """Do a step until it is done; tells whether it was within the patience."""
        begun = self._now
        while wait := (yield from self._tried(step, subscription)):
            waited = self._now - begun
            if waited >= PATIENCE:
                self._out_of_patience += 1
                return False
            yield max(wait, min(waited / OF_WAITED, LONGEST_PAUSE_SECONDS))
        return True

    def _tried(self, step: Step, subscription: int) -> _Process:
        """Do a step on the instance that has most room; gives back how long to wait where a call was refused."""
        instance = max(self._instances, key=lambda one: one.places)
        if instance.places:
            instance.places -= 1
        else:
            instance = yield self._without_place
        wait = 0.0
        for call in step:
            wait = (
                (yield from self._surveyed(instance))
                if call == SURVEY
                else (yield from self._asked(call, subscription))
            )
            if wait:
                break
        if self._without_place:
            self._call(self._without_place.popleft(), instance)
        else:
            instance.places += 1
        return wait

    def _asked(self, call: Call, subscription: int) -> _Process:
        yield SECONDS_A_CALL
        return self._limits.take(subscription, call, self._now)

    def _surveyed(self, instance: _Instance) -> _Process:
        """Be served by a survey that begins from now on: whoever waits for the same is served by one."""
        if not instance.surveying:
            instance.surveying = True
            self._call(self._survey(instance), None)
        return (yield instance.next)

    def _survey(self, instance: _Instance) -> _Process:
        while instance.next:
            instance.served, instance.next = instance.next, _Line()
            wait = yield from self._listed()
            while instance.served:
                self._call(instance.served.popleft(), wait)
        instance.surveying = False

    def _listed(self) -> _Process:
        """List the versions of every definition, one subscription after the other."""
        for number in range(self._estate.subscriptions * self._estate.definitions):
            if wait := (yield from self._asked(LIST, number // self._estate.definitions)):
                return wait
        return 0.0
