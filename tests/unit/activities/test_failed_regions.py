"""What is told of the regions of a migration that failed: how far each was when it did."""

import pytest

from migration.course import steps
from migration.telling.status import Status
from migration.values.outcome import OutcomeKind
from tests.support.azure_samples import BUILD_SECONDS, prepared, start
from tests.support.steps import Migration


@pytest.fixture
async def created(azure, records) -> Migration:
    migration = await prepared(azure, records, start(targetRegions=["eastus2", "westus2"]))
    azure.control.settings(replicationFailures={"westus2": "no capacity in this region"})
    await migration.take(steps.CREATE_IMAGE_VERSION)
    return migration


@pytest.mark.parametrize("looked_before", [True, False])
async def test_the_regions_of_a_migration_that_failed_are_told_as_they_were_then(azure, created, looked_before: bool):
    """`westus2 Failed`, half a second later `Done` and `regions: []`."""
    if looked_before:
        await created.take(steps.CHECK_REPLICATION)
        assert created.run.outcome is None
    azure.control.advance(BUILD_SECONDS)
    await created.insist(steps.CHECK_REPLICATION)
    assert created.outcome.kind is OutcomeKind.FAILED
    told = {one.name: (one.state, one.details) for one in Status.of(created.record, created.run).regions}
    assert set(told) == {"eastus2", "westus2"}
    assert told["westus2"][0] == "Failed"
    assert "no capacity" in (told["westus2"][1] or "")
