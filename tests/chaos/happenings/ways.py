"""What goes wrong on the ways: of events to the app, and of messages to people."""

from dataclasses import dataclass
from datetime import timedelta

from tests.chaos.happenings.happening import Happening
from tests.chaos.world.world import ChaosWorld


@dataclass(frozen=True)
class EventsAreDropped(Happening):
    """The next events never come."""

    events: int = 1

    def happen(self, world: ChaosWorld) -> None:
        world.events.to_drop += self.events


@dataclass(frozen=True)
class EventsComeTwice(Happening):
    """Each of the next events comes twice at once."""

    events: int = 1

    def happen(self, world: ChaosWorld) -> None:
        world.events.to_repeat += self.events


@dataclass(frozen=True)
class EventsAreLate(Happening):
    """The next events come late: what is announced after them comes before them."""

    events: int = 1
    seconds: float = 300

    def happen(self, world: ChaosWorld) -> None:
        world.events.to_delay, world.events.delay = self.events, timedelta(seconds=self.seconds)


@dataclass(frozen=True)
class OldEventsComeAgain(Happening):
    """The last events come once more, the latest first."""

    events: int = 2

    def happen(self, world: ChaosWorld) -> None:
        for number, event in enumerate(reversed(world.events.past[-self.events :])):
            world.events.deliver_after(timedelta(seconds=number), event)


@dataclass(frozen=True)
class MessagesAreLost(Happening):
    """The next messages reach nobody."""

    messages: int = 2

    def happen(self, world: ChaosWorld) -> None:
        world.post.to_lose += self.messages


@dataclass(frozen=True)
class MessagesAreHeld(Happening):
    """The next messages arrive, and no answer says so in time."""

    messages: int = 1

    def happen(self, world: ChaosWorld) -> None:
        world.post.to_hold += self.messages
