"""The record of an image: what each transition does at each stage, written down as a table, and what never happens."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from migration.approval.closing import abandoned, cancelled, concluded, decided, expired
from migration.approval.deletion import answered, approval_refusal, delete_sent
from migration.approval.image_record import DELETE_IS_QUICK, ImageRecord, Stage, new_record
from migration.approval.opening import asked_anew, opened

from migration.asking.settings import Settings
from migration.asking.start import MigrationStart, signed_start
from migration.values.answer import Refusal
from tests.unit.samples import (
    KEY,
    NOW,
    OWN_ID,
    SOURCE,
    make_approval,
    make_copied,
    make_plan,
    make_question,
    make_start,
)

VALIDITY = timedelta(hours=24)
LATER = NOW + timedelta(hours=1)
EXPIRY = NOW + timedelta(days=7)
MUCH_LATER = NOW + timedelta(days=8)
AFTER_DELETE = {Stage.DELETE_SENT, Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN}
SEEN = sorted(AFTER_DELETE - {Stage.DELETE_SENT})

type Result = ImageRecord | Refusal


def of(result: Result) -> ImageRecord:
    assert isinstance(result, ImageRecord), result
    return result


def code(result: Result | None) -> str | None:
    return result.code if isinstance(result, Refusal) else None


def at_stage(stage: Stage) -> ImageRecord:
    """A record that came to this stage by its transitions."""
    record = of(opened(None, make_question()))
    approved = of(decided(record, "question 1", make_approval(), NOW))
    sent = of(delete_sent(approved, "question 1", "attempt", NOW, VALIDITY))
    ways: dict[Stage, Callable[[], Result]] = {
        Stage.OPEN: lambda: record,
        Stage.APPROVED: lambda: approved,
        Stage.REJECTED: lambda: decided(record, "question 1", make_approval(decision="reject"), NOW),
        Stage.CANCELLED: lambda: cancelled(record, SOURCE, NOW, "run 1"),
        Stage.EXPIRED: lambda: expired(record, EXPIRY),
        Stage.REPLACED: lambda: asked_anew(record, make_start("run 2", NOW + timedelta(minutes=1))),
        Stage.DELETE_SENT: lambda: sent,
    }
    return of(ways[stage]()) if stage in ways else concluded(sent, "question 1", stage, NOW)


OTHERS = make_question(id="question 2", start=make_start("run 2", MUCH_LATER), asked_at=MUCH_LATER)
OLDER = make_question(id="question 0", start=make_start("run 0", NOW - timedelta(hours=1)))

TRANSITIONS: dict[str, Callable[[ImageRecord], Result]] = {
    "approve": lambda record: decided(record, "question 1", make_approval(id="decision 2"), LATER),
    "reject": lambda record: decided(record, "question 1", make_approval(decision="reject", id="decision 2"), LATER),
    "approve another question": lambda record: decided(record, "question 0", make_approval(id="decision 2"), LATER),
    "cancel": lambda record: cancelled(record, SOURCE, LATER, "run 1"),
    "cancel a newer run": lambda record: cancelled(record, SOURCE, LATER, "run 2"),
    "expire too early": lambda record: expired(record, EXPIRY - timedelta(microseconds=1)),
    "expire": lambda record: expired(record, EXPIRY),
    "ask anew": lambda record: asked_anew(record, make_start("run 3", LATER)),
    "send": lambda record: delete_sent(record, "question 1", "attempt", LATER, VALIDITY),
    "send after the validity": lambda record: delete_sent(record, "question 1", "attempt", NOW + VALIDITY, VALIDITY),
    "send for another question": lambda record: delete_sent(record, "question 0", "attempt", LATER, VALIDITY),
    "conclude": lambda record: concluded(record, "question 1", Stage.GONE, LATER),
    "conclude another question": lambda record: concluded(record, "question 0", Stage.GONE, LATER),
    "abandon": lambda record: abandoned(record, "question 1", LATER),
    "abandon another question": lambda record: abandoned(record, "question 0", LATER),
    "open again": lambda record: opened(record, make_question(id="question 1b")),
    "open of an older start": lambda record: opened(record, OLDER),
    "open of a newer start": lambda record: opened(record, OTHERS),
}

SAME = {stage: stage for stage in Stage}
CLOSED = dict.fromkeys(Stage, "QuestionClosed")
NOT_APPROVED = dict.fromkeys(Stage, "NotApproved")
SETTLED = dict.fromkeys(Stage, "QuestionSettled")

# transition -> stage before -> stage after, or why not
TABLE: dict[str, dict[Stage, Stage | str]] = {
    "approve": {**CLOSED, Stage.OPEN: Stage.APPROVED},
    "reject": {**CLOSED, Stage.OPEN: Stage.REJECTED},
    "approve another question": dict.fromkeys(Stage, "OtherQuestion"),
    "cancel": {
        **SAME,
        Stage.OPEN: Stage.CANCELLED,
        Stage.APPROVED: Stage.CANCELLED,
        **dict.fromkeys(AFTER_DELETE - {Stage.KEPT}, "TooLateToCancel"),
    },
    "cancel a newer run": {
        **SAME,
        Stage.OPEN: Stage.CANCELLED,
        Stage.APPROVED: Stage.CANCELLED,
        Stage.DELETE_SENT: "TooLateToCancel",
    },
    "expire too early": {**SAME},
    "expire": {**SAME, Stage.OPEN: Stage.EXPIRED},
    "ask anew": {
        **SAME,
        Stage.OPEN: Stage.REPLACED,
        Stage.APPROVED: "AlreadyApproved",
        Stage.DELETE_SENT: "AlreadyApproved",
    },
    "send": {**NOT_APPROVED, Stage.APPROVED: Stage.DELETE_SENT, Stage.DELETE_SENT: Stage.DELETE_SENT},
    "send after the validity": {**NOT_APPROVED, Stage.APPROVED: "ApprovalLapsed", Stage.DELETE_SENT: "ApprovalLapsed"},
    "send for another question": {**NOT_APPROVED},
    "conclude": {**SAME, **dict.fromkeys({Stage.OPEN, Stage.APPROVED, Stage.DELETE_SENT}, Stage.GONE)},
    "conclude another question": {**SAME},
    "abandon another question": {**SAME},
    "abandon": {**SAME, Stage.OPEN: Stage.KEPT, Stage.APPROVED: Stage.KEPT, Stage.DELETE_SENT: Stage.UNKNOWN},
    "open again": {
        **SETTLED,
        Stage.OPEN: Stage.OPEN,
        Stage.APPROVED: Stage.APPROVED,
        Stage.DELETE_SENT: "DeleteUnderWay",
    },
    "open of an older start": {
        **SETTLED,
        Stage.OPEN: "QuestionOpen",
        Stage.APPROVED: "QuestionOpen",
        Stage.DELETE_SENT: "DeleteUnderWay",
    },
    "open of a newer start": dict.fromkeys(Stage, Stage.OPEN),
}
CASES = [(name, stage) for name in TRANSITIONS for stage in Stage]


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_each_transition_does_at_each_stage_what_the_table_says(name: str, stage: Stage):
    before = at_stage(stage)
    result = TRANSITIONS[name](before)
    expected = TABLE[name][stage]
    if isinstance(result, Refusal):
        assert result.code == expected
    else:
        assert result.question is not None
        assert result.question.stage is expected


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_a_transition_that_runs_again_changes_nothing_more(name: str, stage: Stage):
    """The write may have happened though its answer was lost: the step must know its own work again."""
    once = TRANSITIONS[name](at_stage(stage))
    if isinstance(once, ImageRecord):
        assert TRANSITIONS[name](once) == once


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_that_was_written_though_its_answer_was_lost_is_known_again(decision: str):
    approval = make_approval(decision=decision)
    once = of(decided(at_stage(Stage.OPEN), "question 1", approval, NOW))
    assert decided(once, "question 1", approval, LATER) == once
    assert code(decided(once, "question 1", make_approval(decision=decision, id="another"), LATER)) == "QuestionClosed"
    assert code(decided(once, "question 1", make_approval(decision=decision, id=None), LATER)) == "QuestionClosed"


def test_a_decision_at_the_moment_of_the_expiry_comes_too_late():
    record = at_stage(Stage.OPEN)
    assert code(decided(record, "question 1", make_approval(), EXPIRY)) == "ApprovalExpired"
    assert of(decided(record, "question 1", make_approval(), EXPIRY - timedelta(microseconds=1)))


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.CANCELLED, Stage.EXPIRED, *SEEN])
def test_what_was_settled_is_not_asked_again_by_a_start_of_before(stage: Stage):
    """An instance restarted from its history, or a purge and the same signed start, asked and deleted again."""
    settled = at_stage(stage)
    for start in (make_start(), make_start("run 2", NOW), make_start("run 3", NOW - VALIDITY)):
        assert code(opened(settled, make_question(id="question 9", start=start))) == "QuestionSettled"


@pytest.mark.parametrize("stage", [Stage.REJECTED, Stage.CANCELLED, Stage.EXPIRED, Stage.DELETED])
def test_a_start_of_unknown_time_opens_nothing_where_anything_was_settled(stage: Stage):
    forged = make_question(start=make_start(at=None))
    assert code(opened(at_stage(stage), forged)) == "QuestionSettled"
    assert of(opened(None, forged))


def test_clocks_that_differ_settle_nothing_in_the_past():
    """The worker that cancelled had a clock that was slow: the start it cancelled asked again."""
    before = NOW - timedelta(seconds=5)
    record = of(cancelled(at_stage(Stage.OPEN), SOURCE, before, "run 1"))
    assert record.settled_at == NOW
    assert of(cancelled(record, SOURCE, before, "run 1")).settled_at == NOW
    assert code(opened(record, make_question())) == "QuestionSettled"


def test_a_cancel_before_anything_was_asked_keeps_the_question_from_being_asked():
    record = of(cancelled(None, SOURCE, LATER, "run 1"))
    assert (record.migration_id, record.question, record.settled_at) == (OWN_ID, None, LATER)
    assert code(opened(record, make_question())) == "QuestionSettled"
    assert of(opened(record, OTHERS))


def test_a_question_asked_again_by_its_own_step_is_the_same_question():
    record = at_stage(Stage.OPEN)
    assert opened(record, make_question(id="another", callback="another")) == record


def test_a_copy_that_changed_while_the_step_ran_again_is_asked_about_anew():
    changed = make_question(id="another", copied=make_copied(source_content="second"))
    record = of(opened(at_stage(Stage.OPEN), changed))
    assert record.question == changed
    assert code(opened(at_stage(Stage.APPROVED), changed)) == "QuestionOpen"


def test_a_delete_of_a_moment_ago_is_waited_for_before_anything_new_is_asked():
    sent = at_stage(Stage.DELETE_SENT)
    soon, then = NOW + DELETE_IS_QUICK - timedelta(seconds=1), NOW + DELETE_IS_QUICK
    newer = make_start("run 2", NOW + timedelta(seconds=1))
    assert code(opened(sent, make_question(start=newer, asked_at=soon))) == "DeleteUnderWay"
    assert of(opened(sent, make_question(start=newer, asked_at=then)))


def test_a_question_asked_anew_ends_the_one_before_and_waits_for_its_own_start():
    wished = make_start("run 2", LATER)
    record = of(asked_anew(at_stage(Stage.OPEN), wished))
    assert record.again == wished
    assert code(decided(record, "question 1", make_approval(), LATER)) == "QuestionClosed"
    asked = of(opened(record, make_question(id="question 2", start=wished, asked_at=LATER)))
    assert (asked.again, asked.question and asked.question.id) == (None, "question 2")
    assert code(opened(asked, make_question())) == "QuestionSettled"


def test_of_two_who_ask_anew_within_a_minute_one_counts():
    record = of(asked_anew(at_stage(Stage.EXPIRED), make_start("run 2", MUCH_LATER)))
    soon = MUCH_LATER + timedelta(seconds=59)
    assert code(asked_anew(record, make_start("run 3", soon))) == "AskedAlready"
    assert of(asked_anew(record, make_start("run 3", MUCH_LATER + timedelta(seconds=60))))


def test_a_wish_to_be_asked_anew_is_taken_up_by_its_own_start_alone():
    record = of(asked_anew(at_stage(Stage.OPEN), make_start("run 2", LATER)))
    other = of(opened(record, make_question(id="question 3", start=make_start("run 3", MUCH_LATER))))
    assert other.again is not None
    assert other.again.run == "run 2"


@pytest.mark.parametrize("record", [None, new_record(SOURCE, NOW), at_stage(Stage.OPEN)])
def test_without_a_question_and_its_approval_nothing_is_allowed(record: ImageRecord | None):
    assert code(approval_refusal(record, NOW, VALIDITY)) == "NotApproved"


def test_an_approval_in_the_record_of_another_image_allows_nothing():
    approved = at_stage(Stage.APPROVED)
    assert approval_refusal(approved, LATER, VALIDITY) is None
    moved = approved.model_copy(update={"migration_id": "migrate-other-0123456789"})
    assert code(approval_refusal(moved, LATER, VALIDITY)) == "NotApproved"
    assert approved.question is not None
    plan = make_plan(source=make_plan().source.model_copy(update={"id": f"{SOURCE}2"}))
    swapped = approved.model_copy(update={"question": approved.question.model_copy(update={"plan": plan})})
    assert code(approval_refusal(swapped, LATER, VALIDITY)) == "NotApproved"


def test_an_approval_that_was_cancelled_says_so():
    record = of(cancelled(at_stage(Stage.APPROVED), SOURCE, LATER, "run 1"))
    assert code(approval_refusal(record, LATER, VALIDITY)) == "Cancelled"
    assert code(delete_sent(record, "question 1", "attempt", LATER, VALIDITY)) == "Cancelled"


def test_a_rejection_never_counts_as_an_approval_whatever_stage_is_written():
    rejected = at_stage(Stage.REJECTED)
    for stage in Stage:
        assert approval_refusal(rejected.stands(stage), NOW, VALIDITY) is not None


@pytest.mark.parametrize("answer", [{"operation_url": "https://x/op"}, {"code": "ScopeLocked", "message": "no"}])
def test_a_delete_that_was_answered_is_not_sent_again(answer: dict[str, str]):
    once = of(answered(at_stage(Stage.DELETE_SENT), "question 1", **answer))
    assert once.question is not None
    assert once.question.deletion is not None
    assert once.question.deletion.answered
    assert code(delete_sent(once, "question 1", "attempt", LATER, VALIDITY)) == "NotApproved"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in AFTER_DELETE])
def test_an_answer_to_a_delete_that_was_never_sent_is_not_noted(stage: Stage):
    assert code(answered(at_stage(stage), "question 1", code="x")) == "OtherQuestion"


def test_a_record_survives_its_store():
    for stage in Stage:
        record = at_stage(stage)
        assert ImageRecord.model_validate(record.dump()) == record


@pytest.mark.parametrize("key", [KEY, None])
def test_a_signed_start_tells_later_starts_from_earlier_ones(key: str | None):
    def at(moment: datetime, run: str) -> MigrationStart:
        return signed_start(make_start(), run, moment, Settings(signing_key=key))

    record = of(opened(None, make_question(start=at(NOW, "one"))))
    assert of(opened(record, make_question(id="two", start=at(LATER, "two")))).question != record.question
    assert code(opened(record, make_question(id="three", start=at(NOW, "three")))) == "QuestionOpen"


def test_a_cancel_by_a_clock_that_is_behind_still_settles_what_was_started_before():
    ahead = make_start().model_copy(update={"started_at": NOW + timedelta(seconds=30), "run": "run 1"})
    record = cancelled(None, SOURCE, NOW, "run 1")
    assert not isinstance(record, Refusal)
    question = make_question(start=ahead, asked_at=NOW + timedelta(minutes=1))
    assert isinstance(opened(record, question), Refusal), "a cancelled run asks all the same"
