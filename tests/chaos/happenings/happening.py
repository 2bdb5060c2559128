"""What all happenings are: frozen values that know how they are written as JSON, and what they do to a world."""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

from migration.values.ids import instance_id_for
from tests.chaos.world.seeing import records_of
from tests.chaos.world.world import ChaosWorld
from tests.support.documents import image_id

IMAGES = ("ubuntu-web", "windows-build", "debian-legacy")  # those that schedules are about, by their numbers
TAG, OPTIONS = "migrate-to-gallery", "migrate-to-gallery-options"


@dataclass(frozen=True)
class Happening:
    """`happen` never lets time pass, but for `Passes`: what takes time goes on while other things happen."""

    kinds: ClassVar[dict[str, type["Happening"]]] = {}

    def __init_subclass__(cls) -> None:
        Happening.kinds[cls.__name__] = cls

    def happen(self, world: ChaosWorld) -> None:
        """Do it. What it needs and is not there by then makes it nothing, so that any part of a schedule is one."""
        raise NotImplementedError

    def as_json(self) -> dict[str, Any]:
        said = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return {"happens": type(self).__name__} | said


def _plain(value: Any) -> Any:
    return value.as_json() if isinstance(value, Happening) else value


def from_json(document: dict[str, Any]) -> Happening:
    """Read one that `as_json` wrote."""
    given = {name: _read(value) for name, value in document.items() if name != "happens"}
    return Happening.kinds[document["happens"]](**given)


def _read(value: Any) -> Any:
    return from_json(value) if isinstance(value, dict) and "happens" in value else value


@dataclass(frozen=True)
class OfImage(Happening):
    """One that is about an image: by its number, for its name may be that of another by then."""

    image: int = 0

    @property
    def id(self) -> str:
        return image_id(IMAGES[self.image % len(IMAGES)])

    @property
    def migration(self) -> str:
        return instance_id_for(self.id)

    def record(self, world: ChaosWorld) -> dict[str, Any]:
        """What the app has taken down of it; empty where that is nothing."""
        return records_of(world.azure).get(self.id.lower(), {})

    def run(self, world: ChaosWorld) -> dict[str, Any]:
        return self.record(world).get("run") or {}

    def version(self, world: ChaosWorld) -> str | None:
        return self.run(world).get("imageVersionId")
