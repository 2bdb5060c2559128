"""Locks of groups and subscriptions are read once for many images where that is wanted, and anew where it is not."""

from datetime import UTC, datetime, timedelta

import pytest

from arm.resources import locks
from tests.support.samples import COMPUTE


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The scopes whose locks were listed, in order; the group has one."""
    scopes: list[str] = []

    async def listed(url: str) -> list[dict[str, object]]:
        scope = url.partition("/providers/Microsoft.Authorization")[0]
        scopes.append(scope)
        lock: dict[str, object] = {
            "id": f"{scope}/providers/Microsoft.Authorization/locks/keep",
            "name": "keep",
            "properties": {},
        }
        return [lock] if scope.endswith("/resourceGroups/images") else []

    monkeypatch.setattr(locks, "list_all", listed)
    return scopes


async def test_of_images_of_one_group_only_their_own_locks_are_read_for_each(read):
    since = datetime.now(UTC)
    found = [await locks.find_locks(f"{COMPUTE}/images/web{number}", since) for number in range(10)]
    assert [[lock.name for lock in one] for one in found] == [["keep"]] * 10
    assert len(read) == 10 + 2


async def test_of_a_page_that_was_read_a_moment_ago_no_decision_takes_its_locks(read):
    """Somebody locked an image after its page was read, and whoever approved it was not told."""
    at_the_page = datetime.now(UTC)
    await locks.find_locks(f"{COMPUTE}/images/web1", at_the_page)
    await locks.find_locks(f"{COMPUTE}/images/web1", datetime.now(UTC) + timedelta(seconds=0.001))
    assert len(read) == 3 + 3
