"""Sample apps on a running host."""

import pytest

from dev.host import running_host
from tests.host.client import APPS, Client


@pytest.fixture(scope="module")
def durable_app():
    with running_host(APPS / "durable") as host:
        yield Client(host)


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


@pytest.fixture
def fresh_durable_app(notes):
    """A host of its own, for tests that kill its worker."""
    with running_host(APPS / "durable", environment={"NOTES": str(notes)}) as host:
        yield Client(host)
