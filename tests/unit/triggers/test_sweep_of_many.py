"""Ten thousand tagged images, one in a hundred of them news: a sweep takes a few calls, and starts each once."""

import pytest

from dev.emulator import running_emulator
from dev.emulator.seed import IMAGES_GROUP, managed_image, small_company
from dev.emulator.world import World
from dev.emulator.world.resources import Resource
from migration.asking.tags import tag_fingerprint
from migration.values.ids import instance_id_for
from triggers.steering.sweeping import sweep

KEY = "migrate-to-gallery"
TAGS = {KEY: "default"}
ANSWERED = TAGS | {f"{KEY}-status": f"SourceKept Rejected {tag_fingerprint(TAGS, KEY)}"}
MANY, NEWS = 10_000, range(0, 10_000, 100)
MOST_CALLS = 30


def ten_thousand(world: World) -> None:
    small_company(world)
    for number in range(MANY):
        image = managed_image(f"many-{number}", tags=TAGS if number in NEWS else ANSWERED)
        world.resources.put(Resource.from_document(image))


@pytest.fixture(scope="module")
def session_emulator():
    """In place of the one that all unit tests share."""
    with running_emulator(speed=0, seed=ten_thousand) as emulator:
        yield emulator


async def test_a_sweep_of_ten_thousand_takes_thirty_calls_and_starts_each_news_once(calls, starts):
    images = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images"
    news = sorted(instance_id_for(f"{images}/many-{number}") for number in NEWS)
    found = await sweep(None)  # type: ignore[arg-type]  # no task hub here
    assert (found.via, found.tagged) == ("Resource Graph", MANY)
    assert sorted(found.started) == sorted(starts) == news
    assert calls() <= MOST_CALLS
