"""Every unit test runs without settings in its environment, and Hypothesis with the same examples every time."""

import pytest
from hypothesis import settings as hypothesis_settings

from migration.asking.reading import settings
from migration.asking.settings import Settings
from records import table
from tests.support.azure_here import azure, no_settings, nothing_remembered, session_emulator, storage
from tests.support.fakes.fake_records import FakeRecords

__all__ = ["azure", "no_settings", "nothing_remembered", "session_emulator", "storage"]

# The examples are derived from the test alone: a failure on one machine is a failure on all.
hypothesis_settings.register_profile("unit", deadline=None, derandomize=True, max_examples=150)
hypothesis_settings.load_profile("unit")


@pytest.fixture
def configure(monkeypatch):
    def set_settings(**values: str) -> Settings:
        for name, value in values.items():
            monkeypatch.setenv(f"MIGRATION_{name.upper()}", value)
        settings.cache_clear()
        return settings()

    return set_settings


@pytest.fixture
def records(configure) -> FakeRecords:
    """An app that has a store for its records, in memory."""
    fake = FakeRecords()
    table.hand_in(fake)
    configure(records="https://records.example.com")
    return fake
