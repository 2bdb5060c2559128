"""How a migration ends: which outcome, and what may still be asked again."""

from typing import Any

import pytest

from migration.course.endings import (
    can_ask_again,
    cancel_reason,
    kept_as_asked,
    out_of_patience,
    refused,
    stopped_by,
    timed_out,
)
from migration.record.audit import LONGEST_AUDIT, AuditEntry
from migration.record.closing import answer_refused
from migration.record.question import MAY_BE_SENT, Decided, Stage
from migration.record.run import MOST_NOTES, Run
from migration.resources.replication import ReplicationReport
from migration.values.answer import Later, Refusal
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from migration.values.problems import Problem
from tests.support.samples import (
    GALLERY,
    NOW,
    VERSION,
    done,
    make_approval,
    make_ended,
    make_outcome,
    make_plan,
    make_question,
    make_run,
    replica,
)

NO_NETWORK = Later(seconds=5, reason="no network", code="AzureUnavailable")
AFTER_APPROVAL = {Phase.PROMOTING, Phase.SOAKING, Phase.DELETING_SOURCE}
BEFORE_APPROVAL = [phase for phase in Phase if phase not in AFTER_APPROVAL | {Phase.PLANNING, Phase.DONE}]


def run(phase: Phase = Phase.REPLICATING, **changes: Any) -> Run:
    return make_run(phase, **{"image_version_id": VERSION, "plan": make_plan()} | changes)


def ending(phase: Phase, code: str, **changes: Any) -> tuple[OutcomeKind, str]:
    outcome = refused(run(phase, **changes), Refusal(code=code, message="no"))
    assert outcome.step is phase
    return outcome.kind, outcome.code


def test_one_problem_gives_its_code_and_several_are_all_in_the_reason():
    problems = [Problem(field=f"field{n}", code=f"Code{n}", message="wrong") for n in range(3)]
    assert stopped_by(problems[:1]) == Refusal(code="Code0", message="field0: wrong", problems=problems[:1])
    told = "field0: wrong (Code0); field1: wrong (Code1); field2: wrong (Code2)"
    assert stopped_by(problems) == Refusal(code="PlanProblems", message=told, problems=problems)


def test_problems_that_pass_are_waited_for_unless_another_stays():
    passing = Problem(field="sourceImageId", code="SourceNotReady", message="Creating", passes=True)
    missing = Problem(field="gallery", code="NotFound", message="not there", absent=GALLERY)
    lasting = Problem(field="sku", code="IdentifierTaken", message="taken")
    assert stopped_by([passing]) == Later(seconds=5, reason="Creating", code="SourceNotReady")
    unproved = Refusal(code="NotFound", message="not there", absent=GALLERY, problems=[missing])
    assert stopped_by([passing, missing]) == unproved
    every = [passing, missing, lasting]
    told = "sourceImageId: Creating (SourceNotReady); gallery: not there (NotFound); sku: taken (IdentifierTaken)"
    assert stopped_by(every) == Refusal(code="PlanProblems", message=told, problems=every)


def test_a_refusal_while_planning_has_written_nothing():
    assert ending(Phase.PLANNING, "AuthorizationFailed") == (OutcomeKind.REFUSED, "AuthorizationFailed")


@pytest.mark.parametrize("phase", BEFORE_APPROVAL)
def test_a_refusal_before_the_approval_is_a_failure_that_names_nothing_before_anybody_looked(phase: Phase):
    """For a moment, the version of a source that was gone stood there as left behind."""
    assert ending(phase, "Conflict") == (OutcomeKind.FAILED, "Conflict")
    outcome = refused(run(phase), Refusal(code="Conflict", message="no"))
    assert (outcome.left_behind, outcome.source) == ([], SourceSeen.UNKNOWN)


@pytest.mark.parametrize("phase", sorted(AFTER_APPROVAL))
def test_a_refusal_after_the_approval_keeps_the_source(phase: Phase):
    assert ending(phase, "SourceInUse") == (OutcomeKind.SOURCE_KEPT, "SourceInUse")


@pytest.mark.parametrize("code", ["ShallowReplication", "CannotTellApart", "RequestWithdrawn", "WishWaits"])
def test_where_nobody_can_be_asked_the_copy_stays_and_so_does_the_source(code: str):
    assert ending(Phase.VERIFYING, code) == (OutcomeKind.SOURCE_KEPT, code)


@pytest.mark.parametrize("stage", Stage)
def test_what_may_have_been_sent_is_never_told_as_kept(stage: Stage):
    """An approval lapsed between two attempts, and the migration ended as SourceKept while Azure deleted."""
    question = make_question(stage=stage)
    kept = ending(Phase.DELETING_SOURCE, "ApprovalLapsed", question=question)[0]
    silent = out_of_patience(run(Phase.DELETING_SOURCE, question=question), NO_NETWORK).kind
    assert (kept, silent) == ((OutcomeKind.UNKNOWN,) * 2 if stage in MAY_BE_SENT else (OutcomeKind.SOURCE_KEPT,) * 2)


def test_a_timeout_names_the_slowest_region():
    slow = replica("westus2", "Replicating", progress=71)
    outcome = timed_out(run(), ReplicationReport(regions=[*done("eastus"), slow]))
    assert "westus2 at 71 %" in outcome.reason
    nothing_seen = timed_out(run(), ReplicationReport(regions=[]))
    assert (nothing_seen.kind, nothing_seen.code) == (OutcomeKind.FAILED, "ReplicationTimedOut")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("wrong gallery", "cancelled: wrong gallery"),
        ("r" * 1000, "cancelled: " + "r" * 200),
        (" two\nlines\u202e\x00\ud800 ", "cancelled: twolines"),
        ("\n\t", "cancelled"),
        (["x"], "cancelled"),
        ({}, "cancelled"),
        (None, "cancelled"),
        (1, "cancelled"),
    ],
)
def test_the_reason_of_a_cancel_is_quoted_only_as_far_as_it_can_be_read(said: Any, reason: str):
    assert cancel_reason(said) == reason


def test_a_source_that_was_to_be_kept_is_kept_as_asked():
    for asked in (run(Phase.VERIFYING), run(Phase.PROMOTING, question=make_question(allows=["accept", "reject"]))):
        outcome = kept_as_asked(asked)
        assert (outcome.kind, outcome.code) == (OutcomeKind.SOURCE_KEPT, "Policy")


def test_an_end_says_that_the_version_stays_out_of_latest_for_its_age():
    left_out = {"stays_excluded": "version 1.0.3 is newer"}
    accepted = Decided(approval=make_approval(decision="accept"), at=NOW)
    for question in (None, make_question(stage=Stage.ACCEPTED, decided=accepted)):
        reason = kept_as_asked(run(Phase.PROMOTING, question=question, **left_out)).reason
        assert reason.endswith("; the version stays excluded from latest: version 1.0.3 is newer")


def test_whoever_accepts_beside_an_approval_has_decided_that_the_source_stays():
    accepted = Decided(approval=make_approval(decision="accept"), at=NOW)
    outcome = kept_as_asked(run(Phase.PROMOTING, question=make_question(stage=Stage.ACCEPTED, decided=accepted)))
    assert (outcome.kind, outcome.code) == (OutcomeKind.SOURCE_KEPT, "Accepted")
    assert "as Ada decided" in outcome.reason


@pytest.mark.parametrize("code", ["Rejected", "ApprovalExpired", "SourceInUse", "SourceLocked", "Accepted"])
def test_a_kept_source_can_be_asked_about_again(code: str):
    assert can_ask_again(make_ended(make_outcome(code=code)))


@pytest.mark.parametrize(
    "ended",
    [
        run(),
        make_ended(make_outcome(code="Policy")),
        make_ended(make_outcome(code="ShallowReplication")),
        make_ended(image_version_id=None),
    ],
)
def test_nothing_else_can_be_asked_again(ended: Run):
    assert not can_ask_again(ended)


@pytest.mark.parametrize("kind", OutcomeKind)
def test_only_a_source_that_was_kept_or_may_be_there_can_be_asked_about_again(kind: OutcomeKind):
    expected = kind in {OutcomeKind.SOURCE_KEPT, OutcomeKind.UNKNOWN}
    assert can_ask_again(make_ended(make_outcome(kind, "C"))) is expected


@pytest.mark.parametrize("kind", OutcomeKind)
def test_what_is_gone_is_not_asked_about_again(kind: OutcomeKind):
    assert not can_ask_again(make_ended(make_outcome(kind, "C", source=SourceSeen.GONE)))


def test_a_flood_of_refused_answers_pushes_nothing_else_out_of_the_audit():
    flooded = run().audited(AuditEntry(at=NOW, event="requested"))
    for number in range(3 * LONGEST_AUDIT):
        flooded = answer_refused(flooded, f"note {number}", NOW)
    flooded = flooded.audited(AuditEntry(at=NOW, event="approved"))
    assert len(flooded.audit) == LONGEST_AUDIT
    assert (flooded.audit[0].event, flooded.audit[-1].event) == ("requested", "approved")
    assert len(flooded.notes) == MOST_NOTES
    assert flooded.notes[-1] == f"an answer was ignored: note {3 * LONGEST_AUDIT - 1}"


def test_a_run_without_a_plan_or_version_says_so():
    early = make_run()
    with pytest.raises(ValueError, match="no plan yet"):
        _ = early.planned
    with pytest.raises(ValueError, match="no image version yet"):
        _ = early.version_id
