"""What the API says of a run that is over: why nothing is left to cancel, and its audit, once."""

import json
from typing import Any

import azure.functions as func
import pytest

from migration.course import steps
from migration.record.admitting import finished
from migration.record.question import Stage
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.runs import keep
from tests.support.azure_samples import begin, start
from tests.support.fakes.fake_hub import FakeClient
from tests.support.samples import NOW, OWN_ID, make_ended, make_question, make_record
from triggers.answering.responding import responding
from triggers.api.audits import _audit
from triggers.api.decisions import _cancel


def request(migration_id: str = OWN_ID) -> func.HttpRequest:
    address = f"https://example.com/api/migrations/{migration_id}"
    return func.HttpRequest("POST", address, params={}, route_params={"id": migration_id}, body=b"")


async def answer(handler: Any) -> tuple[int, dict[str, Any]]:
    answered = await responding(handler)
    return answered.status_code, json.loads(answered.get_body())


@pytest.mark.parametrize(
    ("stage", "code", "title"),
    [
        (None, "NothingToCancel", "Nothing to cancel"),
        (Stage.REJECTED, "NothingToCancel", "Nothing to cancel"),
        (Stage.DELETED, "TooLateToCancel", "Too late to cancel"),
        (Stage.UNKNOWN, "TooLateToCancel", "Too late to cancel"),
    ],
)
async def test_a_cancel_of_what_has_ended_says_by_a_code_why_not(records, stage: Stage | None, code: str, title: str):
    """It answered "Too late to cancel", without a code to look up."""
    question = make_question(stage=stage) if stage else None
    records.put(make_record(make_ended(question=question)))
    client: Any = FakeClient()
    status, body = await answer(_cancel(request(), client))
    assert (status, body["code"], body["title"]) == (409, code, title)


async def test_the_audit_of_a_refused_migration_is_told_once_and_names_who_asked(azure, records):
    """Its only run stood under `earlier`, and its entries told nobody."""
    migration = begin(records, start(imageDefinition="ubuntu-web", targetRegions=["atlantis"]))
    await migration.insist(steps.PLAN_MIGRATION)
    assert migration.outcome.kind is OutcomeKind.REFUSED
    migration.records.apply_to_run(migration.id, lambda run: finished(run, NOW))
    status, body = await answer(_audit(request(migration.id)))
    assert (status, body["run"], body["earlier"], body["next"]) == (200, "run 1", [], None)
    assert [(one["event"], one["by"], one["kind"], one["code"]) for one in body["entries"]] == [
        ("requested", "Ada", None, None),
        ("ended", "the app", "Refused", migration.outcome.code),
    ]


async def test_the_audit_of_a_refused_migration_that_was_kept_is_told_once_as_well(records):
    outcome = Outcome(kind=OutcomeKind.REFUSED, code="PlanProblems", reason="no", step=Phase.PLANNING)
    run = make_ended(outcome, plan=None, image_version_id=None)
    await keep(make_record(run), run)
    for known in (run, run.as_a_line().changed(forgotten=True)):
        records.put(make_record(known))
        _, body = await answer(_audit(request()))
        assert (body["run"], body["earlier"]) == (run.id, [])
