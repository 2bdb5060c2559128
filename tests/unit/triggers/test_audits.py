"""The audit of a migration: its latest run's, and those before it, a page at a time, across releases."""

import json
from typing import Any

import azure.functions as func
import pytest

from migration.record.audit import entry
from migration.record.question import Decided
from migration.values.ids import earlier_instance_id_for
from records.runs import KEPT_IN_FULL, keep
from tests.support.samples import NOW, OWN_ID, SOURCE, make_approval, make_ended, make_record
from triggers.answering.responding import responding
from triggers.api.audits import RUNS_PER_PAGE, _audit

EARLIER = earlier_instance_id_for(SOURCE)


def run(number: int) -> Any:
    approval = make_approval(identifiers=["ada@example.com"], meaning="m")
    decided = Decided(approval=approval, at=NOW)
    ended = make_ended(id=f"run {number}", number=number, decisions=[decided])
    return ended.audited(entry(NOW, "requested", by=f"P{number}"))


async def audit(migration_id: str = OWN_ID, **params: str) -> tuple[int, dict[str, Any]]:
    address = f"https://example.com/api/migrations/{migration_id}/audit"
    request = func.HttpRequest("GET", address, params=params, route_params={"id": migration_id}, body=b"")
    answered = await responding(_audit(request))
    return answered.status_code, json.loads(answered.get_body())


@pytest.fixture
async def many(records) -> int:
    """An image with more runs than a page holds; the latest stands in its record."""
    count = 2 * RUNS_PER_PAGE + 3
    for number in range(1, count):
        await keep(make_record(), run(number))
    records.put(make_record(run(count)))
    earlier = {"run": "of format 1", "audit": []}
    records._put({"PartitionKey": "run", "RowKey": f"{EARLIER}~1", "chunks": 1, "document0": json.dumps(earlier)})
    return count


async def test_every_run_is_told_once_over_all_pages_and_those_of_the_release_before_last(many):
    seen, params, pages = [], {}, 0
    while pages < 10:
        status, body = await audit(**params)
        assert (status, body["run"], [one["by"] for one in body["entries"]]) == (200, f"run {many}", [f"P{many}"])
        seen += [one["run"] for one in body["earlier"]]
        pages += 1
        if body["next"] is None:
            break
        params = {"before": body["next"].rpartition("before=")[2]}
    assert seen == [f"run {number}" for number in range(many - 1, 0, -1)] + ["of format 1"]
    assert pages == 3


async def test_the_latest_runs_are_told_in_full_and_older_ones_as_a_line(many):
    _, first = await audit()
    assert [bool(one["audit"]) for one in first["earlier"]] == [True] * KEPT_IN_FULL
    _, last = await audit(before="3")
    assert [(one["audit"], one["decisions"], one["outcome"]["code"]) for one in last["earlier"][:2]] == [
        ([], [], "Rejected")
    ] * 2


async def test_a_decision_is_told_without_the_ids_by_which_its_giver_is_judged(many):
    _, body = await audit()
    (decision,) = body["earlier"][0]["decisions"]
    assert (decision["approver"], decision["identifiers"], decision["meaning"]) == ("Ada", [], "")
    assert "ada@example.com" not in json.dumps(body)


@pytest.mark.parametrize("before", ["-1", "x", "", "1.5", "9" * 50, "²"])
async def test_a_page_that_makes_no_sense_is_named(many, before: str):
    status, body = await audit(before=before)
    assert (status, [problem["field"] for problem in body["errors"]]) == (422, ["before"])


async def test_a_migration_of_the_release_before_is_told_by_its_own_id(many):
    status, body = await audit(EARLIER)
    assert (status, body["run"], [one["run"] for one in body["earlier"]]) == (200, None, ["of format 1"])


@pytest.mark.parametrize("migration_id", ["another", OWN_ID.replace("web", "db"), EARLIER.replace("web", "db")])
async def test_what_there_never_was_is_not_found(many, migration_id: str):
    assert (await audit(migration_id))[0] == 404
