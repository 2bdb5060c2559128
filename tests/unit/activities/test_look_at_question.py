"""Looking at a question: events only wake, one with its token decides, and time closes what nobody answered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from migration.approval.approval import ApprovalEvent, Decision
from migration.course import steps
from migration.course.standing import Answer
from migration.record.asking import asked_anew
from migration.record.closing import decided
from migration.record.question import Stage
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind, Phase
from records.errors import RecordsUnavailableError
from tests.support.samples import OWN_ID, VERSION, make_approval, make_person, make_question, make_record, make_run
from tests.support.steps import Migration


@pytest.fixture
def asked(records, configure) -> Migration:
    configure(notify="json://team", escalate="json://boss")
    now = datetime.now(UTC)
    question = make_question(asked_at=now, expires_at=now + timedelta(days=7))
    records.put(make_record(make_run(Phase.AWAITING_APPROVAL, question=question)))
    return Migration(records, OWN_ID)


def event(**changes: Any) -> dict[str, Any]:
    fields = {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "callback": "token 1"}
    return ApprovalEvent.model_validate(fields | changes).dump()


async def look(migration: Migration, **said: Any) -> Answer:
    return await migration.take(steps.LOOK_AT_QUESTION, **said)


def ignored(migration: Migration) -> str:
    """Why an answer did not count, as the run notes it; the question stands as it stood."""
    assert (migration.question.stage, migration.run.phase) == (Stage.OPEN, Phase.AWAITING_APPROVAL)
    assert (migration.run.audit[-1].event, migration.run.audit[-1].by) == ("answer refused", "unknown")
    return migration.run.notes[-1].removeprefix("an answer was ignored: ")


async def test_a_look_at_an_open_question_changes_nothing(records, asked):
    before = records.writes
    answer = await look(asked)
    assert records.writes == before
    assert answer.stand.phase is Phase.AWAITING_APPROVAL
    assert 0 < answer.wait.seconds <= 6 * 3600


async def test_no_question_is_no_question(records, asked):
    asked.change(question=None)
    before = asked.record
    assert (await look(asked, event=event())).wait is None
    assert asked.record == before


async def test_an_event_with_the_token_decides(asked):
    await look(asked, event=event(comment="tested"))
    approval = asked.question.approval
    assert approval is not None
    assert (approval.approver, approval.via, approval.verified) == ("Ada", "event", False)
    assert (asked.question.stage, asked.run.phase) == (Stage.APPROVED, Phase.PROMOTING)
    assert [notice.occasion for notice in asked.run.owed] == [Occasion.DECIDED]


@pytest.mark.parametrize("callback", [None, "", "token 2", "TOKEN 1", "token 1 ", "question 1", "é"])
async def test_an_event_without_the_token_counts_for_nothing(asked, callback: str | None):
    await look(asked, event=event(callback=callback))
    assert ignored(asked) == "it did not bear the callback token of the question"


async def test_an_event_about_another_version_counts_for_nothing(asked):
    await look(asked, event=event(imageVersionId=f"{VERSION}1"))
    assert "another image version" in ignored(asked)


@pytest.mark.parametrize("rules", [{"require_identity": "true"}, {"four_eyes": "true"}, {"approvers": "Ada"}])
async def test_an_event_names_nobody_where_identity_matters(asked, configure, rules: dict[str, str]):
    configure(**rules)
    await look(asked, event=event())
    assert "only a signed-in user" in ignored(asked)


async def test_an_event_whose_step_runs_again_is_known_again(records, asked):
    hint = asked.hint()
    await look(asked, event=event())
    first = asked.record
    await asked.take(steps.LOOK_AT_QUESTION, hint=hint, event=event())
    assert asked.record == first


async def test_an_event_whose_write_got_no_answer_is_known_again(records, asked):
    hint = asked.hint()
    records.lost.append(RecordsUnavailableError("timeout"))
    with pytest.raises(RecordsUnavailableError):
        await look(asked, event=event())
    answer = await asked.take(steps.LOOK_AT_QUESTION, hint=hint, event=event())
    assert answer.stand.phase is Phase.PROMOTING
    assert asked.run.notes == []


async def test_of_two_who_decide_at_once_the_first_counts(records, asked):
    rejection = make_approval(decision="reject", id="first")
    records.before_saving.append(
        lambda: records.apply(
            OWN_ID, lambda record: decided(record, "run 1", "question 1", rejection, datetime.now(UTC))
        )
    )
    answer = await look(asked, event=event())
    assert answer.stand.ending
    assert (asked.question.stage, asked.outcome.code) == (Stage.REJECTED, "Rejected")


async def test_an_event_that_approves_where_only_accepting_is_asked_for_accepts(asked):
    asked.change_question(allows=[Decision.ACCEPT, Decision.REJECT])
    await look(asked, event=event())
    assert asked.question.stage is Stage.ACCEPTED
    assert asked.question.approval.decision is Decision.ACCEPT


async def test_a_rejection_by_event_ends_the_run_with_its_reason(asked):
    await look(asked, event=event(decision="reject", comment="wrong disk"))
    assert (asked.outcome.kind, asked.outcome.reason) == (OutcomeKind.SOURCE_KEPT, "rejected by Ada: wrong disk")


async def test_a_question_whose_time_is_over_is_closed_by_the_look(asked):
    now = datetime.now(UTC)
    asked.change_question(asked_at=now - timedelta(hours=2), expires_at=now)
    await look(asked, event=event())
    assert (asked.question.stage, asked.outcome.code) == (Stage.EXPIRED, "ApprovalExpired")
    assert "nobody decided within 2 hours" in asked.outcome.reason, "whatever the settings say by now"
    assert "nobody decided in time" in asked.run.notes[-1]


@pytest.mark.parametrize(("days", "occasion"), [(1, Occasion.REMINDER), (3, Occasion.ESCALATION)])
async def test_a_look_owes_the_reminder_and_the_escalation_when_they_are_due(asked, days: int, occasion: Occasion):
    asked.change_question(asked_at=datetime.now(UTC) - timedelta(days=days))
    answer = await look(asked)
    assert asked.run.owed[-1].occasion == occasion
    assert answer.stand.notice_seconds == 0


async def test_a_question_that_was_asked_anew_is_verified_again_before_anything_else(records, asked):
    hint = asked.hint()
    records.apply_to_run(OWN_ID, lambda run: asked_anew(run, run.question.id, make_person("Bob"), datetime.now(UTC)))
    answer = await asked.take(steps.LOOK_AT_QUESTION, hint=hint, event=event())
    assert answer.stand.phase is Phase.VERIFYING
    assert asked.question.stage is Stage.REPLACED


@pytest.mark.parametrize("stage", [Stage.SENDING, Stage.SENT, Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN])
async def test_after_the_delete_it_is_too_late_for_anything(asked, stage: Stage):
    asked.change_question(stage=stage)
    await look(asked, event=event())
    assert (asked.question.stage, asked.question.decided) == (stage, None)


async def test_a_store_that_is_down_tells_nothing(records, asked):
    hint = asked.hint()
    records.is_down = True
    for said in ({}, {"event": event()}):
        with pytest.raises(RecordsUnavailableError):
            await asked.take(steps.LOOK_AT_QUESTION, hint=hint, **said)
