"""Where spans and metrics go: to Azure Monitor, to an OTLP endpoint, to both, or nowhere. Set up once, on first use.

The exporters are heavy to import and are imported only where their setting is there.
"""

import logging
from functools import cache
from typing import TYPE_CHECKING

from opentelemetry import metrics, trace

from migration.asking.platform import Platform, platform

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

SERVICE = "managed-image-migration"
_LOG = logging.getLogger(__name__)


@cache
def set_up() -> None:
    """Install providers for the exporters that are configured; without one, spans and metrics cost nothing."""
    try:
        told = platform()
        if told.azure_monitor or told.otlp_endpoint:
            _install(told)
    except Exception:  # noqa: BLE001 - whatever it is, a migration matters more
        _LOG.exception("telemetry is not configured correctly; migrations go on without it")


def _install(told: Platform) -> None:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from telemetry.id_generator import MigrationIdGenerator

    name = told.service_name or told.site_name or SERVICE
    resource = Resource.create({SERVICE_NAME: name})
    spans, measures = _exporters(told)
    tracers = TracerProvider(resource=resource, id_generator=MigrationIdGenerator())
    for exporter in spans:
        tracers.add_span_processor(BatchSpanProcessor(exporter))
    readers = [PeriodicExportingMetricReader(exporter) for exporter in measures]
    trace.set_tracer_provider(tracers)
    metrics.set_meter_provider(MeterProvider(metric_readers=readers, resource=resource))


def _exporters(told: Platform) -> tuple[list["SpanExporter"], list["MetricExporter"]]:
    spans: list[SpanExporter] = []
    measures: list[MetricExporter] = []
    if told.azure_monitor:  # the exporter finds its identity in APPLICATIONINSIGHTS_AUTHENTICATION_STRING
        from azure.monitor.opentelemetry.exporter import AzureMonitorMetricExporter, AzureMonitorTraceExporter

        spans.append(AzureMonitorTraceExporter())
        measures.append(AzureMonitorMetricExporter())
    if told.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        spans.append(OTLPSpanExporter())
        measures.append(OTLPMetricExporter())
    return spans, measures
