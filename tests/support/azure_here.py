"""Fixtures: the emulated Azure as the Azure of this process, which has no settings and remembers nothing."""

import os
import ssl
import sys
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from arm.transport import allowance, client, cloud
from arm.transport.recent import Recent
from dev.emulator import Emulator, running_emulator
from migration.asking.reading import settings
from records import table


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    take_settings_away(monkeypatch)
    yield
    settings.cache_clear()


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    remember_nothing(monkeypatch)


@pytest.fixture(scope="session")
def session_emulator() -> Iterator[Emulator]:
    with running_emulator(speed=0) as emulator:
        yield emulator


@pytest.fixture
async def azure(session_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Emulator]:
    """An emulated Azure at its seed, with time stopped, as the Azure of this process."""
    session_emulator.control.reset()
    session_emulator.control.set_speed(0)
    live_in(monkeypatch, session_emulator.environment)
    yield session_emulator
    await close_clients(session_emulator.subscription_id)


@pytest.fixture
async def storage(azure: Emulator) -> AsyncIterator[Emulator]:
    """The record and the list in emulated table storage, empty; a client of the test's own, as for `azure`."""
    forget_tables()
    yield azure
    await close_tables()


def take_settings_away(patch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MIGRATION_")]:
        patch.delenv(name)
    settings.cache_clear()


def remember_nothing(patch: pytest.MonkeyPatch) -> None:
    """Put an empty one in place of everything that a process remembers of what it has read."""
    for module in [module for name, module in sys.modules.items() if name.startswith(("arm.", "steering."))]:
        for name, known in list(vars(module).items()):
            if isinstance(known, Recent):
                patch.setattr(module, name, Recent(known._most))
    patch.setattr(allowance, "_left", OrderedDict())


def live_in(patch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> None:
    """Make this the environment of this process; whoever does closes its clients.

    The app keeps one credential and one pipeline for the life of a process, bound to its event loop. A test has a loop
    of its own, so it gets its own of both.
    """
    for name, value in environment.items():
        patch.setenv(name, value)
    # aiohttp reads SSL_CERT_FILE once, when it is imported, and the emulator has imported it into this process.
    trusting = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
    patch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    settings.cache_clear()
    cloud.go_by(settings)
    _forget_clients()


async def close_clients(subscription: str) -> None:
    await client.compute(subscription).close()
    await client.credential().close()
    _forget_clients()


def _forget_clients() -> None:
    client.compute.cache_clear()
    client.pipeline.cache_clear()
    client.credential.cache_clear()


async def close_tables() -> None:
    await table._client().close()
    forget_tables()


def forget_tables() -> None:
    table._client.cache_clear()
    table._made.clear()
