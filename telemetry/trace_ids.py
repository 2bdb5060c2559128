"""The trace of a migration: ids that follow from the migration's own, so that every process finds the same trace."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry.trace import SpanContext, TraceFlags

_chosen: ContextVar[SpanContext | None] = ContextVar("chosen", default=None)


def root_of(migration_id: str) -> SpanContext:
    """Return the context of a migration's root span, which is emitted when the migration ends."""
    digest = hashlib.sha256(migration_id.encode()).digest()
    trace_id, span_id = int.from_bytes(digest[:16]), int.from_bytes(digest[16:24])
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


@contextmanager
def chosen(context: SpanContext) -> Iterator[None]:
    """Give the next root span the ids of `context`."""
    token = _chosen.set(context)
    try:
        yield
    finally:
        _chosen.reset(token)


def context_chosen() -> SpanContext | None:
    """Return the context of the `chosen` around this."""
    return _chosen.get()
