"""Azure as one migration sees it on stage: an image, the copy that becomes of it, and what a test lets go wrong."""

import inspect
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from arm.transport.errors import ArmUnavailableError
from migration.plan.plan import Plan, PlanResult
from migration.promise.evidence import Consumer
from migration.resources.gallery import Gallery, ImageDefinition, ImageVersion, RegionReplication
from migration.resources.image import ManagedImage
from migration.resources.operation import Operation, OperationStatus
from migration.resources.states import ProvisioningState, ReplicationState
from migration.values.answer import Refusal
from migration.values.problems import Problem
from tests.support.samples import make_image, make_plan

UPDATE, DELETE = "https://x/update", "https://x/delete"


class AzureOnStage:
    """What the functions of `arm` answer, by the names under which activities know them.

    `answers` is what one of them answers instead: a value, an error that is raised, or a function of what it was asked.
    `error` is raised by all of them.
    `progress` is that of the slow region in percent, also as a function; after a promotion it is `progress_then`.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.plan = make_plan()
        self.problems: list[Problem] = []
        self.image: ManagedImage | None = make_image()
        self.gallery: Gallery | None = self.plan.gallery
        self.definition: ImageDefinition | None = None
        self.version: ImageVersion | None = None
        self.others: list[ImageVersion] = []
        self.consumers: dict[str, list[Consumer]] = {}
        self.progress: int | Callable[[], int] = 100
        self.progress_then: int | Callable[[], int] = 100
        self.deleting_takes = timedelta(0)
        self.gone_at: datetime | None = None
        self.tags: dict[str, dict[str, str]] = {}
        self.answers: dict[str, Any] = {}
        self.error: Exception | None = None
        self.asked: Counter[str] = Counter()

    def knows(self, name: str) -> bool:
        return hasattr(self, f"_{name}")

    def stand_in(self, name: str) -> Callable[..., Awaitable[Any]]:
        """Return what an activity calls in place of this function of `arm`."""

        async def answer(*asked: Any, **options: Any) -> Any:
            self.asked[name] += 1
            if self.error is not None:
                raise self.error
            said = self.answers.get(name, getattr(self, f"_{name}"))
            if isinstance(said, Exception):
                raise said
            if not callable(said):
                return said
            result = said(*asked, **options)
            return await result if inspect.isawaitable(result) else result

        return answer

    def _draw_up_plan(self, _start: object, _settings: object, _copies: object = ()) -> PlanResult:
        return PlanResult(problems=self.problems) if self.problems else PlanResult(plan=self.plan)

    def _get_gallery(self, _id: str) -> Gallery | None:
        return self.gallery

    def _get_definition(self, _id: str) -> ImageDefinition | None:
        return self.definition

    def _start_definition(self, wanted: ImageDefinition, tags: dict[str, str]) -> None:
        self.definition = wanted.changed(tags=tags)

    def _get_image(self, _id: str) -> ManagedImage | None:
        if self.gone_at is not None and self._now() >= self.gone_at:
            self.image, self.gone_at = None, None
        return self.image

    def _is_gone(self, resource_id: str) -> bool:
        held: list[Any] = [self.image, self.version, self.gallery, self.definition]
        return all(one is None or one.id != resource_id for one in held)

    async def _get_unless_gone(self, read: Callable[[str], Awaitable[Any]], resource_id: str) -> Any:
        found = await read(resource_id)
        if found is None and not self._is_gone(resource_id):
            raise ArmUnavailableError("NotSeen", f"{resource_id} was not found, and is listed")
        return found

    def _get_version(self, _id: str, **_: bool) -> ImageVersion | None:
        if self.version is None:
            return None
        progress = self.progress() if callable(self.progress) else self.progress
        done = RegionReplication(name="eastus", state=ReplicationState.COMPLETED, progress=100)
        slow = done.changed(name="westus2", progress=progress)
        slow = slow if progress == 100 else slow.changed(state=ReplicationState.REPLICATING)
        state = ProvisioningState.SUCCEEDED if progress == 100 else ProvisioningState.UPDATING
        return self.version.changed(provisioning_state=state, replication=[done, slow])

    def _list_versions(self, _definition: str, _not_before: datetime | None = None) -> list[ImageVersion]:
        return [*self.others, *([self.version] if self.version else [])]

    def _start_version(self, plan: Plan, version_id: str, tags: dict[str, str]) -> Operation:
        self.version = ImageVersion(
            id=version_id,
            name=version_id.rpartition("/")[2],
            location="eastus",
            provisioning_state=ProvisioningState.CREATING,
            source_id=plan.source.id,
            target_regions=plan.target_regions,
            exclude_from_latest=True,
            published_at=self._now(),
            tags=tags,
        )
        return Operation(url="https://x/op", seconds=10)

    def _start_version_update(self, _id: str, **_changes: Any) -> None:
        return None

    def _start_promotion(
        self,
        version_id: str,
        against: Callable[[ImageVersion | None], Refusal | None],
        *,
        excluded: bool,
        safety: dict[str, bool],
    ) -> Operation | Refusal:
        refusal = against(self._get_version(version_id))
        if refusal is not None or self.version is None:
            return refusal or Refusal(code="VersionNotFound", message="no version")
        self.version = self.version.changed(
            exclude_from_latest=excluded,
            protected=safety.get("blockDeletionBeforeEndOfLife", False),
            region_deletion_allowed=safety["allowDeletionOfReplicatedLocations"],
        )
        self.progress = self.progress_then
        return Operation(url=UPDATE, seconds=60)

    def _start_exclusion(
        self, version_id: str, against: Callable[[ImageVersion | None], Refusal | None]
    ) -> Operation | Refusal | None:
        known = next((one for one in self._list_versions("") if one.id == version_id), None)
        refusal = against(known)
        if refusal is not None or known is None:
            return refusal
        if known == self.version:
            self.version = known.changed(exclude_from_latest=True)
        self.others = [one.changed(exclude_from_latest=True) if one == known else one for one in self.others]
        return None if known.exclude_from_latest else Operation(url=UPDATE, seconds=60)

    def _follow(self, url: str) -> OperationStatus:
        busy = url == DELETE and self.gone_at is not None and self._now() < self.gone_at
        return OperationStatus(state="Running" if busy else "Succeeded", seconds=30)

    def _find_consumers(self, _id: str, _not_before: datetime) -> list[Consumer]:
        return self.consumers.get(_id, [])

    def _find_consumers_of(self, ids: Sequence[str], _home: str, _not_before: datetime) -> list[list[Consumer]]:
        return [self.consumers.get(one, []) for one in ids]

    def _find_locks(self, _id: str, _not_before: datetime) -> list[Any]:
        return []

    def _start_delete(self, _id: str) -> Operation:
        self.gone_at = self._now() + self.deleting_takes
        if self.image is not None and self.deleting_takes:
            self.image = self.image.changed(provisioning_state=ProvisioningState.DELETING)
        return Operation(url=DELETE, seconds=30)

    def _merge_tags(self, resource_id: str, tags: dict[str, str]) -> None:
        self.tags[resource_id] = self.tags.get(resource_id, {}) | tags
