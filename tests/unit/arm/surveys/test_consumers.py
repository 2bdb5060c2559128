"""Who uses an image: one listing a subscription, shared by those who need it at once, and never an old one."""

import asyncio
from datetime import UTC, datetime, timedelta
from unittest.mock import MagicMock

import pytest

from arm.surveys import consumers
from arm.surveys.consumers import AT_ONCE, find_consumers
from arm.transport.errors import ArmRefusedError, UsersNotVisibleError
from arm.transport.recent import Recent
from migration.promise.evidence import Consumer
from tests.support.samples import SOURCE, SUBSCRIPTION

_LIST = consumers._list
USER = Consumer(id="/subscriptions/s/vm", kind="machines-without-own-disk")
MANY = [f"00000000-0000-0000-0000-{number:012d}" for number in range(1, 21)]


class Estate:
    """Subscriptions whose listing waits for `go_on`; `listed` were listed, `most` of them at once."""

    def __init__(self) -> None:
        self.visible = [SUBSCRIPTION]
        self.listed: list[str] = []
        self.under_way = self.most = 0
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.users = {SOURCE.lower(): [USER]}

    async def list_subscriptions(self, _not_before: datetime) -> list[str]:
        return self.visible

    async def list(self, subscription: str, _begun_at: datetime) -> dict[str, list[Consumer]]:
        self.listed.append(subscription)
        self.begun.set()
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)  # let the others begin
        await self.go_on.wait()
        self.under_way -= 1
        return self.users


@pytest.fixture
async def estate(monkeypatch) -> Estate:
    estate = Estate()
    monkeypatch.setattr(consumers, "_list", estate.list)
    monkeypatch.setattr(consumers, "list_subscriptions", estate.list_subscriptions)
    monkeypatch.setattr(consumers, "_listings", Recent(100))
    return estate


def now() -> datetime:
    return datetime.now(UTC)


async def test_those_who_need_a_listing_at_once_share_one(estate):
    estate.go_on.clear()
    since = now()
    searches = [asyncio.create_task(find_consumers(f"{SOURCE}{number or ''}", since)) for number in range(20)]
    await estate.begun.wait()
    estate.go_on.set()
    found = await asyncio.gather(*searches)
    assert estate.listed == [SUBSCRIPTION]
    assert found == [[USER], *[[]] * 19]


async def test_a_listing_begun_before_it_was_needed_does_not_count(estate):
    """A machine made since then is not in it."""
    since = now()
    await find_consumers(SOURCE, since)
    assert await find_consumers(SOURCE, since) == [USER]
    assert len(estate.listed) == 1
    estate.users = {}
    assert await find_consumers(SOURCE, now()) == []
    assert len(estate.listed) == 2


async def test_a_listing_under_way_when_it_is_needed_does_not_count(estate):
    estate.go_on.clear()
    first = asyncio.create_task(find_consumers(SOURCE, now()))
    await estate.begun.wait()
    second = asyncio.create_task(find_consumers(SOURCE, now()))
    estate.go_on.set()
    assert (await first, await second) == ([USER], [USER])
    assert len(estate.listed) == 2


async def test_an_old_listing_counts_for_who_is_content_with_it(estate):
    since = now()
    await find_consumers(SOURCE, since)
    await find_consumers(SOURCE, since - timedelta(seconds=20))
    assert len(estate.listed) == 1


async def test_a_listing_from_before_the_clock_was_set_back_does_not_count(estate):
    """Until the clock had caught up, every delete relied on it: a machine made since then was not seen."""
    estate.users = {}
    await find_consumers(SOURCE, now())
    consumers._listings._readings[SUBSCRIPTION].begun_at += timedelta(hours=1)
    estate.users = {SOURCE.lower(): [USER]}
    assert await find_consumers(SOURCE, now()) == [USER]


async def test_subscriptions_are_listed_at_once_and_not_all_at_once(estate):
    estate.visible = MANY
    assert await find_consumers(SOURCE, now()) == [USER] * 20
    assert sorted(estate.listed) == MANY
    assert 1 < estate.most <= AT_ONCE


async def test_the_own_subscription_is_listed_where_none_is_visible_and_once_in_any_spelling(estate):
    estate.visible = []
    assert await find_consumers(SOURCE.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), now()) == [USER]
    estate.visible = [SUBSCRIPTION.upper(), SUBSCRIPTION]
    await find_consumers(SOURCE, now())
    assert estate.listed == [SUBSCRIPTION] * 2


async def test_a_listing_that_failed_is_nobodys_answer(estate, monkeypatch):
    async def forbidden(*_: object) -> None:
        raise ArmRefusedError("AuthorizationFailed", "no")

    with monkeypatch.context() as denied:
        denied.setattr(consumers, "_list", forbidden)
        with pytest.raises(ArmRefusedError):
            await find_consumers(SOURCE, now())
    assert await find_consumers(SOURCE, now()) == [USER]


# what can be seen only in part


class Sight:
    """What hides users in a subscription, and how often that was asked."""

    def __init__(self) -> None:
        self.hidden: dict[str, str] = {}
        self.asked: list[str] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def find(self, subscription: str) -> str | None:
        self.asked.append(subscription)
        self.begun.set()
        await self.go_on.wait()
        return self.hidden.get(subscription)


@pytest.fixture
async def sight(estate, monkeypatch) -> Sight:
    """The listing itself, of an Azure that has nothing."""
    sight = Sight()

    async def nothing(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(consumers, "_list", _LIST)
    monkeypatch.setattr(consumers, "find_hidden_users", sight.find)
    monkeypatch.setattr(consumers, "compute", lambda _: MagicMock())
    monkeypatch.setattr(consumers, "read_all", nothing)
    monkeypatch.setattr(consumers, "list_galleries", nothing)
    return sight


async def test_one_subscription_that_is_seen_in_part_leaves_nobody_knowing(estate, sight):
    estate.visible = MANY[:3]
    assert await find_consumers(SOURCE, now()) == []
    sight.hidden = {MANY[1]: "/subscriptions/b, where the app may not look"}
    with pytest.raises(UsersNotVisibleError, match="cannot be seen in /subscriptions/b, where the app may not look"):
        await find_consumers(SOURCE, now())


async def test_a_thousand_that_need_it_at_once_ask_for_the_rights_once(sight):
    sight.hidden = {SUBSCRIPTION: "hidden"}
    sight.go_on.clear()
    since = now()
    searches = [asyncio.create_task(find_consumers(f"{SOURCE}{number}", since)) for number in range(1000)]
    await sight.begun.wait()
    sight.go_on.set()
    answers = await asyncio.gather(*searches, return_exceptions=True)
    assert {type(answer) for answer in answers} == {UsersNotVisibleError}
    assert sight.asked == [SUBSCRIPTION]


async def test_a_right_that_was_given_meanwhile_counts_for_whoever_looks_anew(sight):
    sight.hidden = {SUBSCRIPTION: "hidden"}
    with pytest.raises(UsersNotVisibleError):
        await find_consumers(SOURCE, now())
    sight.hidden = {}
    assert await find_consumers(SOURCE, now()) == []
