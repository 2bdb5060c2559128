"""Approving a fleet over the API: what was shown is decided, image by image, and the number of images must be said."""

from typing import Any

import azure.functions as func
import pytest

from migration.fleet.fleet import FleetApproval
from migration.fleet.moving import FleetMove
from migration.record.question import Stage
from migration.resources.lock import Lock
from migration.values.outcome import Phase
from records.fleets.members import members_of
from tests.support.fakes.fake_hub import FakeClient
from tests.support.fleet_browser import call
from tests.support.fleets import (
    FLEET,
    asking_fleet,
    failed_record,
    id_of,
    put_fleet,
    record_of,
    source_of,
    version_of,
)
from tests.support.running.visitors import principal
from triggers.fleets import steps


async def body_of(hub: Any, decision: str = "approve", **changes: Any) -> dict[str, Any]:
    """A decision about all that asks, as it is shown now."""
    status, told = await call(hub)
    assert status == 200
    said = {
        "decision": decision,
        "approver": "Ada Lovelace",
        "comment": "looked at",
        "count": told["counts"][decision],
        "questions": [one["shown"] for one in told["questions"]],
        "leaveOut": [],
    }
    return said | changes


def stages(records: Any, size: int) -> list[str]:
    return [records.question(id_of(number)).stage for number in range(1, size + 1)]


async def test_the_questions_say_what_is_asked_what_was_checked_and_what_would_happen(records, live_hub, fleet_azure):
    await asking_fleet(3)
    fleet_azure.changed[source_of(2)] = {"locks": [Lock(name="keep", level="CanNotDelete", scope=source_of(2))]}
    status, told = await call(live_hub)
    assert (status, told["id"], told["approval"], told["asking"], told["nextLink"]) == (200, FLEET, "fleet", 3, None)
    assert told["counts"] == {"approve": 2, "accept": 3, "reject": 3}
    first, second, _ = told["questions"]
    assert (first["number"], first["obstacle"]["code"]) == (2, "SourceLocked")
    assert (first["allows"], first["consequence"]["deletes"]) == (["accept", "reject"], None)
    assert (second["sourceImageId"], second["imageVersionId"]) == (source_of(1), version_of(1))
    assert second["consequence"]["deletes"] == source_of(1)
    assert {one["met"] for one in second["checks"]} == {True}
    assert len(second["checks"]) >= 8


async def test_a_fleet_is_decided_image_by_image_with_a_result_for_each(records, live_hub, fleet_azure):
    await asking_fleet(3)
    body = await body_of(live_hub, count=2, leaveOut=[source_of(2).upper().replace("/SUBSCRIPTIONS", "/subscriptions")])
    status, told = await call(live_hub, body)
    assert (status, told["decided"], told["notDecided"]) == (202, 2, 0)
    assert [one["sourceImageId"] for one in told["results"]] == [source_of(1), source_of(3)]
    assert {one["decision"] for one in told["results"]} == {"approve"}
    assert stages(records, 3) == [Stage.APPROVED, Stage.OPEN, Stage.APPROVED]


@pytest.mark.parametrize("count", [0, 1, 2, 4, 10_000])
async def test_a_number_that_is_not_that_of_the_images_decides_nothing(records, live_hub, fleet_azure, count):
    await asking_fleet(3)
    status, told = await call(live_hub, await body_of(live_hub, count=count))
    assert (status, told["errors"][0]["field"], told["errors"][0]["code"]) == (422, "count", "OtherCount")
    assert told["errors"][0]["nextAction"]
    assert stages(records, 3) == [Stage.OPEN] * 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": "3"}, "count"),
        ({"count": None}, "count"),
        ({"count": -1}, "count"),
        ({"count": 3.5}, "count"),
        ({"decision": "perhaps"}, "decision"),
        ({"approver": "the app"}, "approver"),
        ({"questions": []}, "questions"),
        ({"questions": ["nonsense"]}, "questions.0"),
        ({"questions": ["1.question-1.akr.0", "1.other.akr.0"]}, "questions.1"),
        ({"questions": ["1.q.akr.0"] * 1001}, "questions"),
        ({"leaveOut": [source_of(99)]}, "leaveOut.0"),
        ({"leaveOut": ["nonsense"]}, "leaveOut.0"),
        ({"all": True}, "all"),
        ({"imageVersionId": version_of(1)}, "imageVersionId"),
    ],
)
async def test_every_field_that_makes_no_sense_is_named_and_nothing_decided(
    records, live_hub, fleet_azure, changes, field
):
    await asking_fleet(3)
    status, told = await call(live_hub, await body_of(live_hub) | changes)
    assert (status, field in [one["field"] for one in told["errors"]]) == (422, True), told
    assert stages(records, 3) == [Stage.OPEN] * 3


async def test_what_was_not_named_is_never_decided(records, live_hub, fleet_azure):
    """There is no word for all: a decision is about the questions that somebody was shown."""
    await asking_fleet(2)
    body = await body_of(live_hub)
    del body["questions"]
    status, told = await call(live_hub, body)
    assert (status, told["errors"][0]["field"]) == (422, "questions")


async def test_a_fleet_that_does_not_exist_asks_and_takes_nothing(records, live_hub, fleet_azure):
    await asking_fleet(1)
    body = await body_of(live_hub)
    for fleet in (f"fleet-{'f' * 32}", "fleet-1", "nonsense", id_of(1)):
        for sent in (None, body):
            status, told = await call(live_hub, sent, fleet)
            assert (status, told["code"]) == (404, "NoFleet")
    assert stages(records, 1) == [Stage.OPEN]


async def test_a_fleet_of_which_people_decide_about_each_image_is_not_approved_as_one(records, live_hub, fleet_azure):
    await asking_fleet(1, FleetApproval.EACH)
    status, told = await call(live_hub, await body_of(live_hub))
    assert (status, told["code"], bool(told["nextAction"])) == (409, "FleetDecidesEach", True)
    assert stages(records, 1) == [Stage.OPEN]


async def test_whoever_may_decide_about_none_is_told_403_with_the_reason(records, live_hub, fleet_azure, configure):
    await asking_fleet(2)
    body = await body_of(live_hub)
    configure(require_identity="true")
    status, told = await call(live_hub, body)
    assert (status, told["code"]) == (403, "IdentityRequired")
    assert [one["code"] for one in told["results"]] == ["IdentityRequired"] * 2
    assert stages(records, 2) == [Stage.OPEN] * 2


async def test_the_name_of_who_is_signed_in_counts_whatever_the_body_says(
    records, live_hub, fleet_azure, configure, monkeypatch
):
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    configure(four_eyes="true")
    await asking_fleet(1)
    ada = principal("ada@example.com", oid="0b0e")
    status, told = await call(live_hub, identity=ada)
    body = {
        "decision": "approve",
        "approver": "Somebody Else",
        "count": 1,
        "questions": [told["questions"][0]["shown"]],
    }
    eve = principal("eve@example.com")
    status, told = await call(live_hub, body, identity=eve)
    assert (status, told["code"]) == (403, "FourEyes")
    status, told = await call(live_hub, body, identity=ada)
    assert status == 202
    assert records.question(id_of(1)).approval.approver == "ada@example.com"


async def test_what_asks_no_more_is_told_409_with_the_reason_for_each(records, live_hub, fleet_azure):
    await asking_fleet(2)
    body = await body_of(live_hub)
    assert (await call(live_hub, body))[0] == 202
    status, told = await call(live_hub, body | {"decision": "reject", "count": 2})
    assert (status, told["code"]) == (409, "NothingDecided")
    assert [one["code"] for one in told["results"]] == ["QuestionClosed"] * 2
    assert all(one["nextAction"] for one in told["results"])
    assert (await call(live_hub, body))[0] == 202


async def test_questions_come_in_pages(records, live_hub, fleet_azure):
    await asking_fleet(5)
    _, first = await call(live_hub, top="2")
    assert [one["number"] for one in first["questions"]] == [1, 2]
    assert first["nextLink"].endswith(f"/api/fleets/{FLEET}/questions?top=2&after=2")
    _, second = await call(live_hub, top="2", after="4")
    assert ([one["number"] for one in second["questions"]], second["nextLink"]) == ([5], None)
    assert (await call(live_hub, top="1000"))[0] == 422


async def test_images_that_are_on_their_way_are_not_asked_about(records, live_hub, fleet_azure):
    await put_fleet([record_of(1, Phase.REPLICATING), record_of(2, Phase.AWAITING_APPROVAL), record_of(3, None)])
    _, told = await call(live_hub)
    assert [one["number"] for one in told["questions"]] == [2]
    forged = ["1.question-1.akr.0000000000000000", "3.question-3.akr.0000000000000000"]
    status, told = await call(live_hub, await body_of(live_hub, questions=forged, count=2))
    assert (status, [one["code"] for one in told["results"]]) == (409, ["OtherQuestion"] * 2)


async def test_whoever_has_images_tried_again_is_known_by_their_ids(records, live_hub, monkeypatch):
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", "true")
    await put_fleet([failed_record(1)])
    request = func.HttpRequest(
        "POST",
        f"https://app.example.com/api/fleets/{FLEET}/retry",
        headers={"Content-Type": "application/json", **principal("grace@example.com")},
        route_params={"id": FLEET},
        body=b"{}",
    )
    answer = await steps.RETRY.answer(request, steps._stepped(request, FakeClient(live_hub), FleetMove.RETRY))  # type: ignore[arg-type]  # as much of it as the app needs
    assert answer.status_code == 202
    [member] = [one async for one in members_of(FLEET)]
    assert (member.stage, [one.name for one in member.retried_by]) == ("waiting", ["grace@example.com"])
    assert "grace@example.com" in member.retried_by[0].ids
