"""What Resource Graph cannot tell, the images themselves do: some at a time, so that a sweep stays a few calls."""

from datetime import UTC, datetime

import pytest

from arm.surveys.resource_graph import find_tagged_images
from dev.emulator.seed import managed_image
from migration.asking.tags import tag_fingerprint
from migration.record.image_record import Answered, new_record
from migration.resources.image import ManagedImage
from steering.upkeep.sweeping import MOST_LOOKED_AT, sweep
from tests.support.fakes.fake_hub import FakeHub
from tests.support.samples import DEFAULTS

KEY = "migrate-to-gallery"
TAGS = {KEY: "default"}
FEW = MOST_LOOKED_AT + 3
MOST_CALLS = 20


@pytest.fixture
def hub() -> FakeHub:
    """A task hub in which what has been started is under way ever after."""
    return FakeHub()


@pytest.fixture
def calls(azure):
    """How many calls of Azure there have been, those for tokens aside."""
    return lambda: len([call for call in azure.control.calls() if "/oauth2/" not in call["path"]])


@pytest.fixture
async def came_back(azure, records) -> list[ManagedImage]:
    """More images than are looked at at once: each was migrated and deleted, and is there again from the same disks."""
    for number in range(FEW):
        azure.control.put_resource(managed_image(f"back-{number}", tags=TAGS))
    images = await find_tagged_images(KEY)
    for image in images:
        fingerprint = tag_fingerprint(TAGS, KEY)
        answered = Answered(fingerprint=fingerprint, content="as it was", shape=image.shape, deleted=True)
        records.put(new_record(image.id, datetime.now(UTC)).changed(answered=answered))
    return images


async def test_images_that_came_back_are_all_started_in_time(came_back, hub, calls):
    before = calls()
    found = await sweep(hub, DEFAULTS)
    assert (found.tagged, len(found.started)) == (FEW, MOST_LOOKED_AT)
    assert calls() - before <= MOST_CALLS
    while len(set(hub.started_ids)) < FEW:
        before = calls()
        await sweep(hub, DEFAULTS)
        assert calls() - before <= MOST_CALLS


async def test_what_was_deleted_a_moment_ago_is_started_in_no_number(azure, came_back, hub):
    azure.control.settings(resourceGraphDelaySeconds=3600)
    for image in came_back:
        azure.control.delete_resource(image.id)
    found = await sweep(hub, DEFAULTS)
    assert found.tagged == FEW
    assert (found.started, hub.started) == ([], [])


async def test_an_image_that_cannot_be_looked_at_now_is_looked_at_later(azure, came_back, hub):
    refused = {"status": 403, "code": "AuthorizationFailed", "message": "no"}
    azure.control.add_fault(method="GET", path="/images/back-", error=refused, times=None)
    assert (await sweep(hub, DEFAULTS)).started == []
    azure.control.remove_faults()
    assert len((await sweep(hub, DEFAULTS)).started) == MOST_LOOKED_AT
