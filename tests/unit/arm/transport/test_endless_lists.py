"""A list whose pages lead in a circle, or nowhere, is no answer: it was read until the worker had no memory left."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from arm.resources.images import list_images
from arm.surveys import resource_graph
from arm.transport import client
from arm.transport.client import list_all
from arm.transport.errors import ArmUnavailableError
from dev.emulator.front_door import paging
from tests.support.samples import SUBSCRIPTION

GIVE_UP_SECONDS = 10


async def refused(listing: Any) -> str:
    with pytest.raises(ArmUnavailableError) as caught:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            await listing
    return caught.value.code


@pytest.fixture
def pages(monkeypatch):
    """The pages that Azure answers with, whatever it is asked, and the last of them again and again."""
    left: list[dict[str, Any]] = []

    async def send(*_: Any) -> Any:
        page = left.pop(0) if len(left) > 1 else left[0]
        await asyncio.sleep(0)  # lets a test give up
        return SimpleNamespace(json=lambda: page)

    for module in (client, resource_graph):
        monkeypatch.setattr(module, "send", send)
    return left


async def test_a_list_of_the_sdk_whose_next_page_is_the_first_is_no_answer(azure, monkeypatch):
    azure.control.settings(pageSize=1)
    monkeypatch.setattr(paging, "_after", lambda _request: "")
    assert await refused(list_images(azure.subscription_id)) == "UselessAnswer"


@pytest.mark.parametrize("link", ["https://management.azure.com/again", 7, ["x"], {"a": "b"}])
async def test_a_list_whose_next_page_was_read_before_is_no_answer(pages, link: Any):
    pages.append({"value": [], "nextLink": link})
    assert await refused(list_all("/subscriptions?api-version=2022-12-01")) == "UselessAnswer"


async def test_a_list_whose_pages_have_no_end_is_no_answer(pages, monkeypatch):
    monkeypatch.setattr("arm.transport.reading.MOST_PAGES", 3)
    pages += [{"value": [], "nextLink": f"https://management.azure.com/{number}"} for number in range(9)]
    assert await refused(list_all("/subscriptions?api-version=2022-12-01")) == "UselessAnswer"


async def test_a_search_that_goes_on_where_it_was_before_is_no_answer(pages, monkeypatch):
    async def list_subscriptions(_not_before: object = None) -> list[str]:
        return [SUBSCRIPTION]

    monkeypatch.setattr(resource_graph, "list_subscriptions", list_subscriptions)
    pages.append({"data": [], "$skipToken": "again"})
    assert await refused(resource_graph.who_names_images([])) == "UselessAnswer"
