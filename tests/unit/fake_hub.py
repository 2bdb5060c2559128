"""The durable client of a task hub that a test fills with instances."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import grpc
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus

from migration import names


class Hub:
    """As much of the durable client as the app needs: the instances it was given, too large ones, and broken ones.

    `started` are the ids that were started, `heard` the events that were raised.
    """

    def __init__(self, *instances: OrchestrationState) -> None:
        self._instances = instances
        self.too_large: set[str] = set()
        self.down = False
        self.started: list[str] = []
        self.heard: list[str] = []

    async def get_orchestration_state(
        self, instance_id: str, *, fetch_payloads: bool = True
    ) -> OrchestrationState | None:
        if self.down:
            raise _error(grpc.StatusCode.UNAVAILABLE)
        if fetch_payloads and instance_id in self.too_large:
            raise _error(grpc.StatusCode.RESOURCE_EXHAUSTED)
        found = next((one for one in self._instances if one.instance_id == instance_id), None)
        return found if found is None or fetch_payloads else replace(found, serialized_input=None)

    async def get_all_orchestration_states(self, query: OrchestrationQuery) -> list[OrchestrationState]:
        if self.down:
            raise _error(grpc.StatusCode.UNAVAILABLE)
        known = (one for one in self._instances if one.instance_id.startswith(query.instance_id_prefix or ""))
        return [replace(one, serialized_input=None) for one in known]

    async def schedule_new_orchestration(self, _name: str, *, instance_id: str, **_input: Any) -> None:
        self.started.append(instance_id)

    async def raise_orchestration_event(self, _id: str, event: str, **_payload: Any) -> None:
        self.heard.append(event)


def _error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata())


def instance(
    instance_id: str,
    serialized_input: str | None,
    runtime_status: OrchestrationStatus = OrchestrationStatus.RUNNING,
    **payloads: Any,
) -> OrchestrationState:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return OrchestrationState(
        instance_id=instance_id,
        name=names.MIGRATE_IMAGE,
        runtime_status=runtime_status,
        created_at=now,
        last_updated_at=now,
        serialized_input=serialized_input,
        serialized_output=payloads.get("output"),
        serialized_custom_status=payloads.get("status"),
        failure_details=None,
    )
