"""The hub may hold anything that a holder of its key put there; the API answers nevertheless."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.functions as func
import pytest
from durabletask.client import OrchestrationStatus
from migration.course.audit import AuditEntry
from migration.course.state import Ending, MigrationState, Status
from triggers.steering import hub

from migration.course.starting import Requester, start_by_request
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.index import Row
from tests.unit.fake_hub import Hub, instance
from tests.unit.samples import DEFAULTS, NOW, make_image, make_request
from triggers.answering.responding import responding
from triggers.api.listing import _list

START = start_by_request(make_request(), make_image(), Requester("Ada"), DEFAULTS)
GOOD = json.dumps(MigrationState(start=START).dump())


@pytest.mark.parametrize(
    "garbage",
    ["{not json", "[" * 100_000 + "]" * 100_000, "null", "[]", "7", '"text"', "{}", '{"start": {}}', "", None],
)
async def test_an_instance_somebody_started_with_garbage_hides_no_migration(garbage: str | None):
    forged = instance("migrate-forged-0123456789", garbage)
    client: Any = Hub(forged, instance(START.id, GOOD), instance("another-apps", GOOD))
    found = await hub.find(client, START.id)
    assert found is not None
    assert found.id == START.id
    assert await hub.find(client, forged.instance_id) is None
    assert await hub.find(client, "another-apps") is None


@pytest.mark.parametrize("top", ["0", "501", "-1", "1.5", "all", "", "9" * 5000])
async def test_a_page_size_that_makes_no_sense_is_named(top: str):
    client: Any = Hub()
    request = func.HttpRequest("GET", "https://example.com/api/migrations", params={"top": top}, body=b"")
    answer = await responding(_list(request, client))  # the registered function takes the platform's binding only
    assert answer.status_code == 422
    assert [problem["field"] for problem in json.loads(answer.get_body())["errors"]] == ["top"]


STATUS = json.dumps(Status.of(MigrationState(start=START, phase=Phase.DELETING_SOURCE)).dump())


async def test_an_instance_too_large_for_a_message_is_read_by_its_status():
    """One instance of 5 MB, which anyone with the key can start, made every list and look answer 500."""
    client: Any = Hub(instance(START.id, GOOD, status=STATUS))
    client.too_large.add(START.id)
    found = await hub.find(client, START.id)
    assert found is not None
    assert (found.state, found.phase) == (None, Phase.DELETING_SOURCE)


@pytest.mark.parametrize("status", [OrchestrationStatus.TERMINATED, OrchestrationStatus.FAILED])
async def test_what_was_ended_from_outside_while_it_deleted_is_unknown(status: OrchestrationStatus):
    """It was shown as cancelled, or failed with its source kept, while Azure deleted the source."""
    client: Any = Hub(instance(START.id, GOOD, status, status=STATUS))
    found = await hub.find(client, START.id)
    assert found is not None
    assert found.outcome is not None
    assert (found.outcome.kind, found.outcome.code) == (OutcomeKind.UNKNOWN, "EndedWhileDeleting")


async def test_an_ended_migration_is_its_last_input_and_its_ending():
    last = MigrationState(start=START, phase=Phase.VERIFYING, notes=["before"])
    outcome = Outcome(kind=OutcomeKind.FAILED, code="C", reason="r", step=Phase.VERIFYING)
    ended = last.audited(AuditEntry(at=NOW, event="ended: Failed")).model_copy(update={"outcome": outcome})
    over = instance(
        START.id,
        json.dumps(last.dump()),
        OrchestrationStatus.COMPLETED,
        output=json.dumps(Ending.of(ended, last).dump()),
        status=json.dumps(Status.of(ended.model_copy(update={"phase": Phase.DONE})).dump()),
    )
    client: Any = Hub(over)
    found = await hub.find(client, START.id)
    assert found is not None
    assert found.state == ended.model_copy(update={"phase": Phase.DONE})
    assert found.outcome == outcome


def row(phase: Phase = Phase.REPLICATING, *, live: bool = True) -> Row:
    return Row(START.id, Status.of(MigrationState(start=START, phase=phase)), NOW, live)


@pytest.mark.parametrize("garbage", [None, "{not json"])
async def test_a_row_of_a_list_whose_instance_cannot_be_read_is_shown_as_it_was(garbage: str | None):
    client: Any = Hub(*([instance(START.id, None, status=garbage)] if garbage else []))
    client.down = garbage is None
    found = await hub.as_it_is(client, row())
    assert (found.id, found.phase, found.is_live) == (START.id, Phase.REPLICATING, True)


@pytest.mark.parametrize(("age", "is_live"), [(timedelta(0), True), (timedelta(hours=1), False)])
async def test_a_row_whose_instance_is_not_there_is_under_way_only_if_it_has_just_begun(age: timedelta, is_live: bool):
    """What was purged from outside was listed, and counted, as running for ever."""
    client: Any = Hub()
    found = await hub.as_it_is(client, row()._replace(updated_at=datetime.now(UTC) - age))
    assert found.is_live is is_live


async def test_a_row_of_a_live_migration_is_shown_as_it_stands_now():
    client: Any = Hub(instance(START.id, GOOD, status=STATUS))
    found = await hub.as_it_is(client, row())
    assert (found.phase, found.state) == (Phase.DELETING_SOURCE, None)  # lean: a list reads no inputs


async def test_the_row_of_an_ended_migration_is_not_looked_up():
    client: Any = Hub()
    client.down = True
    found = await hub.as_it_is(client, row(Phase.DONE, live=False))
    assert (found.phase, found.is_live) == (Phase.DONE, False)
