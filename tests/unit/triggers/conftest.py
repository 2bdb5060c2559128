"""Sweeps without a task hub, whose records are in the emulated table storage."""

from types import SimpleNamespace
from typing import Any

import pytest

from records import table
from triggers.steering import sweeping


@pytest.fixture
async def starts(azure, monkeypatch):
    """What a sweep starts, in place of a task hub; what has been started is under way ever after."""
    started: list[str] = []

    async def start(_client: Any, begun: Any) -> bool:
        started.append(begun.id)
        return started.count(begun.id) == 1

    monkeypatch.setattr(sweeping, "beginning", SimpleNamespace(start=start))
    table._client.cache_clear()
    table._made.clear()
    yield started
    await table._client().close()
    table._client.cache_clear()


@pytest.fixture
def calls(azure):
    """How many calls of Azure there have been, those for tokens aside."""
    return lambda: len([call for call in azure.control.calls() if "/oauth2/" not in call["path"]])
