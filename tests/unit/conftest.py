"""Every unit test runs without settings in its environment, and Hypothesis with the same examples every time."""

import os

import pytest
from hypothesis import settings as hypothesis_settings

from migration.settings import settings

# The examples are derived from the test alone: a failure on one machine is a failure on all.
hypothesis_settings.register_profile("unit", deadline=None, derandomize=True, max_examples=150)
hypothesis_settings.load_profile("unit")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MIGRATION_")]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield
    settings.cache_clear()
