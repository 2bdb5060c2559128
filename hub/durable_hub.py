"""The task hub behind the durable client. Callers never see Durable management URLs, only our own."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationStatus

from hub.task_hub import HubUnavailableError
from migration import names
from migration.course.standing import Hint
from migration.values.ids import teller_of

ENDED = {OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED}


class DurableHub:
    """What the use cases need of the task hub, by the client of one call of a function."""

    def __init__(self, client: DurableFunctionsClient) -> None:
        self._client = client

    async def is_live(self, migration_id: str) -> bool:
        """Tell whether a migration is under way, without reading what it carries."""
        async with _answers():
            instance = await self._client.get_orchestration_state(migration_id, fetch_payloads=False)
        return instance is not None and instance.runtime_status not in ENDED

    async def phase(self, migration_id: str) -> str | None:
        """Return the phase of the custom status, which tells nothing but where the orchestration stands."""
        async with _answers():
            instance = await self._client.get_orchestration_state(migration_id)
        try:
            status = json.loads(instance.serialized_custom_status or "null") if instance else None
        except (ValueError, RecursionError):
            return None
        said = status.get("phase") if isinstance(status, dict) else None
        return said if isinstance(said, str) else None

    async def start(self, migration_id: str, hint: Hint) -> bool:
        """Start an orchestration; False where one is live."""
        return await self._schedule(names.MIGRATE_IMAGE, migration_id, hint.dump())

    async def tell(self, migration_id: str) -> bool:
        """Start the one that tells what is owed of an image; False where it is live."""
        return await self._schedule(names.TELL_PEOPLE, teller_of(migration_id), None)

    async def start_fleet(self, fleet_id: str) -> bool:
        """Start the one that carries a fleet; False where it is live. Its id is all that it is told."""
        return await self._schedule(names.MIGRATE_FLEET, fleet_id, None)

    async def how_telling_ended(self, migration_id: str) -> str | None:
        """Return how the orchestration that tells ended; None for none that has."""
        async with _answers():
            instance = await self._client.get_orchestration_state(teller_of(migration_id), fetch_payloads=False)
        return instance.runtime_status.name if instance is not None and instance.runtime_status in ENDED else None

    async def _schedule(self, name: str, instance_id: str, payload: Any) -> bool:
        try:
            async with _answers():
                await self._client.schedule_new_orchestration(name, input=payload, instance_id=instance_id)
        except HubUnavailableError as error:
            if error.status != grpc.StatusCode.ALREADY_EXISTS.name:
                raise
            return False
        return True

    async def wake(self, migration_id: str, event: str, payload: Any) -> None:
        """Raise one of the events a migration listens to."""
        async with _answers():
            await self._client.raise_orchestration_event(migration_id, event, data=payload)

    async def purge(self, migration_id: str) -> None:
        """Remove the histories of a migration that has ended, and of what was told of it."""
        for instance_id in (migration_id, teller_of(migration_id)):
            async with _answers():
                await self._client.purge_orchestration(instance_id)


@asynccontextmanager
async def _answers() -> AsyncIterator[None]:
    """Turn what the client raises into ours."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise HubUnavailableError(error.code().name) from error
