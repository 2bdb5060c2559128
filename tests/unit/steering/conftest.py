"""What may be done with a migration, while Azure is away: a test that needs some of it says what it answers."""

from typing import Any

import pytest

from arm.resources import permissions
from arm.transport.errors import ArmNotFoundError, ArmUnavailableError
from steering.gathering import remaining


@pytest.fixture(autouse=True)
def no_azure(monkeypatch):
    async def away(_: str) -> None:
        raise ArmUnavailableError("ServiceRequestError", "no network")

    monkeypatch.setattr(remaining, "get_image", away)


@pytest.fixture
def granted(monkeypatch):
    """Lets the app have rights at these scopes, and none be anywhere else; gives back at which it has looked."""

    def grant(at: dict[str, list[dict[str, Any]]]) -> list[str]:
        asked: list[str] = []

        async def listed(url: str) -> list[dict[str, Any]]:
            scope = url.partition("/providers/Microsoft.Authorization")[0]
            asked.append(scope)
            if scope not in at:
                raise ArmNotFoundError("ResourceGroupNotFound", "gone")
            return at[scope]

        monkeypatch.setattr(permissions, "list_all", listed)
        return asked

    return grant
