"""The shapes of what the HTTP API answers about what there is, and about the app itself, not about one migration."""

from datetime import datetime

from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion
from migration.resources.image import ManagedImage
from migration.telling.answers import Links
from migration.values.outcome import OutcomeKind, Phase
from migration.values.problems import Problem
from migration.values.value import Value


class DefinitionShown(ImageDefinition):
    """A definition with its versions."""

    image_versions: list[ImageVersion]


class GalleryShown(Gallery):
    """A gallery with all that it holds. What of it may not be read is `unreadable`."""

    image_definitions: list[DefinitionShown]


class GalleryPage(Value):
    """A page of galleries."""

    galleries: list[GalleryShown]
    next_link: str | None


class ImageMigration(Value):
    """The migration of an image, in short."""

    id: str
    running: bool
    phase: Phase
    outcome: OutcomeKind | None
    links: Links


class ImageShown(ManagedImage):
    """A managed image with its migration; that of an image which bore the name before is not its own."""

    migration: ImageMigration | None
    migration_of_earlier_image: ImageMigration | None


class ImagePage(Value):
    """A page of managed images."""

    images: list[ImageShown]
    next_link: str | None


class SweepShown(Value):
    """What a sweep found: how, how many tagged images, which migrations it started, and which ran already."""

    via: str
    tagged: int
    started: list[str]
    under_way: list[str]


class AddressTried(Value):
    """Whether a test message reached an address, and if not, why. `address` is the person and kind of service."""

    setting: str
    address: str
    reached: bool
    why: str | None


class NotificationsTried(Value):
    """How many addresses a test message reached, and each of them.

    `problems` tell why links in messages could not be followed, `notes` that there is nobody to be told.
    """

    reached: int
    addresses: list[AddressTried]
    problems: list[Problem]
    notes: list[str]


class PartTried(Value):
    """Whether a part that migrations depend on works, and what was seen."""

    part: str
    works: bool
    seen: list[str]


class SelfTested(Value):
    """Whether all that was tried works: `records`, `task-hub`, `rights`."""

    works: bool
    parts: list[PartTried]


class PauseShown(Value):
    """Whether starts are paused, why, by whom and since when."""

    paused: bool
    reason: str
    by: str
    at: datetime | None


class ViewingMade(Value):
    """A link that lets one browser look at the pages, once opened, until it expires. It decides nothing."""

    link: str
    expires_at: datetime
