"""A delete that is sent twice at once, by slow storage, or of an image whose age nobody tells."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from activities import delete_source_image
from dev.emulator.seed import SHOP_GROUP
from migration.course import steps
from migration.record.question import Stage
from migration.values.outcome import OutcomeKind
from tests.support.azure_samples import SOURCE, built, deleting
from tests.support.steps import Migration

step: Any = delete_source_image


@pytest.fixture
async def migration(azure, records) -> Migration:
    return await deleting(azure, await built(azure, records))


async def test_a_delete_that_two_workers_send_at_once_is_not_told_as_somebody_elses(azure, migration, monkeypatch):
    """Both have looked before either swapped; the second finds the image gone, which the first deleted."""
    real, met = step.find_uses, asyncio.Barrier(2)

    async def find_uses(*arguments):
        found = await real(*arguments)
        await met.wait()
        return found

    first_done = asyncio.Event()
    real_copy, turn = step.with_copy, iter([1, 2])

    async def with_copy(*arguments):
        if next(turn) == 2:
            await first_done.wait()
            azure.control.advance(60)
        return await real_copy(*arguments)

    monkeypatch.setattr(step, "find_uses", find_uses)
    monkeypatch.setattr(step, "with_copy", with_copy)

    async def one():
        result = await migration.take(steps.DELETE_SOURCE_IMAGE)
        first_done.set()
        return result

    await asyncio.gather(one(), one())
    assert azure.control.resource(SOURCE) is None
    await migration.take(steps.CONFIRM_DELETE)
    assert migration.outcome.kind is OutcomeKind.MIGRATED, migration.outcome


async def test_an_image_whose_age_is_not_told_is_not_called_deleted_and_made_anew(azure, migration):
    await migration.take(steps.DELETE_SOURCE_IMAGE)
    document = azure.control.resource(SOURCE)
    properties = document["properties"] | {"provisioningState": "Succeeded"}
    azure.control.advance(60)
    azure.control.put_resource(document | {"systemData": None, "properties": properties})  # it was not carried out
    await migration.take(steps.CONFIRM_DELETE)
    assert (migration.run.outcome, migration.question.stage) == (None, Stage.SENT)


async def test_a_scan_that_has_grown_old_while_storage_was_slow_does_not_count(azure, records, migration, monkeypatch):
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/late"
    body = {"id": machine, "location": "eastus2", "properties": {"storageProfile": {"imageReference": {"id": SOURCE}}}}

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + offset

    offset = timedelta(0)

    def slow():
        nonlocal offset
        offset = timedelta(minutes=30)
        azure.control.put_resource(body)

    monkeypatch.setattr(step, "datetime", Later)
    records.before_saving.append(slow)
    await migration.take(steps.DELETE_SOURCE_IMAGE)
    azure.control.advance(60)
    assert azure.control.resource(SOURCE) is not None, "deleted by a scan thirty minutes old, in use by a machine"
    assert (migration.question.stage, migration.question.deletion) == (Stage.APPROVED, None)


async def test_records_that_somebody_deletes_as_the_delete_is_about_to_be_sent_keep_the_source(
    azure, records, migration
):
    """The swap after which no cancel counts meets no record any more, at its first write as at any later one."""
    records.before_saving.append(records.rows.clear)
    answer = await migration.take(steps.DELETE_SOURCE_IMAGE)
    assert (answer.stand.kind, records.rows) == ("gone", {})
    azure.control.advance(600)
    assert azure.control.resource(SOURCE)["properties"]["provisioningState"] == "Succeeded"


async def test_records_that_somebody_deletes_once_the_delete_was_sent_bring_nothing_back(azure, records, migration):
    hint = migration.hint()
    await migration.take(steps.DELETE_SOURCE_IMAGE)
    records.rows.clear()
    for step_taken in (steps.DELETE_SOURCE_IMAGE, steps.CONFIRM_DELETE):
        answer = await migration.take(step_taken, hint=hint)
        assert (answer.stand.kind, records.rows) == ("gone", {})
