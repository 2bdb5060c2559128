"""Begins migrations, and has their question asked anew: signed, because only here it is known who wants it."""

import uuid
from datetime import UTC, datetime

import grpc
from azure.durable_functions import DurableFunctionsClient

from migration import names
from migration.approval.image_record import ImageRecord, Question, Stage, new_record
from migration.approval.opening import asked_anew, next_start_at
from migration.asking.settings import has_storage, settings
from migration.asking.start import MigrationStart, Patience, signed_start, trusted_start
from migration.course.endings import asked_again, can_ask_again
from migration.course.starting import Requester
from migration.course.state import MigrationState, Status
from migration.values.answer import Refusal
from records.index import announce
from records.store import Held, change
from telemetry.measuring import count_start
from telemetry.tracing import start_span
from triggers.steering import hub


async def start(client: DurableFunctionsClient, start_with: MigrationStart, held: Held | None = None) -> bool:
    """Start a migration, signed; False where the hub says that one of the same source is live.

    That is advice: several callers at once may all be told that they started it, and one migration runs.
    `held` is the record, where the caller has looked at it already.
    """
    now = datetime.now(UTC)
    record = await _record(start_with, held, now)
    signed = signed_start(start_with, uuid.uuid4().hex, next_start_at(record, now), settings())
    state = MigrationState(start=signed, created_at=now)
    if record is not None:
        await announce(record, Status.of(state), now)
    with start_span(signed):
        if not await _schedule(client, state):
            return False
    count_start(signed.asked_by)
    return True


async def _schedule(client: DurableFunctionsClient, state: MigrationState) -> bool:
    """Hand a state to the hub; False where it says that a migration of the same source is live."""
    try:
        await client.schedule_new_orchestration(names.MIGRATE_IMAGE, input=state.dump(), instance_id=state.start.id)
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.ALREADY_EXISTS:
            raise
        return False
    return True


async def _record(begun: MigrationStart, held: Held | None, now: datetime) -> ImageRecord | None:
    """Return the record of an image, made if it is the first; None where the app has no storage for records."""
    if not has_storage(settings()):
        return None
    found = await change(held or begun.id, lambda known: known or new_record(begun.source_image_id, now))
    return found if isinstance(found, ImageRecord) else None


async def ask_again(
    client: DurableFunctionsClient, migration: hub.Migration, held: Held, requester: Requester
) -> Refusal | None:
    """Have the question asked anew, by somebody who becomes its requester; returns why that cannot be, or None.

    An open question is replaced; a migration whose source was kept goes on at its verification.
    """
    record, question, state = held.record, held.question, migration.state
    is_open = question is not None and question.stage is Stage.OPEN
    if state is None or not (is_open if migration.is_live else can_ask_again(migration.outcome)):
        return Refusal(code="NothingToAsk", message="no version of it waits for a decision about its source")
    known = question.start if question else trusted_start(state.start, settings())
    asked = {
        "asked_by": "request",
        "requested_by": requester.name,
        "requester_ids": list(requester.ids),
        "patience": Patience.of(settings()),
    }
    start = signed_start(
        known.model_copy(update=asked), uuid.uuid4().hex, next_start_at(record, datetime.now(UTC)), settings()
    )
    result = await change(held, lambda now: _wished(now, question, start, is_live=migration.is_live))
    if isinstance(result, Refusal):
        return result
    if migration.is_live:
        await hub.wake(client, migration.id, names.APPROVAL_EVENT, {"look": True})
    elif not await _schedule(client, asked_again(state, start)):
        return Refusal(code="UnderWay", message="somebody has started a migration of this image a moment ago")
    return None


def _wished(
    record: ImageRecord | None, seen: Question | None, start: MigrationStart, *, is_live: bool
) -> ImageRecord | Refusal:
    """Note the wish, if the question is the one that was seen: whether its migration is live is known of no other."""
    current = record.question if record else None
    if (current and current.id) != (seen and seen.id):
        return Refusal(code="AskedAlready", message="it was asked again a moment ago")
    return asked_anew(record, start, is_live=is_live)
