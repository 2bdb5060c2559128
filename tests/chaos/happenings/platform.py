"""What the platform does: workers die, turns are lost, the hub is away or forgets, settings and releases change."""

from dataclasses import dataclass
from typing import Any

from tests.chaos.happenings.happening import Happening, OfImage
from tests.chaos.world.world import ChaosWorld


@dataclass(frozen=True)
class WorkerDies(Happening):
    """The worker dies of one of its next calls, before or after that took effect."""

    when: Any = "after"
    method: str = "*"
    path: str = ""
    calls: int = 1

    def happen(self, world: ChaosWorld) -> None:
        world.dies_of(self.when, self.method, self.path, self.calls)


@dataclass(frozen=True)
class WorkerDiesNow(Happening):
    """The worker dies, with all that it is doing."""

    def happen(self, world: ChaosWorld) -> None:
        world.workers.die()


@dataclass(frozen=True)
class TurnsAreLost(Happening):
    """An orchestrator's next turns are made, and nobody hears of them: they are made again."""

    times: int = 1

    def happen(self, world: ChaosWorld) -> None:
        world.hub.turns_to_drop += self.times


@dataclass(frozen=True)
class HubIsLost(Happening):
    """The hub begins anew with nothing in it; Azure and the records stay."""

    def happen(self, world: ChaosWorld) -> None:
        world.hub.lose()


@dataclass(frozen=True)
class HubGivesNoAnswer(Happening):
    """The app's next calls of the hub get no answer; those that take effect all the same are lost answers."""

    calls: int = 3
    takes_effect: bool = False

    def happen(self, world: ChaosWorld) -> None:
        world.client.unanswered, world.client.takes_effect = self.calls, self.takes_effect


@dataclass(frozen=True)
class InstanceIs(OfImage):
    """Somebody with the hub's key has the orchestration of an image "suspend", "resume", "terminate" or "purge"."""

    how: str = "terminate"

    def happen(self, world: ChaosWorld) -> None:
        live = world.hub.instances().get(self.migration, "")
        known = {"suspend": "RUNNING PENDING", "resume": "SUSPENDED", "terminate": "RUNNING PENDING SUSPENDED"}
        if live and live in known.get(self.how, live):
            world.trace.note("by hand", instance=self.migration, how=self.how)
            getattr(world.hub, self.how)(self.migration)


@dataclass(frozen=True)
class SettingsAre(Happening):
    """Settings of the app from now on; None takes one away."""

    settings: Any

    def happen(self, world: ChaosWorld) -> None:
        world.configure(**self.settings)


@dataclass(frozen=True)
class NewerReleaseRan(OfImage):
    """A newer release wrote the record of an image and was rolled back: with fields of its own, perhaps a lock."""

    locks: bool = False

    def happen(self, world: ChaosWorld) -> None:
        reader = {"oldestReader": 99} if self.locks else {}
        world.azure.change_record(self.migration, {"mood": "of tomorrow", "format": 3, **reader})


@dataclass(frozen=True)
class NewerReleaseIsBack(OfImage):
    """The release for which a record waited is there: for this one that means the lock is gone."""

    def happen(self, world: ChaosWorld) -> None:
        if self.record(world).get("oldestReader", 0) > 3:
            world.azure.change_record(self.migration, {"oldestReader": 3})


@dataclass(frozen=True)
class ClockLooks(Happening):
    """The app's clock ticks now, beside its turn."""

    timer: str = "keep_house"

    def happen(self, world: ChaosWorld) -> None:
        world.go(world.app.tick(self.timer))
