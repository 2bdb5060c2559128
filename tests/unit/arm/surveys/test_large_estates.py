"""A subscription of 20,000 machines and 500 scale sets: one list of each, one inside each set, a few at a time."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
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

    async def read_all(listing: Any, *arguments: str) -> list[dict[str, Any]]:
        nonlocal under_way, most
        calls[listing] += 1
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        if listing == "machines":
            return [machine | {"id": f"{machine['id']}-{number}"} for number in range(MACHINES)]
        return sets if listing == "sets" else [users.instance(sets[0]["id"], 0, SOURCE)]

    client = SimpleNamespace(
        virtual_machines=SimpleNamespace(list_all="machines"),
        virtual_machine_scale_sets=SimpleNamespace(list_all="sets"),
        virtual_machine_scale_set_vms=SimpleNamespace(list="instances"),
    )

    async def nothing(*_: object) -> list[Any]:
        return []

    async def none_hidden(_: str) -> None:
        return None

    monkeypatch.setattr(consumers, "_listings", Recent(10))
    monkeypatch.setattr(consumers, "read_all", read_all)
    monkeypatch.setattr(consumers, "compute", lambda _: client)
    monkeypatch.setattr(consumers, "list_galleries", nothing)
    monkeypatch.setattr(consumers, "list_subscriptions", nothing)
    monkeypatch.setattr(consumers, "find_hidden_users", none_hidden)
    since = datetime.now(UTC)
    found, *others = await asyncio.gather(*(find_consumers(image, since) for image in [SOURCE, *[f"{SOURCE}-7"] * 50]))
    assert Counter(one.kind for one in found) == {"machines": MACHINES, "scale-set-instances": SETS}
    assert [[one.kind for one in other] for other in others] == [["scale-sets"]] * 50
    assert calls == {"machines": 1, "sets": 1, "instances": SETS}
    assert most <= AT_ONCE
