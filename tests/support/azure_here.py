"""Fixtures: the emulated Azure as the Azure of this process, which has no settings and remembers nothing."""

import os
import ssl

import pytest

from arm.resources import subscriptions
from arm.surveys import visibility
from arm.transport import client
from arm.transport.recent import Recent
from dev.emulator import running_emulator
from migration.asking.settings import settings
from records import table


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MIGRATION_")]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(subscriptions, "_locations", Recent(10))
    monkeypatch.setattr(subscriptions, "_visible", Recent(1))
    monkeypatch.setattr(visibility, "_hidden", Recent(10))


@pytest.fixture(scope="session")
def session_emulator():
    with running_emulator(speed=0) as emulator:
        yield emulator


@pytest.fixture
async def azure(session_emulator, monkeypatch):
    """An emulated Azure at its seed, with time stopped, as the Azure of this process.

    The app keeps one credential and one pipeline for the life of a process, bound to its event loop. A test has a loop
    of its own, so it gets its own of both.
    """
    session_emulator.control.reset()
    session_emulator.control.set_speed(0)
    for name, value in session_emulator.environment.items():
        monkeypatch.setenv(name, value)
    # aiohttp reads SSL_CERT_FILE once, when it is imported, and the emulator has imported it into this process.
    trusting = ssl.create_default_context(cafile=session_emulator.environment["SSL_CERT_FILE"])
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    _forget_clients()
    yield session_emulator
    await client.compute(session_emulator.subscription_id).close()
    await client.credential().close()
    _forget_clients()


@pytest.fixture
async def storage(azure):
    """The record and the list in emulated table storage, empty; a client of the test's own, as for `azure`."""
    _forget_tables()
    yield azure
    await table._client().close()
    _forget_tables()


def _forget_tables():
    table._client.cache_clear()
    table._made.clear()


def _forget_clients():
    client.pipeline.cache_clear()
    client.credential.cache_clear()
