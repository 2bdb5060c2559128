"""The record of one source image: read, and changed by compare-and-swap. Whoever comes second decides anew."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from pydantic import ValidationError

from migration.approval.image_record import READER, TOO_NEW, Answered, ImageRecord
from migration.values.answer import Refusal
from records.chunks import joined, split
from records.errors import RecordsUnavailableError
from records.table import ChangedMeanwhileError, answers, table

PARTITION = "image"
_ANSWERED = ("fingerprint", "content", "shape", "deleted")
ATTEMPTS = 20  # fifty people who decide at once are told apart in a few


class _Held(NamedTuple):
    record: ImageRecord
    etag: str


async def load(migration_id: str) -> ImageRecord | None:
    """Return the record that migrations of an image share; None where nothing was ever asked about it."""
    held = await _load(migration_id)
    return held.record if held else None


async def change(
    migration_id: str, step: Callable[[ImageRecord | None], ImageRecord | Refusal]
) -> ImageRecord | Refusal:
    """Apply a step to the record as it is now, and again if somebody else was quicker; returns what stands then.

    A step must know its own work again: a write whose answer was lost has happened. What it has written in this very
    call, it need not even know: the SDK writes again where an answer was lost, and meets its own first write.
    """
    result: ImageRecord | Refusal | None = None
    for _ in range(ATTEMPTS):
        held = await _load(migration_id)
        if held is not None and held.record == result:
            return held.record
        if held is not None and held.record.oldest_reader > READER:
            return TOO_NEW  # writing it would lose what this code does not know, a lock among it
        result = step(held.record if held else None)
        if isinstance(result, Refusal) or (held is not None and result == held.record):
            return result
        try:
            await _save(migration_id, result, held)
        except ChangedMeanwhileError:
            continue
        return result
    raise RecordsUnavailableError(f"the record of {migration_id} is being changed by too many at once")


async def all_answered() -> dict[str, Answered]:
    """Return what was last answered, by migration id: a call for each thousand images."""
    client = await table()
    found = {}
    async with answers():
        columns = [f"answered{name.capitalize()}" for name in _ANSWERED]
        query = client.query_entities(
            f"PartitionKey eq '{PARTITION}'", select=["RowKey", *columns], results_per_page=1000
        )
        async for entity in query:
            values = {name: entity.get(column) for name, column in zip(_ANSWERED, columns, strict=True)}
            if values["fingerprint"] is not None:
                found[entity["RowKey"]] = Answered.model_validate(values)
    return found


async def _load(migration_id: str) -> _Held | None:
    client = await table()
    async with answers():
        try:
            entity = await client.get_entity(PARTITION, migration_id)
        except ResourceNotFoundError:
            return None
    try:
        return _Held(ImageRecord.model_validate_json(joined(entity)), str(entity.metadata["etag"]))
    except (KeyError, ValueError, ValidationError) as error:
        raise RecordsUnavailableError(f"the record of {migration_id} cannot be read: {type(error).__name__}") from error


async def _save(migration_id: str, record: ImageRecord, held: _Held | None) -> None:
    entity: dict[str, Any] = {"PartitionKey": PARTITION, "RowKey": migration_id, **split(json.dumps(record.dump()))}
    if record.answered is not None:
        entity |= {f"answered{name.capitalize()}": getattr(record.answered, name) for name in _ANSWERED}
    client = await table()
    async with answers():
        if held is None:
            await client.create_entity(entity)
        else:
            await client.update_entity(
                entity, mode="replace", etag=held.etag, match_condition=MatchConditions.IfNotModified
            )
