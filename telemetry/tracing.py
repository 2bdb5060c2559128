"""Spans of migrations: what was started, which step ran, what it asked of Azure Resource Manager, how it all ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanKind, Status, StatusCode, Tracer

from migration.asking.start import MigrationStart
from migration.record.run import Run
from migration.values.outcome import OutcomeKind
from telemetry.exporting import set_up
from telemetry.trace_ids import chosen, root_of

MIGRATION_ID = "migration.id"
SCOPE = "image_migration"


def tracer() -> Tracer:
    set_up()
    return trace.get_tracer(SCOPE)


@contextmanager
def migration_span(name: str, migration_id: str, kind: SpanKind = SpanKind.INTERNAL, **facts: Any) -> Iterator[Span]:
    """Run a block as a span in the migration's trace.

    A span that is current already and belongs to that trace is the parent; one of another trace is linked.
    """
    root = root_of(migration_id)
    current = trace.get_current_span().get_span_context()
    nested = current.is_valid and current.trace_id == root.trace_id
    context = None if nested else trace.set_span_in_context(NonRecordingSpan(root))
    links = [Link(current)] if current.is_valid and not nested else []
    attributes = {MIGRATION_ID: migration_id, **facts}
    with tracer().start_as_current_span(name, context, kind, attributes, links) as span:
        yield span


@contextmanager
def start_span(start: MigrationStart) -> Iterator[Span]:
    """Run the start of a migration as a span; the platform takes it as the parent of its own."""
    facts = {"migration.source": start.source_image_id, "migration.asked_by": start.asked_by}
    with migration_span("start migration", start.id, SpanKind.PRODUCER, **facts) as span:
        yield span


@contextmanager
def activity_span(name: str, payload: dict[str, Any]) -> Iterator[Span]:
    """Run an activity as a span. Orchestrators put the migration's id into every payload."""
    facts = {"migration.phase": payload["phase"]} if "phase" in payload else {}
    with migration_span(name, str(payload.get("migrationId", "")), SpanKind.CONSUMER, **facts) as span:
        yield span


def tell_answer(span: Span, answer: dict[str, Any]) -> None:
    """Say on an activity's span that it asked for time or was refused: neither is an exception."""
    if answer["later"]:
        span.set_attributes({"migration.later": answer["later"]["reason"]})
    if answer["refused"]:
        span.set_status(Status(StatusCode.ERROR, answer["refused"]))


def emit_root(run: Run, now: datetime) -> None:
    """Emit the span that a whole run is, from its start until now."""
    if run.outcome is None:
        return
    attributes = {
        MIGRATION_ID: run.start.id,
        "migration.source": run.start.source_image_id,
        "migration.version": run.image_version_id or "",
        "migration.outcome": run.outcome.kind.value,
        "migration.code": run.outcome.code,
    }
    with chosen(root_of(run.start.id)):
        span = tracer().start_span("migrate image", Context(), attributes=attributes, start_time=_ns(run.admitted_at))
    if run.outcome.kind is OutcomeKind.FAILED:
        span.set_status(Status(StatusCode.ERROR, run.outcome.code))
    span.end(_ns(now))


def _ns(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000_000)
