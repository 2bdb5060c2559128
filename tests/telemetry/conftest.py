"""The running app, told to export what it does to a receiver on this machine."""

import pytest

from tests.support.running.azure import running_azure
from tests.support.running.starting import running_app
from tests.telemetry.receiver import running_receiver

# Exports follow at once: a test waits for what arrives, never for a clock.
PROMPTLY = {"OTEL_BSP_SCHEDULE_DELAY": "50", "OTEL_METRIC_EXPORT_INTERVAL": "100"}


@pytest.fixture(scope="module")
def receiver():
    with running_receiver() as running:
        yield running


@pytest.fixture(scope="module")
def azure():
    with running_azure() as running:
        yield running


@pytest.fixture(scope="module")
def app(azure, receiver):
    with running_app(azure, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url, **PROMPTLY) as running:
        yield running
