"""The hub may be busy, and others start the same migration: both are told as what they are, and neither is a 500."""

import json
from typing import Any

import azure.functions as func
import grpc
import pytest

from hub.durable_hub import DurableHub
from migration.plan.plan import PlanResult
from migration.record.run import RunStage
from migration.values.outcome import Phase
from migration.values.problems import Problem
from tests.support.fakes.fake_hub import FakeClient, FakeHub
from tests.support.samples import (
    GALLERY,
    OWN_ID,
    SOURCE,
    VERSION,
    make_ended,
    make_image,
    make_plan,
    make_record,
    make_run,
)
from triggers.answering.responding import responding
from triggers.api.decisions import _approve, _ask_again, _cancel
from triggers.api.migrations import _get, _start_migration

BUSY = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED]


def request(**body: Any) -> func.HttpRequest:
    address = f"https://example.com/api/migrations/{OWN_ID}"
    headers = {"Content-Type": "application/json"}
    return func.HttpRequest(
        "POST", address, headers=headers, route_params={"id": OWN_ID}, body=json.dumps(body).encode()
    )


async def answer(handler: Any, client: FakeClient, **body: Any) -> tuple[int, dict[str, Any]]:
    answered = await responding(handler(request(**body), client))
    return answered.status_code, json.loads(answered.get_body())


@pytest.fixture
def source(monkeypatch) -> None:
    async def get_image(_: str) -> Any:
        return make_image()

    async def draw_up_plan(*_: Any) -> PlanResult:
        return PlanResult(plan=make_plan())

    monkeypatch.setattr("triggers.api.migrations.get_image", get_image)
    monkeypatch.setattr("triggers.api.migrations.draw_up_plan", draw_up_plan)


@pytest.mark.parametrize("handler", [_approve, _ask_again, _cancel])
async def test_a_record_that_makes_no_sense_is_told_as_that_and_not_as_an_outage(records, handler):
    """It was a 503 with the advice to try again in ten seconds, for ever."""
    records.put_text(OWN_ID, "{not json")
    status, told = await answer(handler, FakeClient())
    assert (status, told["code"]) == (409, "RecordUnreadable")
    assert told["nextAction"]


async def test_every_wrong_field_of_a_decision_is_named_at_once(records):
    """Beside a field that nobody knows, what else was wrong was told only the next time."""
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL)))
    status, told = await answer(_approve, FakeClient(), decison="approve", approver="", imageVersionId=VERSION)
    assert status == 422
    assert {one["field"] for one in told["errors"]} == {"decison", "decision", "approver"}


@pytest.mark.parametrize("code", BUSY)
async def test_a_hub_that_does_not_answer_is_told_as_unavailable(code: grpc.StatusCode):
    client: Any = FakeClient(says=code)
    answered = await responding(DurableHub(client).is_live(OWN_ID))  # type: ignore[arg-type]  # it raises
    assert answered.status_code == 503
    assert answered.headers["Retry-After"]
    assert json.loads(answered.get_body())["title"] == "The task hub is unavailable"


@pytest.mark.parametrize("code", BUSY)
async def test_a_start_is_202_whatever_the_hub_answers_and_kept(records, source, code: grpc.StatusCode):
    status, body = await answer(_start_migration, FakeClient(says=code), sourceImageId=SOURCE)
    assert (status, body["run"]) == (202, records.run(OWN_ID).id)
    assert records.run(OWN_ID).stage is RunStage.ADMITTED


async def test_whoever_comes_second_is_409_with_the_run_that_lives(records, source):
    client = FakeClient()
    first, started = await answer(_start_migration, client, sourceImageId=SOURCE)
    second, problem = await answer(_start_migration, client, sourceImageId=SOURCE)
    assert (first, second) == (202, 409)
    assert (problem["run"], problem["code"]) == (started["run"], "UnderWay")
    assert [hint.run for _, hint in client.hub.started] == [started["run"]]


PASSING = Problem(field="sourceImageId", code="SourceNotReady", message="it is Creating", passes=True)
MISSING = Problem(field="gallery", code="NotFound", message="not found", absent=GALLERY)
LASTING = Problem(field="sku", code="IdentifierTaken", message="taken")


@pytest.mark.parametrize(
    ("problems", "status", "phase"),
    [
        ([], 202, Phase.PREPARING),
        ([PASSING], 202, Phase.PLANNING),
        ([PASSING, MISSING], 202, Phase.PLANNING),
        ([PASSING, LASTING], 422, None),
    ],
)
@pytest.mark.usefixtures("source")
async def test_what_the_sender_can_mend_is_answered_at_once_and_what_passes_is_waited_for(
    records, monkeypatch, problems, status: int, phase: Phase | None
):
    async def draw_up_plan(*_: Any) -> PlanResult:
        return PlanResult(problems=problems) if problems else PlanResult(plan=make_plan())

    monkeypatch.setattr("triggers.api.migrations.draw_up_plan", draw_up_plan)
    client = FakeClient()
    answered, body = await answer(_start_migration, client, sourceImageId=SOURCE)
    assert answered == status
    if phase is None:
        assert [error["code"] for error in body["errors"]] == ["SourceNotReady", "IdentifierTaken"]
        assert (records.get(OWN_ID), client.hub.started) == (None, [])
    else:
        assert records.run(OWN_ID).phase is phase


async def test_asking_again_while_somebody_starts_the_same_migration_is_a_refusal(records):
    records.put(make_record(make_ended(stage=RunStage.ENDING)))
    status, problem = await answer(_ask_again, FakeClient(FakeHub({OWN_ID})))
    assert (status, problem["code"]) == (409, "UnderWay")


async def test_a_cancel_counts_though_the_hub_is_down(records):
    records.put(make_record(make_run(Phase.CREATING)))
    status, body = await answer(_cancel, FakeClient(says=BUSY[0]), reason="no need")
    assert (status, body["run"], records.run(OWN_ID).is_live) == (202, "run 1", False)


async def test_a_cancel_that_names_another_run_is_409_and_cancels_nothing(records):
    records.put(make_record(make_run(Phase.CREATING)))
    status, problem = await answer(_cancel, FakeClient(FakeHub({OWN_ID})), run="run 0")
    assert (status, problem["code"], records.run(OWN_ID).is_live) == (409, "NothingToCancel", True)


async def test_a_decision_about_a_migration_that_is_not_under_way_is_409_and_decides_nothing(records):
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL)))
    said = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION}
    status, problem = await answer(_approve, FakeClient(), **said)
    assert (status, problem["code"]) == (409, "MigrationEnded")
    assert records.question(OWN_ID).decided is None


async def test_an_answer_that_holds_a_token_is_stored_by_nobody(records):
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL)))
    client: Any = FakeClient(FakeHub({OWN_ID}))
    answered = await responding(_get(request(), client))
    assert json.loads(answered.get_body())["callback"] == "token 1"
    assert answered.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/json", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Content-Type": "application/json", "Origin": "https://evil.example.com"}, 403),
        ({"Content-Type": "application/json", "Origin": "https://example.com"}, 202),
        ({"Content-Type": "application/merge-patch+json; charset=utf-8"}, 202),
    ],
)
async def test_what_another_site_has_a_browser_send_cancels_nothing(records, headers: dict[str, str], status: int):
    records.put(make_record(make_run(Phase.CREATING)))
    sent = func.HttpRequest(
        "POST",
        f"https://example.com/api/migrations/{OWN_ID}/cancel",
        headers=headers,
        route_params={"id": OWN_ID},
        body=b'{"reason": "x"}',
    )
    client: Any = FakeClient(FakeHub({OWN_ID}))
    assert (await responding(_cancel(sent, client))).status_code == status
    assert records.run(OWN_ID).is_live is (status != 202)
