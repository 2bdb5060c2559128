"""Whoever names the image uses it, in whatever case its id is spelt: groups may have letters of any alphabet."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest

from arm import consumers
from arm.consumers import find_consumers
from migration.promise.promise import Consumer
from tests.unit.samples import SUBSCRIPTION


def image(group: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/images/web"


@pytest.mark.parametrize(("ours", "theirs"), [("WEBS", "webs"), ("ΟΔΟΣ", "οδοσ"), ("ΟΔΟΣ", "οδος"), ("οδος", "οδοσ")])
async def test_a_machine_that_spells_the_group_in_another_case_is_a_user(monkeypatch, ours: str, theirs: str):
    """Lower case is not the same for every spelling of a word: a sigma at its end is another letter."""
    users: defaultdict[str, list[Consumer]] = defaultdict(list)
    machine = {"id": "/vm", "properties": {"storageProfile": {"imageReference": {"id": image(theirs)}}}}
    consumers._note(users, "virtual machine", machine, ("storageProfile",))

    async def listed(_: str, __: datetime) -> consumers._Listing:
        return consumers._Listing(datetime.now(UTC), users)

    async def none_visible() -> list[str]:
        return []

    monkeypatch.setattr(consumers, "_listed", listed)
    monkeypatch.setattr(consumers, "list_subscriptions", none_visible)
    assert [one.id for one in await find_consumers(image(ours), datetime.now(UTC))] == ["/vm"]
