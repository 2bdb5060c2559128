"""What would become of each image of a fleet, were it begun now: all that its owner has to know, in little room."""

from datetime import datetime, timedelta

from migration.asking.options.prices import Price
from migration.asking.request import DeleteSource
from migration.fleet.forecast.costs import gigabytes, monthly_cost
from migration.fleet.member import FleetRow
from migration.plan.plan import Plan
from migration.values.image_version.regions import TargetRegion
from migration.values.problems import Problem
from migration.values.value import Value


class Destination(Value):
    """Where an image would go. Its number counts on from those that are there, and those that others would get."""

    gallery_id: str
    create_gallery: bool
    image_definition_id: str
    create_definition: bool
    version: str
    version_is_auto: bool
    adopt_version: bool
    target_regions: list[TargetRegion]
    end_of_life_date: datetime | None
    exclude_from_latest: bool
    stays_excluded: str | None
    delete_source: DeleteSource
    protect: bool
    soak: timedelta

    @classmethod
    def of(cls, plan: Plan) -> "Destination":
        own = {name: getattr(plan, name) for name in cls.model_fields if name in Plan.model_fields}
        return cls(**own, gallery_id=plan.gallery.id, image_definition_id=plan.definition.id)


class ImageForecast(Value):
    """A row, and what would become of its image: `destination`, or every problem, or neither where it is left out.

    `users` are how many use it, by kind (None: it was not looked for), `gigabytes` what all replicas of a region have
    together and `monthly_cost` what they cost, at most (None: a size or price is not known). `run` is the run under
    way, where one is.
    """

    row: FleetRow
    created_at: datetime | None = None
    run: str | None = None
    destination: Destination | None = None
    problems: list[Problem] = []
    notes: list[str] = []
    users: dict[str, int] | None = None
    gigabytes: dict[str, int] | None = None
    monthly_cost: float | None = None

    def planned(
        self, plan: Plan, notes: list[str], users: dict[str, int] | None, prices: list[Price]
    ) -> "ImageForecast":
        """Return the forecast with its plan, and what that means."""
        return self.changed(
            destination=Destination.of(plan),
            notes=notes,
            users=users,
            gigabytes=gigabytes(plan.source, plan.target_regions),
            monthly_cost=monthly_cost(plan.source, plan.target_regions, prices),
        )


class FleetForecast(Value):
    """A page of what would become of a fleet. `total` counts all its images, `wait_seconds` is how long to wait before
    the next page, where Azure throttles.
    """

    images: list[ImageForecast]
    total: int
    next_link: str | None = None
    wait_seconds: float | None = None


RESULTS = ("version", "creates", "problems", "notes", "users", "gigabytes", "monthly cost", "under way")


def results_of(one: ImageForecast) -> list[str]:
    """Return a forecast as cells of a sheet, in the order of RESULTS."""
    went = one.destination
    made = [("gallery", went.create_gallery), ("definition", went.create_definition)] if went else []
    sizes = one.gigabytes or {}
    cost = "" if went is None else "unknown" if one.monthly_cost is None else f"{one.monthly_cost:.2f}"
    return [
        f"{went.image_definition_id.rpartition('/')[2]}/{went.version}" if went else "",
        ", ".join(what for what, is_made in made if is_made),
        "; ".join(f"{problem.field}: {problem.message} ({problem.code})" for problem in one.problems),
        "; ".join(one.notes),
        ", ".join(f"{count} {kind}" for kind, count in (one.users or {}).items()) if went else "",
        ", ".join(f"{region} {size}" for region, size in sizes.items()),
        cost,
        one.run or "",
    ]
