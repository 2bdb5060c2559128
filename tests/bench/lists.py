"""`make bench`: a page of the list out of a hundred thousand migrations beside one out of a thousand, in one run.

The rows are seeded, not run: nine of ten have ended, the others are of a hub that has lost them. Prints the ratio of
the medians and fails above the bar.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from dev.emulator.seed import managed_image
from dev.emulator.storage import front
from dev.emulator.storage.entities import key_in, properties_in
from dev.emulator.storage.tables import Tables
from migration.approval.image_record import new_record
from migration.course.state import Status
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records import index
from records.table import TABLE
from tests.e2e.app import App
from tests.e2e.conftest import running_app, running_azure

FEW, MANY = 1_000, 100_000
PAGE = 100
ROUNDS = 30
BAR = 2.0
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ENDED = Outcome(kind=OutcomeKind.MIGRATED, code="Migrated", reason="seeded", step=Phase.DELETING_SOURCE)


def status_of(number: int, image_id: str) -> Status:
    ended = number % 10 != 0
    return Status(
        source_image_id=image_id,
        image_version_id=None,
        phase=Phase.DONE if ended else Phase.REPLICATING,
        outcome=ENDED if ended else None,
        regions=[],
        waiting_for=None,
        requested_by="the benchmark",
        created_at=BEGIN,
        approval=None,
        expires_at=None,
        notes=[],
    )


def seeded(rows: int) -> type[Tables]:
    class Seeded(Tables):
        """Tables that hold the list from the beginning."""

        def create(self, name: str) -> None:
            super().create(name)
            if name.lower() != TABLE.lower():
                return
            table = self.table(name)
            for number in range(rows, 0, -1):  # the latest first, as they sort
                image_id = managed_image(f"seeded-{number}")["id"]
                record = new_record(image_id, BEGIN + timedelta(seconds=number))
                entity = index._entity(record, status_of(number, image_id), BEGIN)
                table.insert(key_in(entity), properties_in(entity))

    return Seeded


@contextmanager
def app_with(rows: int) -> Iterator[App]:
    with (
        patch.object(front, "Tables", seeded(rows)),
        running_azure() as azure,
        running_app(azure, MIGRATION_SWEEP="PT0S") as app,
    ):
        page_of(app)  # makes the table, and opens every connection
        yield app


def page_of(app: App) -> float:
    """Return the seconds that the first page took."""
    begun = time.perf_counter()
    answer = app.call("GET", f"migrations?top={PAGE}")
    seconds = time.perf_counter() - begun
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["migrations"]) == PAGE
    return seconds


def main() -> int:
    with ExitStack() as stack:
        few, many = (stack.enter_context(app_with(rows)) for rows in (FEW, MANY))
        pairs = [(page_of(few), page_of(many)) for _ in range(ROUNDS)]
    of_few, of_many = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
    ratio = of_many / of_few
    for rows, seconds in ((FEW, of_few), (MANY, of_many)):
        print(f"a page of {PAGE} out of {rows:>7,}: {seconds * 1000:.0f} ms")
    print(f"{ratio:.2f} times as long; at most {BAR:.0f} is allowed")
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
