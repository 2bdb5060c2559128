"""Deciding: the first decision counts, for the question that was looked at, and one log line names who took it."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migration.approval.admission import Decider
from migration.approval.approval import Approval, ApprovalEvent, Decision
from migration.record.asked import Asked, asked_of
from migration.record.question import Stage
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from records.store import Held, hold
from steering.runs.deciding import NotAllowed, decide, objection_to
from tests.support.samples import (
    DEFAULTS,
    OWN_ID,
    VERSION,
    make_ended,
    make_person,
    make_question,
    make_record,
    make_run,
    make_settings,
)

ADA = Decider("Ada", ("ada@example.com",), "api")
NOBODY = Decider(None, (), "api")


@pytest.fixture
def asked(records) -> Asked:
    now = datetime.now(UTC)
    run = make_run(Phase.AWAITING_APPROVAL, question=make_question(asked_at=now, expires_at=now + timedelta(days=7)))
    records.put(make_record(run))
    found = asked_of(OWN_ID, run)
    assert found is not None
    return found


def event(decision: str = "approve", **changes: Any) -> ApprovalEvent:
    fields = {"decision": decision, "approver": "Ada", "imageVersionId": VERSION}
    return ApprovalEvent.model_validate(fields | changes)


async def test_a_decision_that_counts_is_returned_as_it_counts(records, asked):
    result = await decide(await hold(OWN_ID), asked, event(), ADA, DEFAULTS, checks=["looked"], meaning="m")
    assert isinstance(result, Approval)
    assert (result.decision, result.verified, result.identifiers) == (Decision.APPROVE, True, ["ada@example.com"])
    assert records.question(OWN_ID).approval == result
    assert records.run(OWN_ID).phase is Phase.PROMOTING


async def test_fifty_who_decide_at_once_are_told_apart(records, asked):
    async def one(number: int, held: Held) -> Approval | Refusal:
        said = event(["approve", "reject"][number % 2], approver=f"Ada {number}")
        return await decide(held, asked, said, NOBODY, DEFAULTS)

    holds = [await hold(OWN_ID) for _ in range(50)]
    results = await asyncio.gather(*(one(number, held) for number, held in enumerate(holds)))
    counted = [result for result in results if isinstance(result, Approval)]
    assert len(counted) == 1
    assert records.question(OWN_ID).approval == counted[0]
    assert {result.code for result in results if isinstance(result, Refusal)} == {"QuestionClosed"}


async def test_a_decision_that_comes_after_the_end_does_not_close_the_question_asked_since(records, asked):
    held = await hold(OWN_ID)
    since = make_run(Phase.AWAITING_APPROVAL, id="run 2", question=make_question(id="question 2"))
    records.put(make_record(since))
    result = await decide(held, asked, event(), NOBODY, DEFAULTS)
    assert isinstance(result, Refusal)
    assert (result.code, records.run(OWN_ID)) == ("OtherQuestion", since)


async def test_a_decision_about_another_version_counts_for_nothing(records, asked):
    result = await decide(await hold(OWN_ID), asked, event(imageVersionId=f"{VERSION}1"), ADA, DEFAULTS)
    assert isinstance(result, Refusal)
    assert (result.code, records.question(OWN_ID).stage) == ("OtherVersion", Stage.OPEN)


async def test_whoever_may_not_decide_is_told_so_apart_from_whoever_comes_late(records, asked):
    bob_only = make_settings(approvers="bob@example.com")
    result = await decide(await hold(OWN_ID), asked, event(), ADA, bob_only)
    assert isinstance(result, NotAllowed)
    assert result.code == "NotAnApprover"
    assert objection_to(ADA, asked, bob_only).code == "NotAnApprover"


async def test_four_eyes_are_over_everybody_who_asked_in_the_chain(records, asked):
    run = asked.run.changed(requesters=[make_person("Ada"), make_person("Bob")])
    chain = Asked(OWN_ID, run, asked.question, asked.plan)
    result = await decide(await hold(OWN_ID), chain, event(), ADA, make_settings(four_eyes=True))
    assert isinstance(result, NotAllowed)
    assert result.code == "FourEyes"


async def test_to_approve_where_only_accepting_is_asked_for_counts_as_accepting(records, asked):
    kept = asked.question.changed(allows=[Decision.ACCEPT, Decision.REJECT])
    run = asked.run.changed(question=kept)
    records.put(make_record(run))
    result = await decide(await hold(OWN_ID), Asked(OWN_ID, run, kept, asked.plan), event(), ADA, DEFAULTS)
    assert isinstance(result, Approval)
    assert (result.decision, records.question(OWN_ID).stage) == (Decision.ACCEPT, Stage.ACCEPTED)


@pytest.mark.parametrize(("record", "code"), [(None, "NoRecord"), (make_record(make_ended()), "OtherQuestion")])
async def test_where_the_question_is_gone_nothing_is_decided(records, asked, record, code):
    if record is None:
        records.forget(OWN_ID)
    else:
        records.put(record)
    result = await decide(await hold(OWN_ID), asked, event(), ADA, DEFAULTS)
    assert isinstance(result, Refusal)
    assert result.code == code


async def test_a_decision_is_one_line_of_the_log_and_names_of_people_are_in_no_other(records, asked, caplog):
    caplog.set_level(logging.INFO)
    await decide(await hold(OWN_ID), asked, event(approver="Ada Lovelace", comment="tested"), ADA, DEFAULTS)
    naming = [record.getMessage() for record in caplog.records if "Lovelace" in record.getMessage()]
    (line,) = naming
    told = json.loads(line)
    assert (told["record"], told["result"], told["by"], told["decision"]) == (
        "decision",
        "admitted",
        "Ada Lovelace",
        "approve",
    )
    assert "ada@example.com" not in caplog.text
    caplog.clear()
    await decide(await hold(OWN_ID), asked, event("reject"), ADA, DEFAULTS)
    refused = [json.loads(record.getMessage()) for record in caplog.records if "decision" in record.getMessage()]
    assert [(one["result"], one["code"]) for one in refused] == [("refused", "QuestionClosed")]


@pytest.mark.parametrize("callback", [None, "", "token 0", "token 1 "])
@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_after_a_soak_an_answer_over_the_api_counts_only_with_the_callback_of_its_question(
    records, decision: str, callback: str | None
):
    """A pipeline that had approved the first question sent the same answer again, two weeks later."""
    asked = put_after_a_soak(records)
    nobody, said = Decider("Ada", ("ada@example.com",), "api"), event(decision=decision, callback=callback)
    result = await decide(await hold(OWN_ID), asked, said, nobody, DEFAULTS)
    assert isinstance(result, Refusal)
    assert (result.code, records.get(OWN_ID).run.question.stage) == ("OtherQuestion", Stage.OPEN)
    result = await decide(await hold(OWN_ID), asked, event(decision=decision, callback="token 1"), nobody, DEFAULTS)
    assert isinstance(result, Approval)


def put_after_a_soak(records) -> Asked:
    now = datetime.now(UTC)
    question = make_question(asked_at=now, expires_at=now + timedelta(days=7), soaked_since=now - timedelta(days=14))
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL, question=question)))
    found = asked_of(OWN_ID, records.get(OWN_ID).run)
    assert found is not None
    return found
