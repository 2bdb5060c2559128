"""The record of an image: what each transition does at each stage, written down as a table, and what never happens."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from migration.record.admitting import admitted, ended
from migration.record.asked import approved_of, asked_of
from migration.record.asking import asked_anew, opened
from migration.record.audit import LONGEST_AUDIT, entry
from migration.record.closing import cancelled, decided, expired
from migration.record.deletion import concluded, given_back, sending, taken
from migration.record.image_record import ImageRecord, new_record
from migration.record.question import LIVE, MAY_BE_SENT, Stage
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind
from tests.support.samples import (
    NOW,
    SOURCE,
    make_approval,
    make_ended,
    make_outcome,
    make_person,
    make_plan,
    make_question,
    make_record,
    make_run,
    make_start,
)
from tests.unit.stages import EXPIRY, LATER, VALIDITY, Result, at_stage, code, moved_by, of

SEEN_OF_A_DELETE = [Stage.DELETED, Stage.KEPT, Stage.UNKNOWN]
FAILED = make_outcome(OutcomeKind.FAILED, "Broken")


def decide(decision: str, question: str = "question 1", run: str = "run 1") -> Callable[[ImageRecord], Result]:
    approval = make_approval(decision=decision, id="decision 2")
    return lambda record: decided(record, run, question, approval, LATER)


def send(question: str = "question 1", at=LATER, run: str = "run 1") -> Callable[[ImageRecord], Result]:
    return lambda record: sending(record, run, question, "attempt 2", at, VALIDITY)


TRANSITIONS: dict[str, Callable[[ImageRecord], Result]] = {
    "approve": decide("approve"),
    "accept": decide("accept"),
    "reject": decide("reject"),
    "approve another question": decide("approve", question="question 0"),
    "approve in another run": decide("approve", run="run 0"),
    "cancel": lambda record: cancelled(record, "run 1", "cancelled", LATER),
    "cancel another run": lambda record: cancelled(record, "run 2", "cancelled", LATER),
    "expire too early": lambda record: expired(record, "run 1", "nobody", EXPIRY - timedelta(microseconds=1)),
    "expire": lambda record: expired(record, "run 1", "nobody", EXPIRY),
    "expire another run": lambda record: expired(record, "run 0", "nobody", EXPIRY),
    "ask anew": lambda record: moved_by(record, lambda run: asked_anew(run, "question 1", make_person("Bob"), LATER)),
    "send": send(),
    "send after the validity": send(at=NOW + VALIDITY),
    "send for another question": send("question 0"),
    "send in another run": send(run="run 0"),
    "take": lambda record: moved_by(record, lambda run: taken(run, "https://x/op")),
    "give back": lambda record: moved_by(record, lambda run: given_back(run, "attempt")),
    "conclude as gone": lambda record: concluded(record, "run 1", Stage.GONE, "C", "r", LATER),
    "conclude as deleted": lambda record: concluded(record, "run 1", Stage.DELETED, "C", "r", LATER),
    "conclude another run": lambda record: concluded(record, "run 0", Stage.DELETED, "C", "r", LATER),
    "end": lambda record: ended(record, "run 1", FAILED, LATER),
    "end another run": lambda record: ended(record, "run 0", FAILED, LATER),
    "admit another run": lambda record: admitted(record, make_start(), "run 2", LATER),
    "open again": lambda record: moved_by(record, lambda run: opened(run, make_question(id="question 2"))),
}

SAME: dict[Stage, Stage | str] = {stage: stage for stage in Stage}
CLOSED: dict[Stage, Stage | str] = dict.fromkeys(Stage, "QuestionClosed")
NOT_APPROVED: dict[Stage, Stage | str] = dict.fromkeys(Stage, "NotApproved") | {Stage.CANCELLED: "Cancelled"}
LAPSED = {Stage.APPROVED: "ApprovalLapsed", Stage.ACCEPTED: "ApprovalLapsed", Stage.SENDING: "ApprovalLapsed"}
KEPT_BEFORE = dict.fromkeys((Stage.OPEN, Stage.APPROVED, Stage.ACCEPTED), Stage.KEPT)

# transition -> stage before -> stage after, or why not
TABLE: dict[str, dict[Stage, Stage | str]] = {
    "approve": CLOSED | {Stage.OPEN: Stage.APPROVED},
    "accept": CLOSED | {Stage.OPEN: Stage.ACCEPTED},
    "reject": CLOSED | {Stage.OPEN: Stage.REJECTED},
    "approve another question": dict.fromkeys(Stage, "OtherQuestion"),
    "approve in another run": dict.fromkeys(Stage, "OtherQuestion"),
    "cancel": dict.fromkeys(Stage, "NothingToCancel")
    | dict.fromkeys((Stage.OPEN, Stage.APPROVED, Stage.ACCEPTED, Stage.CANCELLED), Stage.CANCELLED)
    | {Stage.REPLACED: Stage.REPLACED}
    | dict.fromkeys((*MAY_BE_SENT, Stage.DELETED, Stage.GONE, Stage.UNKNOWN), "TooLateToCancel"),
    "cancel another run": dict.fromkeys(Stage, "NothingToCancel"),
    "expire too early": SAME,
    "expire": SAME | {Stage.OPEN: Stage.EXPIRED},
    "expire another run": SAME,
    "ask anew": dict.fromkeys(Stage, "AlreadyApproved") | {Stage.OPEN: Stage.REPLACED, Stage.REPLACED: "AskedAlready"},
    "send": NOT_APPROVED | {Stage.APPROVED: Stage.SENDING, Stage.SENDING: Stage.SENDING},
    "send after the validity": NOT_APPROVED | LAPSED,
    "send for another question": NOT_APPROVED,
    "send in another run": NOT_APPROVED,
    "take": dict.fromkeys(Stage, "NotSent")
    | dict.fromkeys(SEEN_OF_A_DELETE, "QuestionClosed")
    | dict.fromkeys(MAY_BE_SENT, Stage.SENT),
    "give back": dict.fromkeys(Stage, "OtherAttempt")
    | dict.fromkeys((*SEEN_OF_A_DELETE, Stage.SENT), "QuestionClosed")
    | {Stage.SENDING: Stage.APPROVED},
    "conclude as gone": CLOSED | {Stage.APPROVED: Stage.GONE},
    "conclude as deleted": CLOSED | dict.fromkeys(MAY_BE_SENT, Stage.DELETED),
    "conclude another run": dict.fromkeys(Stage, "OtherQuestion"),
    "end": dict.fromkeys(Stage, "RunEnded")
    | KEPT_BEFORE
    | {Stage.REPLACED: Stage.REPLACED}
    | dict.fromkeys(MAY_BE_SENT, Stage.UNKNOWN),
    "end another run": dict.fromkeys(Stage, "OtherRun"),
    "admit another run": dict.fromkeys(Stage, "UnderWay"),
    "open again": dict.fromkeys(Stage, "OtherPhase") | {Stage.REPLACED: Stage.OPEN},
}
CASES = [(name, stage) for name in TRANSITIONS for stage in Stage]


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_each_transition_does_at_each_stage_what_the_table_says(name: str, stage: Stage):
    result = TRANSITIONS[name](at_stage(stage))
    expected = TABLE[name][stage]
    if isinstance(result, Refusal):
        assert result.code == expected
    else:
        assert result.run is not None
        assert result.run.question is not None
        assert result.run.question.stage == expected


@pytest.mark.parametrize(("name", "stage"), CASES)
def test_a_transition_that_runs_again_changes_nothing_more(name: str, stage: Stage):
    """The write may have happened though its answer was lost: the step knows its own work again, or is refused."""
    once = TRANSITIONS[name](at_stage(stage))
    if isinstance(once, ImageRecord):
        again = TRANSITIONS[name](once)
        assert isinstance(again, Refusal) or again == once


@pytest.mark.parametrize("decision", ["approve", "accept", "reject"])
def test_a_decision_that_was_written_though_its_answer_was_lost_is_known_again(decision: str):
    def decide_as(number: str | None, record: ImageRecord) -> Result:
        return decided(record, "run 1", "question 1", make_approval(decision=decision, id=number), LATER)

    once = of(decide_as("decision 1", at_stage(Stage.OPEN)))
    assert decide_as("decision 1", once) == once
    assert code(decide_as("another", once)) == "QuestionClosed"
    assert code(decide_as(None, once)) == "QuestionClosed"


def test_a_decision_at_the_moment_of_the_expiry_comes_too_late():
    record = at_stage(Stage.OPEN)
    just_before = EXPIRY - timedelta(microseconds=1)
    assert code(decided(record, "run 1", "question 1", make_approval(), EXPIRY)) == "ApprovalExpired"
    assert of(decided(record, "run 1", "question 1", make_approval(), just_before))


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in LIVE and stage is not Stage.REPLACED])
def test_what_was_settled_has_ended_its_run_and_is_not_asked_again_in_it(stage: Stage):
    """An instance restarted from its history asked, and deleted, again."""
    settled = at_stage(stage)
    assert settled.run is not None
    assert settled.run.outcome is not None
    for again in (make_question(), make_question(id="question 9", asked_at=LATER)):
        assert code(moved_by(settled, partial(opened, question=again))) == "OtherPhase"


def test_a_cancel_before_anything_was_asked_keeps_the_question_from_being_asked():
    record = of(cancelled(new_record(SOURCE, NOW).changed(run=at_stage(Stage.REPLACED).run), "run 1", "no", LATER))
    assert code(moved_by(record, lambda run: opened(run, make_question(id="question 2")))) == "OtherPhase"


@pytest.mark.parametrize("record", [new_record(SOURCE, NOW), make_record(make_ended()), at_stage(Stage.OPEN)])
def test_without_a_question_and_its_approval_nothing_is_allowed(record: ImageRecord):
    assert code(approved_of(record, NOW, VALIDITY)) == "NotApproved"


def test_an_approval_in_the_record_of_another_image_allows_nothing():
    approved = at_stage(Stage.APPROVED)
    assert code(approved_of(approved, LATER, VALIDITY)) is None
    assert code(approved_of(approved.changed(source_image_id=f"{SOURCE}2"), LATER, VALIDITY)) == "NotApproved"
    other = make_plan(source=make_plan().source.changed(id=f"{SOURCE}2"))
    swapped = of(moved_by(approved, lambda run: run.changed(plan=other)))
    assert code(approved_of(swapped, LATER, VALIDITY)) == "NotApproved"


def test_an_approval_that_was_cancelled_says_so():
    record = of(cancelled(at_stage(Stage.APPROVED), "run 1", "cancelled", LATER))
    assert code(approved_of(record, LATER, VALIDITY)) == "Cancelled"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("decision", ["reject", "accept"])
def test_a_rejection_never_counts_as_an_approval_whatever_stage_is_written(decision: str, stage: Stage):
    approved = at_stage(Stage.APPROVED)
    asked = asked_of(approved.migration_id, approved.run)
    assert asked is not None
    said = asked.question.decided.changed(approval=make_approval(decision=decision))
    forged = of(moved_by(approved, lambda run: run.changed(question=asked.question.changed(stage=stage, decided=said))))
    assert isinstance(sending(forged, "run 1", "question 1", "attempt", LATER, VALIDITY), Refusal)


@pytest.mark.parametrize("stage", Stage)
def test_a_record_survives_its_store(stage: Stage):
    record = at_stage(stage)
    assert ImageRecord.model_validate(record.dump()) == record


@pytest.mark.parametrize("stage", Stage)
def test_a_refused_transition_leaves_no_trace(stage: Stage):
    """Records are values: what a refusal is about stands as it stood."""
    record = at_stage(stage)
    before = record.dump()
    for transition in TRANSITIONS.values():
        transition(record)
    assert record.dump() == before


def test_a_flood_of_entries_leaves_who_asked_for_it_and_what_was_planned():
    """Somebody asked again so often that nobody could tell any more who had asked first."""
    first = [entry(NOW, event) for event in ("migration requested", "plan complete", "version created")]
    run = make_run().changed(audit=first)
    for _ in range(LONGEST_AUDIT * 2):
        run = run.audited(entry(NOW, "asked again"))
    assert run.audit[:3] == first
    assert len(run.audit) == LONGEST_AUDIT
