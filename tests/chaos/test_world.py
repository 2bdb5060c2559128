"""The world that schedules are played in: the app's own code from a wish to its end, the same in every process."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.chaos.world.seeing import records_of
from tests.chaos.world.world import a_world
from tests.support.documents import RESOURCES, image_id

ROOT = Path(__file__).parents[2]
IMAGE = image_id("ubuntu-web")


def tagged(world, image=IMAGE, value="default"):
    body = {"operation": "Merge", "properties": {"tags": {"migrate-to-gallery": value}}}
    world.azure.others("PATCH", f"{image}/providers/Microsoft.Resources/tags/default", body, api=RESOURCES)


def record(world, image=IMAGE):
    return records_of(world.azure)[image.lower()]


def test_a_migration_asked_for_over_http_is_approved_and_ends():
    with a_world(1) as world:
        assert world.await_(world.people.start(IMAGE)).status == 202
        world.passes(timedelta(minutes=40))
        assert world.await_(world.people.decide(IMAGE, "approve", record(world))).status == 202
        world.passes(timedelta(minutes=30))
        assert world.await_(world.people.look(IMAGE))["outcome"]["kind"] == "Migrated"
        assert world.azure.get(IMAGE) is None
        assert world.loop.problems == []


def test_a_tag_starts_one_and_the_page_behind_a_link_decides_it():
    with a_world(2) as world:
        tagged(world)
        world.passes(timedelta(minutes=40))
        letter = world.people.letters(IMAGE)[-1]
        assert world.await_(world.people.answer(letter, "approve", record(world))).status == 303
        world.passes(timedelta(minutes=30))
        assert world.await_(world.people.look(IMAGE))["outcome"]["kind"] == "Migrated"


def test_a_tag_that_somebody_replaces_after_the_app_has_tagged_the_image_is_announced_as_theirs():
    """The event was taken for one of the app's own, which Event Grid filters out: the wish was never heard of."""
    with a_world(6) as world:
        world.await_(world.people.start(IMAGE))
        world.passes(timedelta(minutes=40))
        world.await_(world.people.decide(IMAGE, "reject", record(world)))
        world.passes(timedelta(minutes=5))
        assert "migrate-to-gallery-status" in world.azure.get(IMAGE).tags
        world.azure.others("PATCH", IMAGE, {"tags": {"migrate-to-gallery": "default"}})
        world.passes(timedelta(minutes=1))
        assert record(world)["run"]["number"] == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_of_the_delete_is_followed_by_one_that_ends_it(when):
    with a_world(3) as world:
        tagged(world)
        world.passes(timedelta(minutes=40))
        world.await_(world.people.decide(IMAGE, "approve", record(world)))
        world.dies_of(when, "DELETE", f"{IMAGE}$")
        world.passes(timedelta(hours=1))
        assert [event.facts["when"] for event in world.trace.of("dies of")] == [when]
        assert world.await_(world.people.look(IMAGE))["outcome"]["kind"] == "Migrated"


def test_a_run_that_a_lost_hub_forgot_is_closed_and_may_be_started_again():
    with a_world(4) as world:
        tagged(world)
        world.passes(timedelta(minutes=40))
        world.hub.lose()
        world.passes(timedelta(minutes=30))
        assert world.await_(world.people.look(IMAGE))["outcome"]["kind"] == "Cancelled"
        assert world.await_(world.people.start(IMAGE)).status == 202
        world.passes(timedelta(minutes=30))
        world.await_(world.people.decide(IMAGE, "approve", record(world)))
        world.passes(timedelta(hours=1))
        assert world.await_(world.people.look(IMAGE))["outcome"]["kind"] == "Migrated"


ONE = """
from datetime import timedelta
from tests.chaos.world.world import a_world
from tests.support.documents import image_id
with a_world(5) as world:
    {planted}
    world.await_(world.people.start(image_id("ubuntu-web")))
    world.passes(timedelta(minutes=40))
    print(world.trace.digest())
"""


def digests(planted=""):
    """Of one seed, in two processes that hash differently."""
    for number in ("1", "2"):
        code = ONE.format(planted=planted or "pass")
        run = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
        )
        yield run.stdout


def test_one_seed_makes_the_same_trace_in_every_process():
    assert len(set(digests())) == 1


def test_a_look_at_the_time_of_day_is_noticed():
    planted = "import records.store, datetime; records.store.datetime = datetime.datetime"
    assert len(set(digests(planted))) == 2
