"""The hub may hold anything that a holder of its key put there: it says what is under way, and nothing else of it."""

import json
from typing import Any

import azure.functions as func
import grpc
import pytest
from durabletask.client import OrchestrationStatus

from hub.durable_hub import DurableHub
from hub.task_hub import HubUnavailableError
from migration.course.standing import Hint, read_hint
from migration.record.run import RunStage
from migration.telling.status import Status
from migration.values.ids import teller_of
from migration.values.outcome import Phase
from tests.support.fakes.fake_hub import FakeClient, FakeHub
from tests.support.samples import OWN_ID, make_ended, make_record, make_run
from triggers.answering.responding import HttpProblemError, responding
from triggers.api.listing import _list
from triggers.finding.migrations import find_migration, status_now

HINT = Hint(run="run 1", phase=Phase.CREATING)


def request(migration_id: str = OWN_ID, **params: str) -> func.HttpRequest:
    address = f"https://example.com/api/migrations/{migration_id}"
    return func.HttpRequest("GET", address, params=params, route_params={"id": migration_id}, body=b"")


@pytest.mark.parametrize(
    "garbage",
    [None, "{not json", "", 7, [], {}, {"start": {}}, {"run": 7}, {"run": "r", "phase": "Dreaming"}, "[" * 1000],
)
def test_an_input_that_somebody_made_up_is_the_hint_of_nobody(garbage: Any):
    assert read_hint(garbage) is None


def test_a_hint_says_which_run_and_where_and_nothing_that_would_need_to_be_signed():
    assert read_hint(HINT.dump() | {"approval": "forged", "requestedBy": "Mallory"}) == HINT
    assert set(HINT.dump()) == {"format", "run", "phase"}


@pytest.mark.parametrize("top", ["0", "501", "-1", "1.5", "all", "", "9" * 5000])
async def test_a_page_size_that_makes_no_sense_is_named(top: str):
    client: Any = FakeClient()
    answer = await responding(_list(request(top=top), client))  # the registered function takes the platform's binding
    assert answer.status_code == 422
    assert [problem["field"] for problem in json.loads(answer.get_body())["errors"]] == ["top"]


# The durable client


@pytest.mark.parametrize("status", OrchestrationStatus)
async def test_an_orchestration_is_live_until_it_has_ended_and_its_payload_is_never_read(status: OrchestrationStatus):
    """One instance of 5 MB, which anyone with the key can start, made every list and look answer 500."""
    client: Any = FakeClient(FakeHub({OWN_ID}))
    client.status = status
    over = {OrchestrationStatus.COMPLETED, OrchestrationStatus.FAILED, OrchestrationStatus.TERMINATED}
    assert await DurableHub(client).is_live(OWN_ID) is (status not in over)
    assert not await DurableHub(client).is_live("another")


async def test_what_is_live_is_not_started_again():
    client: Any = FakeClient()
    hub = DurableHub(client)
    assert await hub.start(OWN_ID, HINT)
    assert not await hub.start(OWN_ID, HINT)
    await hub.wake(OWN_ID, "Approval", {"look": True})
    await hub.purge(OWN_ID)
    assert (client.hub.started, client.hub.heard, client.hub.purged) == (
        [(OWN_ID, HINT)],
        [(OWN_ID, "Approval")],
        [OWN_ID, teller_of(OWN_ID)],
    )


async def test_people_are_told_by_one_orchestration_of_an_image():
    client: Any = FakeClient()
    assert await DurableHub(client).tell(OWN_ID)
    assert not await DurableHub(client).tell(OWN_ID)
    assert client.hub.telling == [teller_of(OWN_ID)]


@pytest.mark.parametrize("code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED])
async def test_a_hub_that_gives_no_answer_is_told_as_that_on_every_way(code: grpc.StatusCode):
    client: Any = FakeClient(says=code)
    hub = DurableHub(client)
    for ask in (
        hub.is_live(OWN_ID),
        hub.start(OWN_ID, HINT),
        hub.wake(OWN_ID, "Approval", {}),
        hub.tell(OWN_ID),
        hub.purge(OWN_ID),
    ):
        with pytest.raises(HubUnavailableError) as told:
            await ask
        assert told.value.status == code.name


# What is told of a migration


@pytest.mark.parametrize("migration_id", ["another-apps", "migrate-forged-0123456789", OWN_ID.replace("web", "db")])
async def test_an_instance_somebody_started_under_another_id_is_no_migration(records, migration_id: str):
    records.put(make_record(make_run()))
    assert (await find_migration(request())).id == OWN_ID
    with pytest.raises(HttpProblemError) as told:
        await find_migration(request(migration_id))
    assert told.value.status == 404


async def test_a_record_that_no_run_was_admitted_to_is_no_migration(records):
    records.put(make_record())
    with pytest.raises(HttpProblemError):
        await find_migration(request())


def status_of(run: Any) -> Status:
    return Status.of(make_record(run), run)


async def test_what_was_ended_from_outside_is_told_as_stopped_and_a_look_writes_nothing(records):
    records.put(make_record(make_run(Phase.DELETING_SOURCE)))
    writes = records.writes
    told = await status_now(FakeHub(), OWN_ID, status_of(make_run(Phase.DELETING_SOURCE)))
    assert (told.stopped, told.outcome, records.writes) == (True, None, writes)


async def test_what_is_there_is_told_as_it_stands():
    status = status_of(make_run(Phase.DELETING_SOURCE))
    assert await status_now(FakeHub({OWN_ID}), OWN_ID, status) == status


@pytest.mark.parametrize("run", [make_ended(), make_run(stage=RunStage.ADMITTED)])
async def test_what_has_ended_or_not_begun_is_not_looked_for(run: Any):
    assert await status_now(FakeHub(down=True), OWN_ID, status_of(run)) == status_of(run)
    assert not (await status_now(FakeHub(), OWN_ID, status_of(run))).stopped


async def test_while_the_hub_is_down_nothing_is_told_as_stopped():
    status = status_of(make_run(Phase.CREATING))
    assert await status_now(FakeHub(down=True), OWN_ID, status) == status
