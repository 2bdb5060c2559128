"""The store of records in memory: as the table, it takes a write only from whoever saw the last one."""

import json
from collections.abc import Callable
from typing import Any

from migration.approval.image_record import ImageRecord, Question

from migration.values.answer import Refusal
from records import store
from records.errors import RecordsUnavailableError
from records.table import ChangedMeanwhileError

type Step = Callable[[ImageRecord | None], ImageRecord | Refusal]


class FakeRecords:
    """Rows by migration, each with the number of its last write.

    `before_saving` are called, one a write, between somebody's look and their write; `lost` are errors raised, one a
    write, after it has happened. `is_down` raises for everything.
    """

    def __init__(self) -> None:
        self._rows: dict[str, tuple[int, str]] = {}
        self.before_saving: list[Callable[[], object]] = []
        self.lost: list[Exception] = []
        self.is_down = False
        self.writes = 0

    async def read(self, migration_id: str) -> Any:
        if self.is_down:
            raise RecordsUnavailableError("503: busy")
        row = self._rows.get(migration_id)
        return store._Row(row[1], str(row[0])) if row else None

    async def write(self, migration_id: str, record: ImageRecord, etag: str | None) -> str:
        if self.before_saving:
            self.before_saving.pop(0)()
        if self.is_down:
            raise RecordsUnavailableError("503: busy")
        current = self._rows.get(migration_id)
        if etag != (str(current[0]) if current else None):
            raise ChangedMeanwhileError("412")
        self._write(migration_id, record)
        if self.lost:
            raise self.lost.pop(0)
        return str(self.writes)

    def _write(self, migration_id: str, record: ImageRecord) -> None:
        self.put_text(migration_id, json.dumps(record.dump()))

    def put_text(self, migration_id: str, text: str) -> None:
        """Write what need not be a record."""
        self.writes += 1
        self._rows[migration_id] = (self.writes, text)

    def put(self, record: ImageRecord) -> None:
        """Write as somebody else, whatever was there."""
        self._write(record.migration_id, record)

    def apply(self, migration_id: str, step: Step) -> None:
        """Change as somebody else."""
        result = step(self.get(migration_id))
        assert isinstance(result, ImageRecord), result
        self.put(result)

    def get(self, migration_id: str) -> ImageRecord | None:
        row = self._rows.get(migration_id)
        return ImageRecord.model_validate_json(row[1]) if row else None

    def question(self, migration_id: str) -> Question:
        record = self.get(migration_id)
        assert record is not None
        assert record.question is not None
        return record.question
