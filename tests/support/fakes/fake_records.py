"""The records in a table in memory: what a test puts there, and what happens between a look and the write after it."""

import json
from collections.abc import Callable
from typing import Any

from migration.record.image_record import ImageRecord
from migration.record.question import Question
from migration.record.run import Run
from migration.values.answer import Refusal
from records import index, runs, store
from records.chunks import joined, split
from tests.support.fakes.fake_table import Entity, FakeTable

type Step = Callable[[ImageRecord | None], ImageRecord | Refusal]


class FakeRecords(FakeTable):
    """Records, rows of the list and kept runs.

    `before_saving` are called, one a write of a record, between somebody's look and their write; `lost` are errors
    raised, one a write, after it has happened. `writes` counts writes of records.
    """

    def __init__(self) -> None:
        super().__init__()
        self.before_saving: list[Callable[[], object]] = []
        self.lost: list[Exception] = []
        self.writes = 0

    async def create_entity(self, entity: dict[str, Any]) -> dict[str, Any]:
        self._before(entity)
        return self._after(entity, await super().create_entity(entity))

    async def update_entity(self, entity: dict[str, Any], *, etag: str, **how: Any) -> dict[str, Any]:
        self._before(entity)
        return self._after(entity, await super().update_entity(entity, etag=etag, **how))

    def _before(self, entity: dict[str, Any]) -> None:
        if entity["PartitionKey"] == store.PARTITION and self.before_saving:
            self.before_saving.pop(0)()

    def _after(self, entity: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
        if entity["PartitionKey"] == store.PARTITION:
            self.writes += 1
            if self.lost:
                raise self.lost.pop(0)
        return written

    def put_text(self, migration_id: str, text: str, **columns: Any) -> None:
        """Write what need not be a record."""
        self.writes += 1
        self._put({"PartitionKey": store.PARTITION, "RowKey": migration_id, **split(text), **columns})

    def put(self, record: ImageRecord) -> None:
        """Write as somebody else, whatever was there."""
        lives = record.run is not None and record.run.stage != "ended"
        answered = record.answered.dump() if record.answered else {}
        columns = {
            f"answered{name[:1].upper()}{name[1:]}": value for name, value in answered.items() if value is not None
        }
        text = json.dumps(record.dump())
        self.put_text(record.migration_id, text, live=lives, format=record.format, **columns)

    def apply(self, migration_id: str, step: Step) -> None:
        """Change as somebody else."""
        result = step(self.get(migration_id))
        assert isinstance(result, ImageRecord), result
        self.put(result)

    def apply_to_run(self, migration_id: str, step: Callable[[Run], Run | Refusal]) -> None:
        """Change its run as somebody else."""
        self.apply(migration_id, lambda record: record.with_run(step(self.run(migration_id))) if record else _NOTHING)

    def get(self, migration_id: str) -> ImageRecord | None:
        row = self.rows.get((store.PARTITION, migration_id))
        return ImageRecord.model_validate_json(joined(row)) if row else None

    def forget(self, migration_id: str) -> None:
        """Delete as somebody with a right to the storage account might."""
        del self.rows[store.PARTITION, migration_id]

    def run(self, migration_id: str) -> Run:
        record = self.get(migration_id)
        assert record is not None
        assert record.run is not None
        return record.run

    def question(self, migration_id: str) -> Question:
        question = self.run(migration_id).question
        assert question is not None
        return question

    def listed(self) -> list[Entity]:
        """Rows of the list."""
        return [row for (partition, _), row in sorted(self.rows.items()) if partition == index.PARTITION]

    def kept(self) -> list[Run]:
        """Runs that are kept, the latest first."""
        rows = [row for (partition, _), row in sorted(self.rows.items()) if partition == runs.PARTITION]
        return [Run.model_validate_json(joined(row)) for row in rows]


_NOTHING = Refusal(code="NoRecord", message="there is no record")


class OfARecord:
    """What there is in the records of the image with this id."""

    id: str
    records: FakeRecords

    @property
    def record(self) -> ImageRecord:
        record = self.records.get(self.id)
        assert record is not None
        return record

    @property
    def run(self) -> Run:
        return self.records.run(self.id)

    @property
    def question(self) -> Question:
        return self.records.question(self.id)
