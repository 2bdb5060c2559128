"""Fleets in records in memory, a hub in which their migrations live, and an Azure in which all is as planned."""

import pytest

from steering.gathering import recent_evidence
from tests.support.fakes.fake_hub import FakeHub
from tests.support.fleets import AzureOfFleets, id_of


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub(live={id_of(number) for number in range(1, 200)})


@pytest.fixture
def azure_of_fleets(monkeypatch) -> AzureOfFleets:
    azure = AzureOfFleets()
    monkeypatch.setattr(recent_evidence, "gather_evidence", azure.gather)
    return azure
