"""The migrations in the task hub: read, start, steer. Callers never see Durable management URLs, only our own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import grpc
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus

from migration import names
from migration.approval import Approval
from migration.endings import asked_again
from migration.ids import is_instance_id
from migration.outcome import Outcome, OutcomeKind, Phase
from migration.state import WAITING_FOR, MigrationStart, MigrationState, Status
from telemetry.measuring import count_start
from telemetry.tracing import start_span

INSTANCE_PREFIX = "migrate-"
ENDED = {OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED}


@dataclass(frozen=True)
class Migration:
    """A migration as the hub knows it.

    `status` is None until its first phase has begun; `state` is that of the last phase begun, or the final one.
    """

    instance: OrchestrationState
    state: MigrationState
    status: Status | None
    outcome: Outcome | None

    @property
    def id(self) -> str:
        return self.instance.instance_id

    @property
    def approval(self) -> Approval | None:
        """The decision that counted, once there is one."""
        return self.status.approval if self.status else None

    @property
    def is_live(self) -> bool:
        return self.instance.runtime_status not in ENDED

    @property
    def deleted_source(self) -> bool:
        return self.outcome is not None and self.outcome.kind is OutcomeKind.MIGRATED

    @property
    def phase(self) -> Phase:
        return Phase.DONE if not self.is_live else self.status.phase if self.status else Phase.PLANNING

    def is_asking(self, round_: int | None = None) -> bool:
        """Tell whether a question (that of this round) was asked and not decided yet; earlier answers are dropped."""
        return (
            self.phase is Phase.AWAITING_APPROVAL
            and self.status is not None
            and self.status.expires_at is not None
            and self.status.approval is None
            and round_ in {None, self.state.round}
        )

    @property
    def waiting_for(self) -> str | None:
        """What a migration waits for; an approval only where one would count."""
        if self.phase is Phase.AWAITING_APPROVAL and not self.is_asking():
            return None
        return WAITING_FOR.get(self.phase)


async def find(client: DurableFunctionsClient, migration_id: str) -> Migration | None:
    """Return a migration; None for an id that is none of ours."""
    if not is_instance_id(migration_id):
        return None
    instance = await client.get_orchestration_state(migration_id)
    return _migration(instance) if instance is not None else None


async def find_all(client: DurableFunctionsClient, *, live_only: bool = False) -> list[Migration]:
    """Return every migration in the hub, or those that have not ended, the latest change first."""
    statuses = [status for status in OrchestrationStatus if status not in ENDED] if live_only else None
    query = OrchestrationQuery(
        instance_id_prefix=INSTANCE_PREFIX, runtime_status=statuses, fetch_inputs_and_outputs=True
    )
    found = [_migration(instance) for instance in await client.get_all_orchestration_states(query)]
    return sorted((one for one in found if one), key=lambda one: one.instance.last_updated_at, reverse=True)


async def start(client: DurableFunctionsClient, start_with: MigrationStart) -> bool:
    """Start a migration; False where one of the same source is live, which the hub decides atomically."""
    state = MigrationState(start=start_with, created_at=datetime.now(UTC))
    try:
        with start_span(start_with):
            await client.schedule_new_orchestration(names.MIGRATE_IMAGE, input=state.dump(), instance_id=start_with.id)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.ALREADY_EXISTS:
            raise
        return False
    count_start(start_with.asked_by)
    return True


async def tell(client: DurableFunctionsClient, migration_id: str, event: str, payload: Any) -> None:
    """Raise one of the events a migration listens to."""
    await client.raise_orchestration_event(migration_id, event, data=payload)


async def ask_again(client: DurableFunctionsClient, migration: Migration) -> bool:
    """Start a migration whose source was kept again at its verification; False where that cannot be."""
    again = asked_again(migration.state)
    if again is None or migration.is_live:
        return False
    await client.schedule_new_orchestration(names.MIGRATE_IMAGE, input=again.dump(), instance_id=migration.id)
    return True


def _migration(instance: OrchestrationState) -> Migration | None:
    if not is_instance_id(instance.instance_id) or not instance.serialized_input:
        return None
    ended = instance.runtime_status is OrchestrationStatus.COMPLETED and instance.serialized_output
    try:
        state = MigrationState.model_validate(json.loads(ended or instance.serialized_input))
    except ValueError:  # whoever holds the system key can start an instance with any input: it is no migration
        return None
    custom = instance.serialized_custom_status
    status = Status.model_validate(json.loads(custom)) if custom and custom != "null" else None
    return Migration(instance, state, status, _outcome(instance, state) or (status.outcome if status else None))


def _outcome(instance: OrchestrationState, state: MigrationState) -> Outcome | None:
    """Return the outcome; one that the engine or an operator ended has none of its own and is given one."""
    if instance.runtime_status is OrchestrationStatus.TERMINATED:
        return Outcome(kind=OutcomeKind.CANCELLED, code="Terminated", reason="ended by an operator", step=state.phase)
    if instance.runtime_status is OrchestrationStatus.FAILED:
        reason = instance.failure_details.message if instance.failure_details else "no reason was recorded"
        return Outcome(kind=OutcomeKind.FAILED, code="InternalError", reason=reason, step=state.phase)
    return state.outcome
