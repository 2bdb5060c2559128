"""The hub may hold anything that a holder of its key put there; the API answers nevertheless."""

import json
from datetime import UTC, datetime
from typing import Any

import azure.functions as func
import pytest
from durabletask.client import OrchestrationState, OrchestrationStatus

from migration import names
from migration.asking.settings import Settings
from migration.course.starting import Requester, start_by_request
from migration.course.state import MigrationState
from tests.unit.samples import make_image, make_request
from triggers.answering.responding import responding
from triggers.api.migrations import _list
from triggers.steering import hub

START = start_by_request(make_request(), make_image(), Requester("Ada"), Settings())
GOOD = json.dumps(MigrationState(start=START).dump())


class Hub:
    """As much of the durable client as reading needs: the instances it was given."""

    def __init__(self, *instances: OrchestrationState) -> None:
        self._instances = instances

    async def get_all_orchestration_states(self, _query: object) -> list[OrchestrationState]:
        return list(self._instances)

    async def get_orchestration_state(self, instance_id: str) -> OrchestrationState | None:
        return next((one for one in self._instances if one.instance_id == instance_id), None)


def instance(instance_id: str, serialized_input: str | None) -> OrchestrationState:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return OrchestrationState(
        instance_id=instance_id,
        name=names.MIGRATE_IMAGE,
        runtime_status=OrchestrationStatus.RUNNING,
        created_at=now,
        last_updated_at=now,
        serialized_input=serialized_input,
        serialized_output=None,
        serialized_custom_status=None,
        failure_details=None,
    )


@pytest.mark.parametrize("garbage", ["{not json", "null", "[]", "7", '"text"', "{}", '{"start": {}}', "", None])
async def test_an_instance_somebody_started_with_garbage_hides_no_migration(garbage: str | None):
    forged = instance("migrate-forged-0123456789", garbage)
    client: Any = Hub(forged, instance(START.id, GOOD), instance("another-apps", GOOD))
    assert [one.id for one in await hub.find_all(client)] == [START.id]
    assert await hub.find(client, forged.instance_id) is None
    assert await hub.find(client, "another-apps") is None


@pytest.mark.parametrize("top", ["0", "501", "-1", "1.5", "all", "", "9" * 5000])
async def test_a_page_size_that_makes_no_sense_is_named(top: str):
    client: Any = Hub()
    request = func.HttpRequest("GET", "https://example.com/api/migrations", params={"top": top}, body=b"")
    answer = await responding(_list(request, client))  # the registered function takes the platform's binding only
    assert answer.status_code == 422
    assert [problem["field"] for problem in json.loads(answer.get_body())["errors"]] == ["top"]
