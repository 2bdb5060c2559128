"""The immutable plan of one migration, and what making it found out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from migration.asking.request import DeleteSource
from migration.asking.start import MigrationStart
from migration.resources.gallery import Gallery, ImageDefinition
from migration.resources.image import ManagedImage
from migration.values.image_version.regions import TargetRegion
from migration.values.problems import Problem
from migration.values.value import Stored, Value

USED_AGAIN = "is used again"  # in every note about a version that is adopted: none of them is true of one built anew


class Plan(Stored):
    """Every value of a migration, resolved. `origins` says where each came from, `notes` what to know beforehand.

    `create_gallery` and `create_definition` tell what is missing; `adopt_version` that this migration built the
    image version in an earlier run; `protect` that the version may not be deleted before its end of life.
    `soak` is how long the version is in use before it is asked whether the source may go; nothing: it is asked at once.
    `stays_excluded` is why, as things stood, it does not become eligible as latest though nobody asked for that.
    `version_tags` are those of a version that is created, without the app's own; None in plans of earlier releases.
    """

    source: ManagedImage
    gallery: Gallery
    create_gallery: bool
    definition: ImageDefinition
    create_definition: bool
    version: str
    version_is_auto: bool
    adopt_version: bool
    target_regions: list[TargetRegion]
    end_of_life_date: datetime | None
    exclude_from_latest: bool
    delete_source: DeleteSource
    stays_excluded: str | None = None
    protect: bool = False
    version_tags: dict[str, str] | None = None
    soak: timedelta = timedelta(0)
    origins: dict[str, str]
    notes: list[str] = []

    @property
    def image_version_id(self) -> str:
        return str(self.definition.resource_id.child(self.version))

    @property
    def insists_on_latest(self) -> bool:
        """Tell whether whoever asked said themselves that the version is to be eligible, however old its source is."""
        return not self.exclude_from_latest and self.was_asked("excludeFromLatest")

    @property
    def is_judged_by_age(self) -> bool:
        """Tell whether the age of the source decides about `latest`: nobody has said that it is to stay out, or not."""
        return not self.exclude_from_latest and not self.insists_on_latest

    def was_asked(self, field: str) -> bool:
        """Tell whether whoever asked named a field themselves, by its name in a request."""
        return self.origins.get(field) in {"tag", "request"}


class PlanResult(Value):
    """A plan, or every problem that stands against one; never both.

    `start` is what was planned, where the image's tags ask for something else by now than when the migration began.
    """

    plan: Plan | None = None
    problems: list[Problem] = []
    start: MigrationStart | None = None


class Findings:
    """Collects problems, notes and origins while a plan is made, so that all of them are told at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.origins: dict[str, str] = {}

    def problem(self, field: str, code: str, message: str) -> None:
        self.add([Problem(field=field, code=code, message=message)])

    def add(self, problems: Iterable[Problem]) -> None:
        self.problems.extend(problems)

    def note(self, text: str) -> None:
        self.notes.append(text)
