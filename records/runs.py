"""What became of each migration of an image, kept across runs, purges and new task hubs: outcome and audit.

For reading only. A row a run, the latest first. Its key follows from what it says: writing it twice is harmless, and no
run can take another's place.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from migration.course.audit import AuditEntry
from migration.course.state import MigrationState
from migration.values.outcome import Outcome
from migration.values.record import Record
from records.chunks import joined, split
from records.table import answers, table

PARTITION = "run"
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


class Run(Record):
    """One migration of an image that has ended."""

    created_at: datetime
    requested_by: str
    image_version_id: str | None
    outcome: Outcome | None
    audit: list[AuditEntry]

    @classmethod
    def of(cls, state: MigrationState, at: datetime) -> "Run":
        return cls(
            created_at=state.created_at or at,
            requested_by=state.start.requested_by,
            image_version_id=state.image_version_id,
            outcome=state.outcome,
            audit=state.audit,
        )


async def keep(migration_id: str, run: Run) -> None:
    """Write what became of a run."""
    left = (_END_OF_TIME - run.created_at) // timedelta(milliseconds=1)
    text = json.dumps(run.dump())
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    entity: dict[str, Any] = {"PartitionKey": PARTITION, "RowKey": f"{migration_id}~{left:015d}~{digest}"}
    client = await table()
    async with answers():
        await client.upsert_entity(entity | split(text), mode="replace")


async def runs_of(migration_id: str) -> list[Run]:
    """Return the runs of an image, the latest first; one that cannot be read is left out."""
    wanted = f"PartitionKey eq '{PARTITION}' and RowKey ge @first and RowKey lt @last"
    parameters = {"first": f"{migration_id}~", "last": f"{migration_id}\x7f"}
    client = await table()
    found: list[Run] = []
    async with answers():
        async for entity in client.query_entities(wanted, parameters=parameters):
            try:
                found.append(Run.model_validate_json(joined(entity)))
            except (KeyError, ValueError, ValidationError):
                continue
    return found
