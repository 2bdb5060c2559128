"""Where spans and metrics go: to Azure Monitor, to an OTLP endpoint, to both, or nowhere. Set up once, on first use.

The exporters are heavy to import and are imported only where their setting is there.
"""

import logging
import os
from functools import cache
from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

AZURE_MONITOR = "APPLICATIONINSIGHTS_CONNECTION_STRING"
OTLP = "OTEL_EXPORTER_OTLP_ENDPOINT"
SERVICE = "managed-image-migration"
_LOG = logging.getLogger(__name__)


@cache
def set_up() -> None:
    """Install providers for the exporters that are configured; without one, spans and metrics cost nothing."""
    if not os.environ.get(AZURE_MONITOR) and not os.environ.get(OTLP):
        return
    try:
        _install()
    except Exception:  # noqa: BLE001 - whatever it is, a migration matters more
        _LOG.exception("telemetry is not configured correctly; migrations go on without it")


def _install() -> None:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from telemetry.trace_ids import MigrationIdGenerator

    name = os.environ.get("OTEL_SERVICE_NAME") or os.environ.get("WEBSITE_SITE_NAME") or SERVICE
    resource = Resource.create({SERVICE_NAME: name})
    spans, measures = _exporters()
    tracers = TracerProvider(resource=resource, id_generator=MigrationIdGenerator())
    for exporter in spans:
        tracers.add_span_processor(BatchSpanProcessor(exporter))
    readers = [PeriodicExportingMetricReader(exporter) for exporter in measures]
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider(metric_readers=readers, resource=resource))


def _exporters() -> tuple[list["SpanExporter"], list["MetricExporter"]]:
    spans: list[SpanExporter] = []
    measures: list[MetricExporter] = []
    if os.environ.get(AZURE_MONITOR):  # the exporter finds its identity in APPLICATIONINSIGHTS_AUTHENTICATION_STRING
        from azure.monitor.opentelemetry.exporter import AzureMonitorMetricExporter, AzureMonitorTraceExporter

        spans.append(AzureMonitorTraceExporter())
        measures.append(AzureMonitorMetricExporter())
    if os.environ.get(OTLP):
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        spans.append(OTLPSpanExporter())
        measures.append(OTLPMetricExporter())
    return spans, measures
