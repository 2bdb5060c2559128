"""The migrations in the task hub: read and woken. Callers never see Durable management URLs, only our own."""

import json
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from azure.durable_functions import DurableFunctionsClient
from durabletask.client import OrchestrationQuery, OrchestrationState, OrchestrationStatus

from migration.approval.approval import Approval
from migration.approval.image_record import ImageRecord
from migration.asking.settings import settings
from migration.asking.start import trusted_start
from migration.course.shortening import LONGEST_NAME, short, short_approval
from migration.course.state import WAITING_FOR, Ending, MigrationState, Status
from migration.values.ids import is_instance_id
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.index import Row

JUST_BEGUN = timedelta(minutes=1)  # a row is written a moment before its migration is started
ENDED = {OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED}
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Migration:
    """A migration as the hub knows it: `state` is that of the last phase begun, or the final one; None in lists."""

    id: str
    status: Status
    state: MigrationState | None
    outcome: Outcome | None
    is_live: bool
    updated_at: datetime

    @property
    def run(self) -> str:
        """Which start of the image this is."""
        return self.state.start.run if self.state else ""

    @property
    def approval(self) -> Approval | None:
        """The decision that counted, once there is one."""
        return self.status.approval

    @property
    def phase(self) -> Phase:
        return self.status.phase if self.is_live else Phase.DONE

    def vouched(self, record: ImageRecord | None) -> "Migration":
        """Return the migration with who asked by its signature, and who decided by the record."""
        run = self.run if self.state else record.question.start.run if record and record.question else ""
        decision = record.decision_on(run) if record else None
        told: dict[str, Any] = {"approval": None, "decided_at": None}
        if decision is not None:
            told = {"approval": short_approval(decision.approval), "decided_at": decision.at}
        if self.state is not None and settings().signing_key is not None:
            told["requested_by"] = short(trusted_start(self.state.start, settings()).requested_by, LONGEST_NAME)
        return replace(self, status=self.status.model_copy(update=told))

    @property
    def is_asking(self) -> bool:
        """Tell whether a question was asked and, as far as the hub knows, not decided yet."""
        asks = self.phase is Phase.AWAITING_APPROVAL and self.status.expires_at is not None
        return asks and self.status.approval is None

    @property
    def waiting_for(self) -> str | None:
        """What a migration waits for; an approval only where one would count."""
        if self.phase is Phase.AWAITING_APPROVAL and not self.is_asking:
            return None
        return WAITING_FOR.get(self.phase)


async def find(client: DurableFunctionsClient, migration_id: str) -> Migration | None:
    """Return a migration; None for an id that is none of ours."""
    if not is_instance_id(migration_id):
        return None
    instance = await _read(client, migration_id)
    return _migration(instance) if instance is not None else None


async def as_it_is(client: DurableFunctionsClient, row: Row) -> Migration:
    """Return the migration of a row of the list as it stands now; as the row has it, where the hub does not tell.

    One that the hub has lost, by a purge or with a new hub, is not under way any more.
    """
    known = from_row(row)
    if not row.live:
        return known
    try:
        instance = await _read_lean(client, row.id)
    except grpc.aio.AioRpcError as error:
        _LOG.warning("%s cannot be read from the task hub: %s", row.id, error.code())
        return known
    if instance is None:
        return replace(known, is_live=datetime.now(UTC) - known.updated_at < JUST_BEGUN)
    found = _migration(instance)
    return replace(found, status=found.status.model_copy(update=_of_people(row.status))) if found else known


def _of_people(status: Status) -> dict[str, Any]:
    """Return what a status says of people: a row has it from the record, the hub from anyone with the system key."""
    return {name: getattr(status, name) for name in ("requested_by", "approval", "decided_at")}


def from_row(row: Row) -> Migration:
    """Return a migration as the list has it."""
    return Migration(row.id, row.status, None, row.status.outcome, row.live, utc(row.updated_at))


async def _read(client: DurableFunctionsClient, migration_id: str) -> OrchestrationState | None:
    """Read an instance with its input; without, where somebody started it with one too large for a message."""
    try:
        return await client.get_orchestration_state(migration_id)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
            raise
    return await _read_lean(client, migration_id)


async def _read_lean(client: DurableFunctionsClient, migration_id: str) -> OrchestrationState | None:
    """Read an instance without its input. A query shows status and output then; reading it by its id would not."""
    query = OrchestrationQuery(instance_id_prefix=migration_id, fetch_inputs_and_outputs=False)
    found = await client.get_all_orchestration_states(query)
    return next((one for one in found if one.instance_id == migration_id), None)


async def is_live(client: DurableFunctionsClient, migration_id: str) -> bool:
    """Tell whether a migration is under way, without reading what it carries."""
    instance = await client.get_orchestration_state(migration_id, fetch_payloads=False)
    return instance is not None and instance.runtime_status not in ENDED


async def wake(client: DurableFunctionsClient, migration_id: str, event: str, payload: Any) -> None:
    """Raise one of the events a migration listens to. What was to be said stands in the record: it may fail."""
    try:
        await client.raise_orchestration_event(migration_id, event, data=payload)
    except grpc.aio.AioRpcError as error:
        _LOG.warning("%s could not be woken (%s): %s", migration_id, event, error.code())


def _migration(instance: OrchestrationState) -> Migration | None:
    if not is_instance_id(instance.instance_id):
        return None
    try:
        state, status = _state(instance), _status(instance)
    except (
        ValueError,
        RecursionError,
    ):  # whoever holds the system key can start an instance with any input: it is no migration
        return None
    if status is None and state is None:
        return None
    known = status or Status.of(state)  # type: ignore[arg-type]  # one of them is there
    return Migration(
        id=instance.instance_id,
        status=known,
        state=state,
        outcome=_outcome(instance, known),
        is_live=instance.runtime_status not in ENDED,
        updated_at=utc(instance.last_updated_at),
    )


def _state(instance: OrchestrationState) -> MigrationState | None:
    """Return the state of the last phase begun and, at the end, what that phase added."""
    if not instance.serialized_input:
        return None
    state = MigrationState.model_validate(json.loads(instance.serialized_input))
    if instance.runtime_status is OrchestrationStatus.COMPLETED and instance.serialized_output:
        return Ending.model_validate(json.loads(instance.serialized_output)).after(state)
    return state


def _status(instance: OrchestrationState) -> Status | None:
    custom = instance.serialized_custom_status
    return Status.model_validate(json.loads(custom)) if custom and custom != "null" else None


def _outcome(instance: OrchestrationState, status: Status) -> Outcome | None:
    """Return the outcome; one that the engine or an operator ended has none of its own and is given one."""
    ended_from_outside = instance.runtime_status in {OrchestrationStatus.TERMINATED, OrchestrationStatus.FAILED}
    if ended_from_outside and status.phase is Phase.DELETING_SOURCE:
        reason = "the migration was ended from outside while it deleted the source: look whether it still exists"
        return Outcome(kind=OutcomeKind.UNKNOWN, code="EndedWhileDeleting", reason=reason, step=status.phase)
    if instance.runtime_status is OrchestrationStatus.TERMINATED:
        return Outcome(kind=OutcomeKind.CANCELLED, code="Terminated", reason="ended by an operator", step=status.phase)
    if instance.runtime_status is OrchestrationStatus.FAILED:
        reason = instance.failure_details.message if instance.failure_details else "no reason was recorded"
        return Outcome(kind=OutcomeKind.FAILED, code="InternalError", reason=reason, step=status.phase)
    return status.outcome


def utc(moment: datetime) -> datetime:
    """Return an aware time: the engine's own are UTC without saying so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
