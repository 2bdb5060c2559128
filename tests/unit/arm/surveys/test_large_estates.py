"""A subscription of 20,000 machines and 500 scale sets: one list of each, one inside each set, a few at a time."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from arm.surveys import consumers
from arm.surveys.consumers import AT_ONCE, find_consumers
from arm.transport.recent import Recent
from dev.emulator import users_of_images as users
from tests.support.samples import SOURCE

MACHINES = 20_000
SETS = 500


async def test_a_large_estate_is_listed_once_for_all_who_ask_and_in_bounds(monkeypatch: pytest.MonkeyPatch):
    calls: Counter[str] = Counter()
    under_way = most = 0
    machine = users.machine("vm", SOURCE)
    sets = [users.scale_set(f"set-{number}", f"{SOURCE}-{number}", mode="Uniform") for number in range(SETS)]

    async def counted(listing: str) -> None:
        nonlocal under_way, most
        calls[listing] += 1
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    async def list_compute(_subscription: str, kind: str) -> list[dict[str, Any]]:
        await counted(kind)
        if kind == "virtualMachineScaleSets":
            return sets
        return [machine | {"id": f"{machine['id']}-{number}"} for number in range(MACHINES)]

    async def list_all(_path: str) -> list[dict[str, Any]]:
        await counted("instances")
        return [users.instance(sets[0]["id"], 0, SOURCE)]

    async def nothing(*_: object) -> list[Any]:
        return []

    async def none_hidden(_: str) -> None:
        return None

    monkeypatch.setattr(consumers, "_listings", Recent(10))
    monkeypatch.setattr(consumers, "list_all", list_all)
    monkeypatch.setattr(consumers, "list_compute", list_compute)
    monkeypatch.setattr(consumers, "list_galleries", nothing)
    monkeypatch.setattr(consumers, "list_subscriptions", nothing)
    monkeypatch.setattr(consumers, "find_hidden_users", none_hidden)
    since = datetime.now(UTC)
    found, *others = await asyncio.gather(*(find_consumers(image, since) for image in [SOURCE, *[f"{SOURCE}-7"] * 50]))
    assert Counter(one.kind for one in found) == {"machines": MACHINES, "scale-set-instances": SETS}
    assert [[one.kind for one in other] for other in others] == [["scale-sets"]] * 50
    assert calls == {"virtualMachines": 1, "virtualMachineScaleSets": 1, "instances": SETS}
    assert most <= AT_ONCE
