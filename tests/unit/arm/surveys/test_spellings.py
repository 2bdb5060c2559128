"""Whoever names the image uses it, in whatever case its id is spelt: groups may have letters of any alphabet."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from arm.resources import locks
from arm.resources.images import image_from
from arm.resources.locks import find_locks
from arm.surveys import consumers
from arm.surveys.consumers import find_consumers
from arm.surveys.resource_graph import paths_by_id
from arm.transport.errors import ArmUnreadableError
from arm.transport.reading import each_understood
from arm.transport.recent import Recent
from migration.promise.evidence import Consumer
from migration.resources.gallery import Gallery
from migration.resources.image import ManagedImage
from migration.users.kinds import MACHINES
from migration.values.ids import MANAGED_IMAGE, ResourceId
from tests.support.samples import SUBSCRIPTION, make_gallery


def image(group: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/images/web"


@pytest.mark.parametrize(("ours", "theirs"), [("WEBS", "webs"), ("ΟΔΟΣ", "οδοσ"), ("ΟΔΟΣ", "οδος"), ("οδος", "οδοσ")])
async def test_a_machine_that_spells_the_group_in_another_case_is_a_user(monkeypatch, ours: str, theirs: str):
    """Lower case is not the same for every spelling of a word: a sigma at its end is another letter."""
    users: defaultdict[str, list[Consumer]] = defaultdict(list)
    machine = {"id": "/vm", "properties": {"storageProfile": {"imageReference": {"id": image(theirs)}}}}
    consumers._note(users, MACHINES, machine, ("storageProfile",))

    async def listed(*_: object) -> dict[str, list[Consumer]]:
        return users

    async def none_visible(_not_before: datetime) -> list[str]:
        return []

    monkeypatch.setattr(consumers, "_listings", Recent(10))
    monkeypatch.setattr(consumers, "_list", listed)
    monkeypatch.setattr(consumers, "list_subscriptions", none_visible)
    assert [one.id for one in await find_consumers(image(ours), datetime.now(UTC))] == ["/vm"]


@pytest.mark.parametrize(("ours", "theirs"), [("İmages", "İmages"), ("webs", "WEBS"), ("ΟΔΟΣ", "οδοσ")])
async def test_a_lock_on_a_group_of_any_alphabet_is_seen(monkeypatch, ours: str, theirs: str):
    """A dotted capital I is two letters in lower case: the page said that no lock protects the image."""
    scope = image(theirs).partition("/providers")[0]
    lock = {"id": f"{scope}/providers/microsoft.authorization/locks/keep", "name": "keep"}

    async def listed(_: str) -> list[dict[str, Any]]:
        return [lock]

    monkeypatch.setattr(locks, "list_all", listed)
    assert [one.name for one in await find_locks(image(ours), datetime.now(UTC))] == ["keep"]


@pytest.mark.parametrize("group", ["ที่ทำงาน", "चित्र", "e\u0301quipe", "a‿b", "İmages".lower()])
def test_a_group_whose_letters_bear_marks_is_one(group: str):
    """Marks are no letters to Python: an image in such a group could not be migrated, and its users were not seen."""
    assert ResourceId.parse(image(group), MANAGED_IMAGE).resource_group == group
    assert paths_by_id(f'{{"image": "{image(group)}"}}').keys() == {image(group).lower()}


def test_an_image_with_an_id_that_makes_no_sense_costs_itself_alone():
    """The list of images answered 500, and the sweep ended, because of one of them."""
    body = {"name": "web", "location": "eastus", "tags": {"migrate-to-gallery": "default"}}
    bodies = [body | {"id": image("a b")}, body | {"id": image("webs")}]
    odd, plain = each_understood(ManagedImage, image_from, bodies)
    assert (bool(odd.unreadable), odd.tags, plain.unreadable) == (True, {}, None)


async def test_what_cannot_be_looked_into_may_hold_a_user(azure, monkeypatch):
    """A gallery with an id that makes no sense was left out, and with it a version that reads from the source."""

    async def list_galleries(_: str) -> list[Gallery]:
        return [make_gallery(id=make_gallery().id.replace("/images/", "/a b/"))]

    monkeypatch.setattr(consumers, "_listings", Recent(10))
    monkeypatch.setattr(consumers, "list_galleries", list_galleries)
    own = f"/subscriptions/{azure.subscription_id}/resourceGroups/g/providers/Microsoft.Compute/images/web"
    with pytest.raises(ArmUnreadableError, match="who uses the image"):
        await find_consumers(own, datetime.now(UTC))
