"""Many images at once on stage: the app's own activities on virtual time, and an Azure that builds each version."""

import asyncio
import heapq
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from migration.asking.reading import settings
from migration.asking.request import DeleteSource, MigrationRequest
from migration.asking.start import MigrationStart
from migration.course.starting import Requester, start_by_request
from migration.plan.plan import Plan, PlanResult
from migration.record.run import Run
from migration.resources.gallery import ImageDefinition, ImageVersion, RegionReplication
from migration.resources.image import ManagedImage
from migration.resources.operation import Operation
from migration.resources.states import ProvisioningState, ReplicationState
from records.store import hold
from steering.runs.beginning import begin
from tests.support.samples import SOURCE, make_definition, make_image, make_plan
from tests.support.stage.azure_on_stage import AzureOnStage
from tests.support.stage.play import Play

MINUTE = timedelta(minutes=1)
REGIONS = ("eastus", "westus2")


def varied(number: int) -> timedelta:
    return random.Random(number).uniform(15, 25) * MINUTE


def least(durations: Iterable[timedelta], cap: int) -> timedelta:
    """How long so many at once take that are begun in this order, each as soon as another is done."""
    free = [timedelta(0)] * cap
    for duration in durations:
        heapq.heapreplace(free, free[0] + duration)
    return max(free)


class AzureOfMany(AzureOnStage):
    """Images by their ids, and a version of each, which takes as long as `takes` says of its source's number.

    `most` is how many were being made at one moment, `first` when one was begun first, `last` when the last is done.
    """

    def __init__(self, now: Callable[[], datetime], takes: Callable[[int], timedelta]) -> None:
        super().__init__(now)
        self._takes = takes
        self.sources: dict[str, ManagedImage] = {}
        self.versions: dict[str, ImageVersion] = {}
        self.begun: dict[str, datetime] = {}
        self.done: dict[str, datetime] = {}
        self.most = 0

    def add(self, number: int) -> ManagedImage:
        image = make_image(id=f"{SOURCE}{number}", name=f"web{number}", content=f"content {number}")
        self.sources[image.id] = image
        return image

    @property
    def being_made(self) -> int:
        return sum(at > self._now() for at in self.done.values())

    def _draw_up_plan(  # type: ignore[override]  # by its name
        self, start: MigrationStart, _settings: object, _copies: object = ()
    ) -> PlanResult:
        source = self.sources[start.source_image_id]
        definition = make_definition(id=f"{make_definition().id}{source.name}", name=source.name)
        return PlanResult(plan=make_plan(source=source, definition=definition, delete_source=DeleteSource.NEVER))

    def _get_definition(self, definition_id: str) -> ImageDefinition | None:
        return make_definition(id=definition_id, name=definition_id.rpartition("/")[2])

    def _get_image(self, image_id: str) -> ManagedImage | None:
        return self.sources.get(image_id)

    def _list_images(self, _subscription: str) -> list[ManagedImage]:
        return list(self.sources.values())

    def _is_gone(self, resource_id: str) -> bool:
        return resource_id not in {*self.sources, *self.versions}

    def _list_versions(self, definition: str, _not_before: datetime | None = None) -> list[ImageVersion]:
        found = [self._get_version(one) for one in self.versions if one.startswith(f"{definition}/")]
        return [one for one in found if one]

    def _get_version(self, _id: str, **_: bool) -> ImageVersion | None:
        version = self.versions.get(_id)
        if version is None:
            return None
        begun, done = self.begun[_id], self.done[_id]
        progress = min(100, int(100 * (self._now() - begun) / (done - begun)))
        state = ReplicationState.COMPLETED if progress == 100 else ReplicationState.REPLICATING
        regions = [RegionReplication(name=name, state=state, progress=progress) for name in REGIONS]
        built = ProvisioningState.SUCCEEDED if progress == 100 else ProvisioningState.CREATING
        return version.changed(provisioning_state=built, replication=regions)

    def _start_version(self, plan: Plan, version_id: str, tags: dict[str, str]) -> Operation:
        assert version_id not in self.versions, "it was begun twice"
        super()._start_version(plan, version_id, tags)
        assert self.version is not None
        self.versions[version_id], self.version = self.version, None
        self.begun[version_id] = self._now()
        self.done[version_id] = self._now() + self._takes(int(plan.source.name.removeprefix("web")))
        self.most = max(self.most, self.being_made)
        return Operation(url="https://x/op", seconds=10)

    def _start_promotion(self, version_id: str, *_: object, **__: object) -> Operation:
        self.versions[version_id] = self.versions[version_id].changed(exclude_from_latest=False)
        return Operation(url="https://x/update", seconds=60)


class Crowd(Play):
    """Migrations of many images, of which nobody is asked: each ends with its version eligible, and the source kept."""

    def __init__(self, patch: pytest.MonkeyPatch, takes: Callable[[int], timedelta]) -> None:
        super().__init__(patch, lambda now: AzureOfMany(now, takes))
        self.ids: list[str] = []

    @property
    def many(self) -> AzureOfMany:
        assert isinstance(self.azure, AzureOfMany)
        return self.azure

    def configure(self, **values: str) -> "Crowd":
        super().configure(**values)
        return self

    def by_the_clock(self) -> "Crowd":
        super().by_the_clock()
        return self

    def start_many(self, numbers: range) -> "Crowd":
        """Start as many at once, in the order of their numbers."""
        for number in numbers:
            image = self.many.add(number)
            start = start_by_request(
                MigrationRequest(source_image_id=image.id), image, Requester("someone"), settings()
            )
            self.ids.append(start.id)
            assert isinstance(asyncio.run(self._begun(start)), Run)
        self.stage.run()
        return self

    async def _begun(self, start: MigrationStart) -> object:
        return await begin(self.hub, start, await hold(start.id), settings())

    def runs(self) -> list[Run]:
        return [self.records.run(one) for one in self.ids]

    def until_all_ended(self, limit: timedelta) -> "Crowd":
        end = self.stage.now + limit
        while any(run.is_live for run in self.runs()):
            assert self.stage.now < end, f"still {[(run.phase, run.queued) for run in self.runs() if run.is_live]}"
            self.stage.advance(5 * MINUTE)
        return self


@contextmanager
def crowd_on_stage(takes: Callable[[int], timedelta]) -> Iterator[Crowd]:
    with pytest.MonkeyPatch.context() as patch:
        yield Crowd(patch, takes)
    settings.cache_clear()
