"""What people wish of the app: starts of every kind, tags, cancels, a pause."""

from dataclasses import dataclass, field
from typing import Any

from tests.chaos.happenings.happening import TAG, Happening, OfImage
from tests.chaos.world.world import ChaosWorld
from tests.support.documents import RESOURCES


@dataclass(frozen=True)
class StartsOverHttp(OfImage):
    """Somebody, or several at once, ask for a migration by its id."""

    times: int = 1
    options: dict[str, Any] = field(default_factory=dict)

    def happen(self, world: ChaosWorld) -> None:
        for _ in range(self.times):
            world.go(world.people.start(self.id, **self.options))


@dataclass(frozen=True)
class AsksAgain(OfImage):
    """Somebody asks the question of a migration anew."""

    times: int = 1

    def happen(self, world: ChaosWorld) -> None:
        for _ in range(self.times):
            world.go(world.people.ask_again(self.id))


@dataclass(frozen=True)
class Cancels(OfImage):
    """Somebody takes a migration back."""

    def happen(self, world: ChaosWorld) -> None:
        world.go(world.people.cancel(self.id, self.record(world)))


@dataclass(frozen=True)
class CancelsByHand(OfImage):
    """Somebody with the hub's key raises the event of a cancel."""

    def happen(self, world: ChaosWorld) -> None:
        world.people.raise_event(self.migration, "Cancel", {"reason": "by hand"})


@dataclass(frozen=True)
class Tags(OfImage):
    """Somebody merges tags into those of an image; a value of None takes a tag off."""

    tags: dict[str, str | None] = field(default_factory=lambda: {TAG: "default"})

    def happen(self, world: ChaosWorld) -> None:
        path, is_done = f"{self.id}/providers/Microsoft.Resources/tags/default", False
        for operation, some in (("Merge", self._set()), ("Delete", self._off())):
            if some:
                body = {"operation": operation, "properties": {"tags": some}}
                is_done = world.azure.others("PATCH", path, body, api=RESOURCES).status < 300
        if is_done and self._set().get(TAG):
            world.people.note_tag(self.id, self._set()[TAG])

    def _set(self) -> dict[str, str]:
        return {name: value for name, value in self.tags.items() if value is not None}

    def _off(self) -> dict[str, str]:
        return {name: "" for name, value in self.tags.items() if value is None}


@dataclass(frozen=True)
class ReplacesTags(OfImage):
    """Somebody replaces all tags of an image by others, through its own provider."""

    tags: dict[str, str] = field(default_factory=dict)

    def happen(self, world: ChaosWorld) -> None:
        is_done = world.azure.others("PATCH", self.id, {"tags": dict(self.tags)}).status < 300
        if is_done and self.tags.get(TAG):
            world.people.note_tag(self.id, self.tags[TAG])


@dataclass(frozen=True)
class Sweeps(Happening):
    """Somebody has the app look for tagged images now."""

    def happen(self, world: ChaosWorld) -> None:
        world.go(world.app.http("POST", "sweep", {}))


@dataclass(frozen=True)
class Pauses(Happening):
    """Somebody stops all starts, or lets them go on."""

    paused: bool = True

    def happen(self, world: ChaosWorld) -> None:
        world.go(world.app.http("POST", "pause", {"paused": self.paused, "reason": "a freeze"}))


@dataclass(frozen=True)
class Looks(OfImage):
    """Somebody looks at everything the app shows of an image."""

    def happen(self, world: ChaosWorld) -> None:
        world.go(self._look(world))

    async def _look(self, world: ChaosWorld) -> None:
        for path in ("", "/audit", "/checks", "/users"):
            await world.app.http("GET", f"migrations/{self.migration}{path}")
        for letter in world.people.letters(self.id)[-1:]:
            await world.app.http("GET", letter.paths[0])
