"""Gives spans their ids. Imported with the exporters alone: the SDK is heavy."""

from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from telemetry.trace_ids import context_chosen


class MigrationIdGenerator(RandomIdGenerator):
    """Random ids, except for a span that is started inside `chosen`."""

    def generate_trace_id(self) -> int:
        context = context_chosen()
        return context.trace_id if context else super().generate_trace_id()

    def generate_span_id(self) -> int:
        context = context_chosen()
        return context.span_id if context else super().generate_span_id()
