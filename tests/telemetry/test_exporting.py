"""Where telemetry goes, each in a process of its own: providers are installed once a process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from telemetry.trace_ids import root_of
from tests.support.waiting import eventually
from tests.telemetry.receiver import running_receiver

ROOT = Path(__file__).parents[2]
MIGRATION = "migrate-web-0123456789"
ONE_SPAN = f"""
import sys
from opentelemetry import metrics, trace
from telemetry.measuring import count_start
from telemetry.tracing import migration_span
with migration_span("start migration", "{MIGRATION}"):
    pass
count_start("tag")
for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
    getattr(provider, "force_flush", lambda: None)()
print("exporters:", [name for name in sys.modules if name in ("azure.monitor.opentelemetry.exporter",
      "opentelemetry.exporter.otlp.proto.http.trace_exporter")])
"""
CALLED_BY_OTHERS = f"""
from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from telemetry.tracing import migration_span
parent = "00-" + "0af7651916cd43dd8448eb211c80319c" + "-b7ad6b7169203331-01"
context.attach(TraceContextTextMapPropagator().extract({{"traceparent": parent}}))
with migration_span("start migration", "{MIGRATION}"):
    with migration_span("inside", "{MIGRATION}"):
        pass
trace.get_tracer_provider().force_flush()
"""
# The exporter's statistics about itself would go to an address outside this machine.
QUIET = {"APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true", "APPLICATIONINSIGHTS_CONTROLPLANE_DISABLED": "true"}


def run(program, **settings):
    environment = {"PATH": os.environ["PATH"], **settings}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def receiver():
    with running_receiver() as running:
        yield running


def test_without_a_setting_nothing_is_exported_and_no_exporter_loaded():
    assert "exporters: []" in run(ONE_SPAN).stdout


def test_an_otlp_endpoint_gets_spans_and_metrics_in_the_name_of_the_app(receiver):
    run(ONE_SPAN, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, WEBSITE_SITE_NAME="func-migrate")
    (span,) = receiver.spans
    assert (span.name, span.trace_id) == ("start migration", root_of(MIGRATION).trace_id)
    assert receiver.value("image_migrations.started", asked_by="tag") == 1
    assert receiver.services == {"func-migrate"}


def test_azure_monitor_gets_the_same_span_under_the_same_operation(receiver):
    connection = f"InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint={receiver.url}/"
    shown = run(ONE_SPAN, APPLICATIONINSIGHTS_CONNECTION_STRING=connection, **QUIET).stdout
    assert "azure.monitor" in shown
    spans = eventually(lambda: [one for one in receiver.envelopes if "RemoteDependency" in one["name"]])
    assert spans[0]["tags"]["ai.operation.id"] == f"{root_of(MIGRATION).trace_id:032x}"
    assert spans[0]["data"]["baseData"]["properties"]["migration.id"] == MIGRATION
    metrics = [one["data"]["baseData"]["metrics"] for one in receiver.envelopes if one["name"].endswith("Metric")]
    assert "image_migrations.started" in {metric["name"] for found in metrics for metric in found}


def test_a_setting_that_makes_no_sense_stops_nothing():
    done = run(ONE_SPAN, APPLICATIONINSIGHTS_CONNECTION_STRING="nonsense")
    assert "telemetry is not configured correctly" in done.stderr


def test_a_caller_of_another_trace_is_linked_and_one_of_the_same_is_the_parent(receiver):
    run(CALLED_BY_OTHERS, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    spans = {span.name: span for span in receiver.spans}
    assert spans["start migration"].links == {0x0AF7651916CD43DD8448EB211C80319C}
    assert spans["start migration"].trace_id == root_of(MIGRATION).trace_id
    assert spans["inside"].parent_id == spans["start migration"].span_id


def test_two_migrations_never_share_a_trace():
    assert root_of(MIGRATION).trace_id != root_of("migrate-db-0123456789").trace_id


TWO_ENDS = """
from opentelemetry import metrics
from migration.values.outcome import Outcome, OutcomeKind, Phase
from telemetry.measuring import measure_end
from tests.support.samples import make_run
end = Outcome(kind=OutcomeKind.FAILED, code="AzureUnavailable", reason="no network", step=Phase.CREATING)
for attempt in range(8):
    measure_end(make_run(outcome=end))
measure_end(make_run(id="run 2", outcome=end))
metrics.get_meter_provider().force_flush()
"""


def test_an_end_that_is_recorded_again_and_again_counts_once(receiver):
    run(TWO_ENDS, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    assert receiver.value("image_migrations.ended", outcome="Failed", code="AzureUnavailable") == 2
