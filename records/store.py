"""The record of one source image: read, and changed by compare-and-swap on its etag (optimistic concurrency).

Whoever comes second decides anew.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from migration.record.image_record import Answered, ImageRecord
from migration.record.run import Run, RunStage
from migration.resources.copy_identity import CopyIdentity
from migration.values.answer import Refusal
from migration.values.lengths import STORED
from migration.values.value import READER
from records.chunks import as_json, joined, read_json, split
from records.earlier import ANSWERED, earlier_answer
from records.errors import RecordsUnavailableError, RecordTooNewError, RecordUnreadableError
from records.table import ChangedMeanwhileError, find, rows_where, write

PARTITION = "image"
_COLUMNS = (*ANSWERED, "off", "refusedAt")
_LOG = logging.getLogger(__name__)
ATTEMPTS = 20  # fifty people who decide at once are told apart in a few


class _Row(NamedTuple):
    text: str
    etag: str


@dataclass
class Held:
    """The record as this caller last saw it (None: there is none), with the etag that goes with it.

    It is no authority: it may be out of date. Whoever changes it is found out by its etag, and sees what stands then.
    """

    migration_id: str
    record: ImageRecord | None = None
    etag: str | None = None

    @property
    def run(self) -> Run | None:
        return self.record.run if self.record else None

    @property
    def answered(self) -> Answered | None:
        return self.record.answered if self.record else None

    @property
    def copies(self) -> list[CopyIdentity]:
        return self.record.copies if self.record else []


async def hold(migration_id: str) -> Held:
    """Read the record that migrations of an image share, to change it later without reading it twice."""
    return await look_again(Held(migration_id))


async def load(migration_id: str) -> ImageRecord | None:
    """Return the record that migrations of an image share; None where nothing was ever asked about it."""
    return (await hold(migration_id)).record


async def look_again(held: Held) -> Held:
    """Bring up to date what is held; its text is parsed only if somebody has written since."""
    found = await _read_row(held.migration_id)
    if found is None:
        held.record, held.etag = None, None
    elif found.etag != held.etag:
        held.record, held.etag = _record_in(held.migration_id, found.text), found.etag
    return held


async def change(
    known: Held | str, step: Callable[[ImageRecord | None], ImageRecord | Refusal]
) -> ImageRecord | Refusal:
    """Apply a step to the record as it is now, and again if somebody else was quicker; returns what stands then.

    What is held already (else: of this migration id) is not read again: it is written only if its etag still fits, and
    then nobody has written since; otherwise it is read anew and the step decides anew. What is held is up to date after
    a write. A step must be idempotent: a write whose response was lost has happened. What it has written in this very
    call, it need not even know: the SDK writes again where a response was lost, and meets its own first write.
    """
    held = known if isinstance(known, Held) else await hold(known)
    result: ImageRecord | Refusal | None = None
    for _ in range(ATTEMPTS):
        if held.record is not None and held.record == result:
            return held.record
        result = step(held.record)
        if isinstance(result, Refusal) or result == held.record:
            return result
        result = result.changed(updated_at=datetime.now(UTC))
        try:
            held.etag = await _write_row(held.migration_id, result, held.etag)
        except ChangedMeanwhileError:
            await look_again(held)
            continue
        held.record = result
        return result
    raise RecordsUnavailableError(f"the record of {held.migration_id} is being changed by too many at once")


async def all_answered() -> dict[str, Answered]:
    """Return what was last answered, by migration id: a call for each thousand images."""
    found = {}
    async for entity in rows_where(f"PartitionKey eq '{PARTITION}'", ["RowKey", *map(_column, _COLUMNS)]):
        try:
            answered = _answered(entity)
        except ValueError as error:
            _LOG.warning("%s: what was answered cannot be read: %s", entity.get("RowKey"), type(error).__name__)
            continue
        if answered is not None:
            found[entity["RowKey"]] = answered
    return found


async def earlier_answer_of(earlier_id: str) -> Answered | None:
    """Return what the release before last answered about an image, by the id it had then."""
    entity = await find(PARTITION, earlier_id)
    return earlier_answer(entity) if entity is not None else None


async def unfinished() -> list[str]:
    """Return the ids of migrations whose latest run has not ended, or of which people are still to be told."""
    wanted = f"PartitionKey eq '{PARTITION}' and live eq true"
    return [entity["RowKey"] async for entity in rows_where(wanted, ["RowKey"])]


def _column(name: str) -> str:
    return f"answered{name[:1].upper()}{name[1:]}"


def _answered(entity: dict[str, Any]) -> Answered | None:
    """Return what the columns of a record say; a release before knew fewer of them."""
    known = earlier_answer(entity)
    if known is None:
        return None
    later = {"off": entity.get(_column("off"), False), "refusedAt": entity.get(_column("refusedAt"))}
    return Answered.model_validate(known.dump() | later)


async def _read_row(migration_id: str) -> _Row | None:
    entity = await find(PARTITION, migration_id)
    if entity is None:
        return None
    try:
        return _Row(joined(entity), str(entity.metadata["etag"]))
    except ValueError as error:
        raise _unreadable(migration_id, error) from error


def _record_in(migration_id: str, text: str) -> ImageRecord:
    """Read a record; one that only a later release may act on is told apart from one that makes no sense."""
    try:
        document = read_json(text)
        if document.get("oldestReader", READER) > READER:
            raise RecordTooNewError(f"the record of {migration_id} was written by a newer version of this app")
        return ImageRecord.model_validate(document, context=STORED)
    except (AttributeError, TypeError, ValueError) as error:
        raise _unreadable(migration_id, error) from error


def _unreadable(migration_id: str, error: Exception) -> RecordUnreadableError:
    return RecordUnreadableError(f"the record of {migration_id} cannot be read: {type(error).__name__}")


async def _write_row(migration_id: str, record: ImageRecord, etag: str | None) -> str:
    """Write over what has this etag (None: where nothing is); returns the etag that it has from now on."""
    entity: dict[str, Any] = {
        "PartitionKey": PARTITION,
        "RowKey": migration_id,
        "format": record.format,
        "live": record.run is not None and (record.run.stage is not RunStage.ENDED or bool(record.run.all_owed)),
        **split(as_json(record.dump())),
    }
    if record.answered is not None:
        answered = record.answered.dump()
        entity |= {_column(name): answered[name] for name in _COLUMNS if answered[name] is not None}
    return await write(entity, etag)
