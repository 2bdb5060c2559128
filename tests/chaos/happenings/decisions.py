"""What people decide: in time, early, late, twice, against each other, on old pictures; and what nobody decided."""

from dataclasses import dataclass
from typing import Any

from tests.chaos.happenings.faults import RECORD, Fails
from tests.chaos.happenings.happening import OfImage
from tests.chaos.happenings.time import Passes
from tests.chaos.world.world import ChaosWorld


@dataclass(frozen=True)
class Decides(OfImage):
    """Somebody decides, by `way`: the "page" behind the latest link, the "api", or an "event" with the callback."""

    decision: Any = "approve"
    way: str = "page"
    times: int = 1

    def happen(self, world: ChaosWorld) -> None:
        for _ in range(self.times):
            decide(self, world, self.decision, self.way)


@dataclass(frozen=True)
class Contradict(OfImage):
    """Two people decide at once, each in another way."""

    first: Any = "approve"
    second: Any = "reject"

    def happen(self, world: ChaosWorld) -> None:
        decide(self, world, self.first, "page")
        decide(self, world, self.second, "api")


@dataclass(frozen=True)
class Overtakes(OfImage):
    """Two people decide at once over the API: both have read the record when the second one's decision is written.

    The first one's takes `seconds` on its way to the store.
    """

    first: Any = "approve"
    second: Any = "reject"
    seconds: float = 5

    def happen(self, world: ChaosWorld) -> None:
        slow = {"service": "storage", "method": "PUT", "path": RECORD, "delaySeconds": self.seconds, "times": 1}
        Fails(slow).happen(world)
        decide(self, world, self.first, "api")
        Passes(1).happen(world)
        decide(self, world, self.second, "api")


def decide(about: OfImage, world: ChaosWorld, decision: Any, way: str) -> None:
    record = about.record(world)
    letters = world.people.letters(about.id)
    question = about.run(world).get("question") or {}
    if way == "api":
        world.go(world.people.decide(about.id, decision, record))
    elif way == "event":
        world.people.raise_approval(about.id, decision, record, question.get("callback", "none yet"))
    elif letters:
        world.go(world.people.answer(letters[-1], decision, record))


@dataclass(frozen=True)
class Replays(OfImage):
    """A form that was sent before is sent again, or an old link is opened and its form filled in."""

    way: str = "form"

    def happen(self, world: ChaosWorld) -> None:
        record, people = self.record(world), world.people
        sent = [one for one in people.sent_forms if self.migration in one[0]]
        letters = people.letters(self.id)
        if self.way == "form" and sent:
            world.go(people.send(*sent[0]))
        elif letters:
            world.go(people.answer(letters[0], "approve", record))


@dataclass(frozen=True)
class Forges(OfImage):
    """Somebody who was never asked decides: by a "callback", "token", "version" or "start" of their own making."""

    how: str = "callback"

    def happen(self, world: ChaosWorld) -> None:
        record, people = self.record(world), world.people
        match self.how:
            case "callback":
                people.raise_approval(self.id, "approve", record, "forged")
            case "version":
                wrong = "/".join([*(self.version(world) or "/none").split("/")[:-1], "9.9.9"])
                world.go(people.decide(self.id, "approve", record, forged=True, imageVersionId=wrong))
            case "token":
                world.go(world.app.http("GET", f"approvals/{self.migration}?token=forged"))
            case "start":
                hint = {"run": self.run(world).get("id", "forged"), "phase": "DeletingSource", "format": 2}
                world.start_by_hand(self.migration, hint)
