"""The sweep of a large estate: a call for each thousand images, every news started once."""

import pytest

from dev.emulator import running_emulator
from dev.emulator.seed import managed_image, small_company
from dev.emulator.world import World
from dev.emulator.world.resources import Resource
from migration.asking.tags import status_key, tag_fingerprint
from migration.values.ids import instance_id_for
from steering.upkeep.sweeping import sweep
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import make_settings

TAG = "migrate-to-gallery"
IMAGES = 10_000
NEWS = 100
MOST_CALLS = 30


def estate(world: World) -> None:
    """Ten thousand tagged images; all but a hundred bear the outcome of a migration of just that tag."""
    small_company(world)
    wish = {TAG: "default"}
    answered = wish | {status_key(TAG): f"Migrated {tag_fingerprint(wish, TAG)}"}
    for number in range(IMAGES):
        tags = wish if number < NEWS else answered
        world.resources.put(Resource.from_document(managed_image(f"golden-{number:05d}", tags=tags)))


@pytest.fixture(scope="module")
def session_emulator():
    with running_emulator(speed=0, seed=estate) as emulator:
        yield emulator


async def test_a_hundred_news_among_ten_thousand_images_take_at_most_thirty_calls(azure, records):
    hub = FakeHub()
    before = len(azure.control.calls())
    found = await sweep(hub, make_settings(gallery="contoso_gallery"))
    calls = azure.control.calls()[before:]
    assert (found.via, found.tagged) == ("Resource Graph", IMAGES)
    news = [instance_id_for(managed_image(f"golden-{number:05d}")["id"]) for number in range(NEWS)]
    assert sorted(hub.started_ids) == sorted(found.started) == sorted(news)
    assert len(calls) <= MOST_CALLS
