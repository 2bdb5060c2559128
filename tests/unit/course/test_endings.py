"""How a migration ends: which outcome, what was left behind, and what may still be asked again."""

from datetime import timedelta
from typing import Any

import pytest
from migration.approval.verdict import DeleteSeen, Opened
from migration.course.audit import ANSWER_REFUSED, LONGEST_AUDIT, AuditEntry
from migration.course.state import MOST_NOTES, MigrationState, Status

from migration.approval.approval import Approval, Decision
from migration.course.endings import (
    after_delete,
    asked,
    asked_again,
    can_ask_again,
    cancelled,
    decided,
    expired,
    foreign,
    kept_by_policy,
    not_asked,
    refused,
    refused_plan,
    timed_out,
    unavailable,
)
from migration.course.starting import Requester, start_by_request
from migration.resources.gallery import RegionReplication
from migration.resources.replication import ReplicationReport
from migration.values.answer import Refusal
from migration.values.outcome import Outcome, OutcomeKind, Phase
from migration.values.problems import Problem
from tests.unit.samples import (
    DEFAULTS,
    DEFINITION,
    GALLERY,
    NOW,
    VERSION,
    done,
    make_image,
    make_plan,
    make_request,
    make_start,
)

AFTER_APPROVAL = {Phase.PROMOTING, Phase.DELETING_SOURCE}
BEFORE_APPROVAL = [phase for phase in Phase if phase not in AFTER_APPROVAL | {Phase.PLANNING, Phase.DONE}]


def state(phase: Phase = Phase.REPLICATING, **changes: Any) -> MigrationState:
    start = start_by_request(make_request(), make_image(), Requester("Ada"), DEFAULTS)
    running = MigrationState(start=start, phase=phase, plan=make_plan(), image_version_id=VERSION)
    return running.model_copy(update=changes)


def ending(ended: MigrationState) -> tuple[OutcomeKind, str]:
    assert ended.outcome is not None
    return ended.outcome.kind, ended.outcome.code


def approval(decision: Decision, comment: str = "") -> Approval:
    return Approval(
        decision=decision, approver="Ada", image_version_id=VERSION, comment=comment, via="api", verified=False
    )


def test_one_problem_gives_its_code_and_several_are_all_in_the_reason():
    problems = [Problem(field=f"field{n}", code=f"Code{n}", message="wrong") for n in range(3)]
    assert ending(refused_plan(state(), problems[:1])) == (OutcomeKind.REFUSED, "Code0")
    many = refused_plan(state(), problems)
    assert ending(many) == (OutcomeKind.REFUSED, "PlanProblems")
    assert many.outcome is not None
    assert many.outcome.reason == "field0: wrong; field1: wrong; field2: wrong"


def test_a_refusal_while_planning_has_written_nothing():
    ended = refused(state(Phase.PLANNING), "AuthorizationFailed", "no")
    assert ending(ended) == (OutcomeKind.REFUSED, "AuthorizationFailed")
    assert ended.outcome is not None
    assert ended.outcome.left_behind == []


@pytest.mark.parametrize("phase", BEFORE_APPROVAL)
def test_a_refusal_before_the_approval_is_a_failure_that_names_what_it_left(phase: Phase):
    ended = refused(state(phase), "Conflict", "no")
    assert ending(ended) == (OutcomeKind.FAILED, "Conflict")
    assert ended.outcome is not None
    assert ended.outcome.left_behind == [DEFINITION, VERSION]
    assert ended.outcome.step is phase


@pytest.mark.parametrize("phase", sorted(AFTER_APPROVAL))
def test_a_refusal_after_the_approval_keeps_the_source(phase: Phase):
    assert ending(refused(state(phase), "SourceInUse", "no")) == (OutcomeKind.SOURCE_KEPT, "SourceInUse")


def test_a_shallow_version_keeps_its_source_whenever_it_is_found():
    assert ending(refused(state(Phase.VERIFYING), "ShallowReplication", "no"))[0] is OutcomeKind.SOURCE_KEPT


@pytest.mark.parametrize("create_gallery", [True, False])
@pytest.mark.parametrize("create_definition", [True, False])
def test_only_what_may_have_been_created_is_left_behind(create_gallery: bool, create_definition: bool):
    plan = make_plan(create_gallery=create_gallery, create_definition=create_definition)
    ended = unavailable(state(Phase.CREATING, plan=plan, image_version_id=None), "no network")
    assert ended.outcome is not None
    assert ended.outcome.left_behind == [GALLERY] * create_gallery + [DEFINITION] * create_definition


def test_a_timeout_names_the_slowest_region():
    slow = RegionReplication(name="westus2", state="Replicating", progress=71)
    ended = timed_out(state(), ReplicationReport(regions=[*done("eastus"), slow]))
    assert ended.outcome is not None
    assert "westus2 at 71 %" in ended.outcome.reason
    assert ending(timed_out(state(), ReplicationReport(regions=[]))) == (OutcomeKind.FAILED, "ReplicationTimedOut")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ({"reason": "wrong gallery"}, "cancelled: wrong gallery"),
        ({"reason": "r" * 1000}, "cancelled: " + "r" * 200),
        ({"reason": " two\nlines\u202e\x00\ud800 "}, "cancelled: twolines"),
        ({"reason": "\n\t"}, "cancelled"),
        ({"reason": ["x"]}, "cancelled"),
        ({}, "cancelled"),
        ("whatever", "cancelled"),
        (None, "cancelled"),
        ([1], "cancelled"),
    ],
)
def test_the_reason_of_a_cancel_is_quoted_only_as_far_as_it_can_be_read(payload: Any, reason: str):
    ended = cancelled(state(), payload)
    assert ended.outcome is not None
    assert ended.outcome.reason == reason
    assert ended.outcome.left_behind == [DEFINITION, VERSION]


@pytest.mark.parametrize("needed", [True, False])
def test_a_human_is_asked_where_an_answer_changes_anything(needed: bool):
    expiry = NOW + timedelta(days=7)
    opened = Opened(needed=needed, image_version_id=f"{VERSION}1", asked_at=NOW, expires_at=expiry)
    after = asked(state(Phase.VERIFYING), opened, NOW)
    assert after.verified_at == NOW
    assert "eastus, westus2" in after.audit[-1].detail
    if needed:
        assert (after.phase, after.outcome) == (Phase.AWAITING_APPROVAL, None)
        assert (after.asked_at, after.expires_at, after.image_version_id) == (NOW, expiry, f"{VERSION}1")
    else:
        assert ending(after) == (OutcomeKind.SOURCE_KEPT, "Policy")


def test_an_approval_promotes_and_a_rejection_keeps_the_source():
    waiting = state(Phase.AWAITING_APPROVAL)
    approved = decided(waiting, approval(Decision.APPROVE), NOW)
    assert (approved.phase, approved.outcome, approved.decided_at) == (Phase.PROMOTING, None, NOW)
    rejected = decided(waiting, approval(Decision.REJECT, "wrong disk"), NOW)
    assert ending(rejected) == (OutcomeKind.SOURCE_KEPT, "Rejected")
    assert rejected.outcome is not None
    assert rejected.outcome.reason == "rejected by Ada: wrong disk"
    assert [entry.event for entry in (approved.audit[-1], rejected.audit[-1])] == ["approved", "rejected"]
    assert approved.audit[-1].identity == "named by the caller, not verified"


def test_a_question_nobody_answers_keeps_the_source():
    assert ending(expired(state(Phase.AWAITING_APPROVAL))) == (OutcomeKind.SOURCE_KEPT, "ApprovalExpired")


@pytest.mark.parametrize("code", ["SigningKeyMissing", "RecordsMissing", "CannotTellApart", "QuestionSettled"])
def test_where_nobody_can_be_asked_the_copy_stays_and_so_does_the_source(code: str):
    assert ending(refused(state(Phase.VERIFYING), code, "no")) == (OutcomeKind.SOURCE_KEPT, code)


def test_a_foreign_instance_is_refused_and_done():
    ended = foreign(state(Phase.DELETING_SOURCE))
    assert (ended.phase, *ending(ended)) == (Phase.DONE, OutcomeKind.REFUSED, "ForeignInstance")


NOT_SENT = Refusal(code="SourceInUse", message="a scale set names it")


@pytest.mark.parametrize(
    ("seen", "refusal", "expected"),
    [
        (DeleteSeen(kind="deleted"), None, (OutcomeKind.MIGRATED, "Migrated")),
        (DeleteSeen(kind="deleted"), NOT_SENT, (OutcomeKind.MIGRATED, "Migrated")),
        (DeleteSeen(kind="cancelled"), NOT_SENT, (OutcomeKind.CANCELLED, "Cancelled")),
        (DeleteSeen(kind="gone", code="SourceGone"), None, (OutcomeKind.FAILED, "SourceGone")),
        (DeleteSeen(kind="unknown", code="X"), NOT_SENT, (OutcomeKind.UNKNOWN, "DeleteUnknown")),
        (DeleteSeen(kind="kept", code="DeleteNotSent"), NOT_SENT, (OutcomeKind.SOURCE_KEPT, "SourceInUse")),
        (DeleteSeen(kind="kept", code="NotApproved"), NOT_SENT, (OutcomeKind.SOURCE_KEPT, "SourceInUse")),
        (DeleteSeen(kind="kept", code="NotApproved"), None, (OutcomeKind.SOURCE_KEPT, "NotApproved")),
        (DeleteSeen(kind="kept", code="ScopeLocked"), NOT_SENT, (OutcomeKind.SOURCE_KEPT, "ScopeLocked")),
    ],
)
def test_a_delete_ends_with_what_was_seen_of_the_image(
    seen: DeleteSeen, refusal: Refusal | None, expected: tuple[OutcomeKind, str]
):
    assert ending(after_delete(state(Phase.DELETING_SOURCE), seen, refusal)) == expected


def test_an_image_made_again_since_is_noted_with_the_delete():
    ended = after_delete(state(Phase.DELETING_SOURCE), DeleteSeen(kind="deleted", note="made again"), None)
    assert ended.notes[-1] == "made again"


@pytest.mark.parametrize("code", ["Rejected", "ApprovalExpired", "SourceInUse", "SourceLocked"])
def test_a_kept_source_can_be_asked_about_again_and_is_verified_again(code: str):
    before = state(Phase.DELETING_SOURCE, approval=approval(Decision.APPROVE), asked_at=NOW, deleting_since=NOW)
    kept = refused(before, code, "no").model_copy(update={"promoted": True, "reminded": 3, "escalated": True})
    assert can_ask_again(kept.outcome)
    again = asked_again(kept, make_start("run 2"))
    assert (again.phase, again.round, again.outcome, again.approval) == (Phase.VERIFYING, 2, None, None)
    assert (again.asked_at, again.deleting_since, again.image_version_id) == (None, None, VERSION)
    assert (again.promoted, again.reminded, again.escalated) == (False, 0, False)
    assert again.start.run == "run 2"


def test_what_the_record_does_not_know_is_verified_and_asked_by_the_same_start():
    waiting = state(Phase.AWAITING_APPROVAL, asked_at=NOW)
    again = not_asked(waiting)
    assert (again.phase, again.asked_at, again.start) == (Phase.VERIFYING, None, waiting.start)


def test_an_unknown_end_can_be_asked_about_again():
    unknown = after_delete(state(Phase.DELETING_SOURCE), DeleteSeen(kind="unknown", code="X", message="m"), None)
    assert can_ask_again(unknown.outcome)


@pytest.mark.parametrize(
    "ended",
    [
        state(),
        kept_by_policy(state()),
        refused(state(Phase.VERIFYING), "ShallowReplication", "no"),
        after_delete(state(Phase.DELETING_SOURCE), DeleteSeen(kind="deleted"), None),
        refused(state(Phase.CREATING), "Conflict", "no"),
        cancelled(state(), None),
    ],
)
def test_nothing_else_can_be_asked_again(ended: MigrationState):
    assert not can_ask_again(ended.outcome)


@pytest.mark.parametrize("kind", OutcomeKind)
def test_only_a_source_that_was_kept_or_may_be_there_can_be_asked_about_again(kind: OutcomeKind):
    outcome = Outcome(kind=kind, code="C", reason="r", step=Phase.DELETING_SOURCE)
    assert can_ask_again(outcome) == (kind in {OutcomeKind.SOURCE_KEPT, OutcomeKind.UNKNOWN})


def test_a_flood_of_refused_answers_pushes_nothing_else_out_of_the_audit():
    flooded = state().audited(AuditEntry(at=NOW, event="requested"))
    for number in range(3 * LONGEST_AUDIT):
        flooded = flooded.audited(AuditEntry(at=NOW, event=ANSWER_REFUSED)).noted(f"note {number}")
    flooded = flooded.audited(AuditEntry(at=NOW, event="approved"))
    assert len(flooded.audit) == LONGEST_AUDIT
    assert (flooded.audit[0].event, flooded.audit[-1].event) == ("requested", "approved")
    assert len(flooded.notes) == MOST_NOTES
    assert Status.of(flooded).notes[-1] == f"note {3 * LONGEST_AUDIT - 1}"


def test_a_state_without_a_plan_or_version_says_so():
    early = state(plan=None, image_version_id=None)
    with pytest.raises(ValueError, match="no plan yet"):
        _ = early.planned
    with pytest.raises(ValueError, match="no image version yet"):
        _ = early.version_id


def test_a_state_survives_the_durable_boundary():
    full = expired(decided(state(asked_at=NOW, notes=["n"]), approval(Decision.APPROVE), NOW))
    assert MigrationState.model_validate(full.dump()) == full
