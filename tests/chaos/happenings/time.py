"""Time: it passes, or jumps over what should have been done meanwhile; and what happens just at some call."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.chaos.happenings.happening import Happening, OfImage
from tests.chaos.world.world import ChaosWorld


@dataclass(frozen=True)
class Passes(Happening):
    """Time, in which everybody does what there is to do."""

    seconds: float = 60

    def happen(self, world: ChaosWorld) -> None:
        world.passes(timedelta(seconds=self.seconds))


@dataclass(frozen=True)
class Waits(OfImage):
    """Time, until the run of an image is in a phase; not longer than for so many minutes."""

    phase: str = "AwaitingApproval"
    minutes: int = 120

    def happen(self, world: ChaosWorld) -> None:
        for _ in range(self.minutes):
            if self.run(world).get("phase") == self.phase:
                return
            world.passes(timedelta(minutes=1))


@dataclass(frozen=True)
class Jumps(Happening):
    """Time during which nothing runs: a host that stood still."""

    seconds: float = 3600

    def happen(self, world: ChaosWorld) -> None:
        world.clock.advance(timedelta(seconds=self.seconds))


@dataclass(frozen=True)
class Together(Happening):
    """One thing, and then another: what belongs together stays so when a schedule is made shorter."""

    first: Any
    then: Any

    def happen(self, world: ChaosWorld) -> None:
        self.first.happen(world)
        self.then.happen(world)


@dataclass(frozen=True)
class Meanwhile(Happening):
    """Something that happens just before or after one of the next calls of the app, whenever that is."""

    when: Any
    method: str
    path: str
    what: Any
    calls: int = 1

    def happen(self, world: ChaosWorld) -> None:
        what = self.what
        world.moments.wait_for(self.when, self.method, self.path, self.calls, lambda: what.happen(world))
