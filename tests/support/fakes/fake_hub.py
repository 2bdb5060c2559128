"""A task hub that a test fills with orchestrations, as the use cases see it, and the durable client of one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import grpc
from durabletask.client import OrchestrationState, OrchestrationStatus

from hub.task_hub import HubUnavailableError
from migration import names
from migration.course.standing import Hint


@dataclass
class FakeHub:
    """Orchestrations by id: `live` ones, the `phases` they say they are in, those `started` with their hints, events
    `heard`, histories `purged`, images of which people are `telling`, `fleets` that were started.

    Telling `ends_as` this as soon as it was started, or with None never. A hub that is `down` gives no answer; one that
    `takes_nothing` answers all but starts.
    """

    live: set[str] = field(default_factory=set)
    phases: dict[str, str] = field(default_factory=dict)
    started: list[tuple[str, Hint]] = field(default_factory=list)
    heard: list[tuple[str, str]] = field(default_factory=list)
    purged: list[str] = field(default_factory=list)
    telling: list[str] = field(default_factory=list)
    fleets: list[str] = field(default_factory=list)
    ends_as: str | None = "COMPLETED"
    down: bool = False
    takes_nothing: bool = False

    async def is_live(self, migration_id: str) -> bool:
        self._answer()
        return migration_id in self.live

    async def phase(self, migration_id: str) -> str | None:
        self._answer()
        return self.phases.get(migration_id)

    async def start(self, migration_id: str, hint: Hint) -> bool:
        self._answer()
        if self.takes_nothing:
            raise HubUnavailableError("RESOURCE_EXHAUSTED")
        if migration_id in self.live:
            return False
        self.live.add(migration_id)
        self.started.append((migration_id, hint))
        return True

    async def tell(self, migration_id: str) -> bool:
        self._answer()
        if migration_id in self.telling:
            return False
        self.telling.append(migration_id)
        return True

    async def start_fleet(self, fleet_id: str) -> bool:
        self._answer()
        if self.takes_nothing:
            raise HubUnavailableError("RESOURCE_EXHAUSTED")
        if fleet_id in self.live:
            return False
        self.live.add(fleet_id)
        self.fleets.append(fleet_id)
        return True

    async def how_telling_ended(self, migration_id: str) -> str | None:
        self._answer()
        return self.ends_as if migration_id in self.telling else None

    async def wake(self, migration_id: str, event: str, payload: Any) -> None:
        self._answer()
        self.heard.append((migration_id, event))

    async def purge(self, migration_id: str) -> None:
        self._answer()
        self.live.discard(migration_id)
        self.purged.append(migration_id)

    def _answer(self) -> None:
        if self.down:
            raise HubUnavailableError("UNAVAILABLE")

    @property
    def started_ids(self) -> list[str]:
        return [migration_id for migration_id, _ in self.started]


class FakeClient:
    """As much of the durable client as the app needs, over such a hub; `says` is what it answers if it fails."""

    def __init__(self, hub: FakeHub | None = None, says: grpc.StatusCode | None = None) -> None:
        self.hub = hub or FakeHub()
        self.says = says
        self.status = OrchestrationStatus.RUNNING

    async def get_orchestration_state(
        self, instance_id: str, *, fetch_payloads: bool = True
    ) -> OrchestrationState | None:
        self._answer()
        if how := await self.hub.how_telling_ended(instance_id):
            return instance(instance_id, OrchestrationStatus[how])
        return instance(instance_id, self.status) if instance_id in self.hub.live else None

    async def schedule_new_orchestration(self, name: str, *, input: Any, instance_id: str) -> None:  # noqa: A002 - its own
        self._answer()
        if name == names.TELL_PEOPLE:
            if not await self.hub.tell(instance_id):
                raise grpc_error(grpc.StatusCode.ALREADY_EXISTS)
        elif name == names.MIGRATE_FLEET:
            if not await self.hub.start_fleet(instance_id):
                raise grpc_error(grpc.StatusCode.ALREADY_EXISTS)
        elif not await self.hub.start(instance_id, Hint.model_validate(input)):
            raise grpc_error(grpc.StatusCode.ALREADY_EXISTS)

    async def raise_orchestration_event(self, instance_id: str, event: str, *, data: Any) -> None:
        self._answer()
        await self.hub.wake(instance_id, event, data)

    async def purge_orchestration(self, instance_id: str) -> None:
        self._answer()
        await self.hub.purge(instance_id)

    def _answer(self) -> None:
        if self.says is not None:
            raise grpc_error(self.says)


def grpc_error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), None, None)


def instance(instance_id: str, runtime_status: OrchestrationStatus) -> OrchestrationState:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return OrchestrationState(
        instance_id=instance_id,
        name=names.MIGRATE_IMAGE,
        runtime_status=runtime_status,
        created_at=now,
        last_updated_at=now,
        serialized_input=None,
        serialized_output=None,
        serialized_custom_status=None,
        failure_details=None,
    )
