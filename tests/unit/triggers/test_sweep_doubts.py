"""What Resource Graph cannot tell, the images themselves do: some at a time, so that a sweep stays a few calls."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from migration.approval.image_record import Answered, new_record
from triggers.steering import sweeping
from triggers.steering.sweeping import MOST_LOOKED_AT, sweep

from arm.resource_graph import find_tagged_images
from dev.emulator.seed import managed_image
from migration.asking.tags import tag_fingerprint
from migration.resources.image import ManagedImage
from records.store import change

KEY = "migrate-to-gallery"
TAGS = {KEY: "default"}
FEW = MOST_LOOKED_AT + 3
MOST_CALLS = 20


@pytest.fixture
def starts(storage, monkeypatch):
    """What a sweep starts, in place of a task hub; what has been started is under way ever after."""
    started: list[str] = []

    async def start(_client: Any, begun: Any, _held: Any) -> bool:
        started.append(begun.id)
        return started.count(begun.id) == 1

    async def is_live(_client: Any, migration_id: str) -> bool:
        return migration_id in started

    monkeypatch.setattr(sweeping, "beginning", SimpleNamespace(start=start))
    monkeypatch.setattr(sweeping, "hub", SimpleNamespace(is_live=is_live))
    return started


@pytest.fixture
def calls(azure):
    """How many calls of Azure there have been, those for tokens aside."""
    return lambda: len([call for call in azure.control.calls() if "/oauth2/" not in call["path"]])


@pytest.fixture
async def came_back(azure, starts) -> list[ManagedImage]:
    """More images than are looked at at once: each was migrated and deleted, and is there again from the same disks."""
    for number in range(FEW):
        azure.control.put_resource(managed_image(f"back-{number}", tags=TAGS))
    images = await find_tagged_images(KEY)
    for image in images:
        fingerprint = tag_fingerprint(TAGS, KEY)
        answered = Answered(fingerprint=fingerprint, content="as it was", shape=image.shape, deleted=True)
        record = new_record(image.id, datetime.now(UTC)).model_copy(update={"answered": answered})
        await change(record.migration_id, lambda _, record=record: record)
    return images


async def test_images_that_came_back_are_all_started_in_time(came_back, starts, calls):
    before = calls()
    found = await sweep(None)  # type: ignore[arg-type]  # no task hub here
    assert (found.tagged, len(found.started)) == (FEW, MOST_LOOKED_AT)
    assert calls() - before <= MOST_CALLS
    while len(set(starts)) < FEW:
        before = calls()
        await sweep(None)  # type: ignore[arg-type]  # no task hub here
        assert calls() - before <= MOST_CALLS


async def test_what_was_deleted_a_moment_ago_is_started_in_no_number(azure, came_back, starts):
    azure.control.settings(resourceGraphDelaySeconds=3600)
    for image in came_back:
        azure.control.delete_resource(image.id)
    found = await sweep(None)  # type: ignore[arg-type]  # no task hub here
    assert found.tagged == FEW
    assert (found.started, starts) == ([], [])


async def test_an_image_that_cannot_be_looked_at_now_is_looked_at_later(azure, came_back, starts):
    refused = {"status": 403, "code": "AuthorizationFailed", "message": "no"}
    azure.control.add_fault(method="GET", path="/images/back-", error=refused, times=None)
    assert (await sweep(None)).started == []  # type: ignore[arg-type]  # no task hub here
    azure.control.remove_faults()
    assert len((await sweep(None)).started) == MOST_LOOKED_AT  # type: ignore[arg-type]  # no task hub here
