"""Which subscriptions there are: read anew for whoever needs it so, and shared by those who are content with less."""

from datetime import UTC, datetime

import pytest

from arm.resources import subscriptions
from arm.resources.subscriptions import list_subscriptions


@pytest.fixture
def tenant(monkeypatch) -> list[str]:
    """The subscriptions there are."""
    there = ["a"]

    async def listed(_: str) -> list[dict[str, str]]:
        return [{"subscriptionId": one} for one in there]

    monkeypatch.setattr(subscriptions, "list_all", listed)
    return there


async def test_a_subscription_that_came_since_it_was_needed_is_seen(tenant):
    since = datetime.now(UTC)
    assert await list_subscriptions() == ["a"]
    tenant.append("b")
    assert await list_subscriptions(since) == ["a"]
    assert await list_subscriptions(datetime.now(UTC)) == ["a", "b"]
    tenant.append("c")
    assert await list_subscriptions() == ["a", "b", "c"]
