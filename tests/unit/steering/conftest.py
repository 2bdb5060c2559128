"""What may be done with a migration, while Azure is away: a test that needs some of it says what it answers."""

import pytest

from arm.transport.errors import ArmUnavailableError
from steering.gathering import remaining


@pytest.fixture(autouse=True)
def no_azure(monkeypatch):
    async def away(_: str) -> None:
        raise ArmUnavailableError("ServiceRequestError", "no network")

    monkeypatch.setattr(remaining, "get_image", away)
