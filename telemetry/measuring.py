"""The metrics of migrations. Times are minutes and hours, the units in which operators think of them."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from opentelemetry import metrics
from opentelemetry.metrics import Meter

from migration.record.run import Run
from migration.values.outcome import Phase
from telemetry.exporting import set_up

_MOST_COUNTED = 1000
_counted: set[str] = set()
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
REPLICATION_MINUTES = (5, 10, 15, 20, 30, 45, 60, 120, 240, 360, 720)
APPROVAL_HOURS = (1, 4, 8, 24, 48, 72, 120, 168)


class _Instruments:
    """Every instrument, by the name it has in Azure Monitor."""

    def __init__(self, meter: Meter) -> None:
        self.started = meter.create_counter("image_migrations.started", "1", "migrations started")
        self.ended = meter.create_counter("image_migrations.ended", "1", "migrations ended, by outcome and code")
        self.replication = meter.create_histogram(
            "image_migrations.replication",
            "min",
            "time from creating a version to its complete replica in a region",
            explicit_bucket_boundaries_advisory=REPLICATION_MINUTES,
        )
        self.approval = meter.create_histogram(
            "image_migrations.approval_age",
            "h",
            "time from the question to the decision",
            explicit_bucket_boundaries_advisory=APPROVAL_HOURS,
        )
        self.throttled = meter.create_counter("image_migrations.throttled", "1", "calls that Azure answered with 429")
        self.in_flight = meter.create_gauge("image_migrations.in_flight", "1", "live migrations, by phase")
        self.in_line = meter.create_gauge("image_migrations.place_waiting", "1", "migrations that wait for a place")
        self.waiting = meter.create_gauge("image_migrations.approval_waiting", "h", "age of the oldest open question")


@cache
def _instruments() -> _Instruments:
    set_up()
    return _Instruments(metrics.get_meter("image_migration"))


class Live(NamedTuple):
    """What is counted of a migration that has not ended."""

    phase: Phase
    asked_at: datetime | None
    waits_for_place: bool = False


def count_start(asked_by: str) -> None:
    _instruments().started.add(1, {"asked_by": asked_by})


def count_throttle(resource_type: str) -> None:
    _instruments().throttled.add(1, {"resource_type": resource_type})


def measure_replication(run: Run) -> None:
    """Record how long each region took, once: a question asked anew replicates nothing."""
    since = run.replication_since
    if since is None or run.before is not None or run.question is not None:
        return
    for region in run.regions:
        if region.completed_at is not None:
            _instruments().replication.record((region.completed_at - since) / _MINUTE, {"region": region.name})


def measure_end(run: Run) -> None:
    """Record the outcome, and how old the question was when somebody decided.

    The step that calls it is tried again while Azure cannot be reached: the same end counts once in a process.
    """
    if run.outcome is None or run.id in _counted:
        return
    if len(_counted) >= _MOST_COUNTED:
        _counted.clear()
    _counted.add(run.id)
    _instruments().ended.add(1, {"outcome": run.outcome.kind.value, "code": run.outcome.code})
    question = run.question
    if question is not None and question.decided is not None:
        age = (question.decided.at - question.asked_at) / _HOUR
        _instruments().approval.record(age, {"decision": question.decided.approval.decision.value})


def measure_live(migrations: Iterable[Live], now: datetime) -> None:
    """Set how many migrations are in each phase, how many of them wait for a place among the versions being made, and
    how old the oldest open question is; zero where there is none.
    """
    live = list(migrations)
    phases = Counter(migration.phase for migration in live)
    for phase in Phase:
        if phase is not Phase.DONE:
            _instruments().in_flight.set(phases[phase], {"phase": phase.value})
    _instruments().in_line.set(sum(migration.waits_for_place for migration in live))
    ages = [(now - one.asked_at) / _HOUR for one in live if one.asked_at and one.phase is Phase.AWAITING_APPROVAL]
    _instruments().waiting.set(max(ages, default=0.0))
