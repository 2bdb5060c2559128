"""An app whose table holds what so many migrations have left, nine ended for one live: records, rows and kept runs.

Two really ran, one to its end and one to its question; the others are copies of what these left. What looks after live
migrations every five minutes is switched off: it would find that the hub knows nothing of the copies.
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path

from migration.values.ids import instance_id_for
from tests.bench.burst import cpu_of
from tests.support.running.app import App
from tests.support.running.azure import running_azure
from tests.support.running.listed import copies
from tests.support.running.starting import running_app

LIVE_IN = 10  # one in so many
AT_ONCE = 100
HOUSEKEEPING_OFF = {"AzureWebJobs.keep_house.Disabled": "true", "AzureWebJobs.measure_migrations.Disabled": "true"}


@dataclass
class Grown:
    """The app, and the process that runs it."""

    app: App
    worker: int

    def cpu_of_migrations(self, count: int) -> float:
        """What the worker spends on so many migrations at once, from POST to the delete, in seconds."""
        images = [self.app.azure.seed_image("measured") for _ in range(count)]
        began = cpu_of(self.worker)
        ids = [self.app.start(image) for image in images]
        for one in ids:
            self.app.approve(self.app.waiting(one))
        assert {self.app.ended(one)["outcome"]["kind"] for one in ids} == {"Migrated"}
        return cpu_of(self.worker) - began

    def cpu_of_pages(self, count: int) -> float:
        """What the worker spends on the first page of the list, so many times, in seconds."""
        began = cpu_of(self.worker)
        for _ in range(count):
            assert len(self.app.call("GET", "migrations?top=50").json()["migrations"]) == 50
        return cpu_of(self.worker) - began


@contextmanager
def grown_to(count: int):
    before = _leaves(os.getpid())
    with running_azure() as azure, running_app(azure, **HOUSEKEEPING_OFF) as app:
        [worker] = _leaves(os.getpid()) - before
        ended, live = azure.seed_image("ended"), azure.seed_image("live")
        app.ended(app.start(ended, deleteSource="never", excludeFromLatest=True))
        app.waiting(app.start(live))
        left = {source: _left_by(azure, source) for source in (ended, live)}
        for source, share in ((ended, count - count // LIVE_IN), (live, count // LIVE_IN)):
            for some in batched(range(share), AT_ONCE, strict=False):
                others = [f"{source}-of-old-{number}" for number in some]
                azure.put_rows([row for one in left[source] for row in _as_left_by(one, source, others)])
        yield Grown(app, worker)


def _left_by(azure, source):
    """The rows of a migration: one of the list, its record, and one for each run that has ended."""
    rows = [row for partition in ("list", "image", "run") for row in azure.rows(partition)]
    return [row for row in rows if instance_id_for(source) in row["RowKey"]]


def _as_left_by(row, source, others):
    """The same row, as migrations of other images would have left it in the last weeks."""
    if row["PartitionKey"] != "list":
        return [_copy(row, source, other) for other in others]
    begin = datetime.now(UTC) - timedelta(days=30)
    return copies(row, others, begin=begin, phase=row["phase"], outcome=row["outcome"] or None)


def _copy(row, source, other):
    names = {source: other, instance_id_for(source): instance_id_for(other)}
    copied = {key: value for key, value in row.items() if key not in {"Timestamp", "odata.etag"}}
    for old, new in names.items():
        copied = {key: value.replace(old, new) if isinstance(value, str) else value for key, value in copied.items()}
    return copied


def _leaves(pid: int) -> set[int]:
    """The processes below this that have no child."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    children = {int(one) for task in tasks for one in (task / "children").read_text().split()}
    return set().union(*map(_leaves, children)) if children else {pid}
