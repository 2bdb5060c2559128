"""From an approval to its delete: spent once at a time, given back only where nothing can have been sent."""

from datetime import timedelta
from functools import partial

import pytest

from migration.approval.approval import Decision
from migration.record.asked import approved_of, asked_of
from migration.record.closing import cancelled
from migration.record.deletion import concluded, given_back, sending, taken
from migration.record.image_record import ImageRecord
from migration.record.question import Deletion, Question, Stage
from migration.record.run import RunStage
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import NOW, VERSION, changed, make_outcome, make_run
from tests.unit.stages import LATER, VALIDITY, at_stage, code, moved_by, of

APPROVED = at_stage(Stage.APPROVED)


def send(record: ImageRecord, attempt: str, at=LATER) -> ImageRecord:
    return of(sending(record, "run 1", "question 1", attempt, at, VALIDITY))


def question_of(record: ImageRecord) -> Question:
    assert record.run is not None
    assert record.run.question is not None
    return record.run.question


def deletion_of(record: ImageRecord) -> Deletion:
    deletion = question_of(record).deletion
    assert deletion is not None
    return deletion


def test_a_delete_is_sent_in_its_own_phase_only():
    """An instance rewound to an earlier phase, or thrown ahead, sent it all the same."""
    for phase in Phase:
        forged = of(moved_by(APPROVED, partial(changed, changes={"phase": phase})))
        allowed = not isinstance(sending(forged, "run 1", "question 1", "a", LATER, VALIDITY), Refusal)
        assert allowed is (phase is Phase.DELETING_SOURCE)


def test_attempts_are_counted_and_a_write_whose_answer_was_lost_is_not_another():
    once = send(APPROVED, "a")
    assert send(once, "a") == once
    twice = send(once, "b", LATER + timedelta(hours=1))
    assert (deletion_of(twice).attempts, deletion_of(twice).attempt) == (2, "b")
    assert deletion_of(twice).sent_at == LATER, "what was first sent counts from then"


def test_what_was_not_sent_is_given_back_and_can_be_cancelled_or_sent_anew():
    back = of(moved_by(send(APPROVED, "a"), lambda run: given_back(run, "a")))
    assert (question_of(back).stage, question_of(back).deletion) == (Stage.APPROVED, None)
    assert deletion_of(send(back, "b")).attempts == 1
    assert question_of(of(cancelled(back, "run 1", "no", LATER))).stage is Stage.CANCELLED


def test_where_another_attempt_may_have_sent_it_nothing_is_given_back():
    twice = send(send(APPROVED, "a"), "b")
    for attempt in ("a", "b", "c", ""):
        assert code(moved_by(twice, partial(given_back, attempt=attempt))) == "OtherAttempt"


def test_what_azure_took_is_never_given_back():
    took = of(moved_by(send(APPROVED, "a"), lambda run: taken(run, None)))
    assert code(moved_by(took, lambda run: given_back(run, "a"))) == "QuestionClosed"
    assert code(cancelled(took, "run 1", "no", LATER)) == "TooLateToCancel"


def test_a_delete_that_was_taken_is_not_sent_again():
    took = of(moved_by(send(APPROVED, "a"), lambda run: taken(run, "https://x/op")))
    assert deletion_of(took).operation_url == "https://x/op"
    assert code(sending(took, "run 1", "question 1", "b", LATER, VALIDITY)) == "NotApproved"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {Stage.SENDING, Stage.SENT}])
def test_an_answer_to_a_delete_that_was_never_sent_is_not_noted(stage: Stage):
    assert isinstance(moved_by(at_stage(stage), lambda run: taken(run, "https://x/op")), Refusal)
    assert code(moved_by(APPROVED.changed(run=make_run()), lambda run: taken(run, None))) == "NotSent"


@pytest.mark.parametrize(
    ("end", "kind"),
    [
        (Stage.DELETED, OutcomeKind.MIGRATED),
        (Stage.KEPT, OutcomeKind.SOURCE_KEPT),
        (Stage.UNKNOWN, OutcomeKind.UNKNOWN),
    ],
)
def test_a_delete_ends_with_what_was_seen_of_the_image(end: Stage, kind: OutcomeKind):
    record = of(concluded(send(APPROVED, "a"), "run 1", end, "Code", "because", LATER, ("looked",)))
    assert record.run is not None
    assert record.run.outcome is not None
    assert (record.run.stage, record.run.outcome.kind, record.run.outcome.code) == (RunStage.ENDING, kind, "Code")
    assert question_of(record).stage is end
    assert ("promise checked" in [entry.event for entry in record.run.audit]) is (end is Stage.DELETED)
    assert (record.answered is not None and record.answered.deleted) is (end is Stage.DELETED)


def test_a_source_that_somebody_else_deleted_is_told_as_gone_only_while_no_delete_may_have_been_sent():
    gone = of(concluded(APPROVED, "run 1", Stage.GONE, "SourceGone", "because", LATER))
    assert gone.run is not None
    assert gone.run.outcome is not None
    assert gone.run.outcome.kind is OutcomeKind.FAILED
    refused = concluded(send(APPROVED, "a"), "run 1", Stage.GONE, "SourceGone", "because", LATER)
    assert isinstance(refused, Refusal)


def test_what_was_concluded_is_not_concluded_otherwise():
    for first in (Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN):
        record = at_stage(first)
        for second in (Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN):
            assert code(concluded(record, "run 1", second, "C", "r", LATER)) == "QuestionClosed"


def test_an_approval_counts_until_the_very_moment_it_lapses():
    just = NOW + VALIDITY - timedelta(microseconds=1)
    assert code(approved_of(APPROVED, just, VALIDITY)) is None
    assert code(approved_of(APPROVED, NOW + VALIDITY, VALIDITY)) == "ApprovalLapsed"


def test_what_was_approved_names_everything_that_is_carried_out():
    approved = approved_of(APPROVED, LATER, VALIDITY)
    assert not isinstance(approved, Refusal)
    assert (approved.approval.approver, approved.decided_at, approved.question.id) == ("Ada", NOW, "question 1")
    assert (approved.version_id, approved.deletes, approved.is_open) == (
        approved.question.copied.image_version_id,
        True,
        False,
    )
    assert asked_of("id", make_run()) is None
    assert asked_of("id", None) is None


@pytest.mark.parametrize(
    "edited",
    [{"image_version_id": f"{VERSION}0"}, {"image_version_id": ""}, {"approver": " "}, {"decision": Decision.REJECT}],
    ids=["of another version", "of none", "by nobody", "a rejection"],
)
def test_an_approval_in_an_edited_record_sends_nothing_unless_it_is_somebodys_of_this_version(edited):
    """Which version it was of was not looked at again where the delete is sent."""
    question = question_of(APPROVED)
    assert question.decided is not None
    decided = question.decided.changed(approval=changed(question.decided.approval, edited))
    forged = of(moved_by(APPROVED, lambda run: run.changed(question=question.changed(decided=decided))))
    assert code(sending(forged, "run 1", "question 1", "a", LATER, VALIDITY)) == "NotApproved"


def test_an_approval_that_its_question_does_not_allow_sends_nothing():
    question = question_of(APPROVED).changed(allows=[Decision.ACCEPT, Decision.REJECT])
    forged = of(moved_by(APPROVED, lambda run: run.changed(question=question)))
    assert code(sending(forged, "run 1", "question 1", "a", LATER, VALIDITY)) == "NotApproved"


def test_the_approval_of_a_run_that_is_over_sends_nothing():
    forged = of(moved_by(APPROVED, lambda run: run.changed(outcome=make_outcome())))
    assert code(sending(forged, "run 1", "question 1", "a", LATER, VALIDITY)) == "NotApproved"


@pytest.mark.parametrize(("run_id", "question_id"), [("run 0", "question 1"), ("run 1", "question 0")])
def test_a_step_of_an_earlier_run_or_question_sends_nothing(run_id, question_id):
    assert code(sending(APPROVED, run_id, question_id, "a", LATER, VALIDITY)) == "NotApproved"
