"""Four eyes over everybody who ever asked: in a chain of questions no requester decides about their own wish."""

import pytest

from migration.approval.admission import Decider, admit, objection, outdated
from migration.approval.approval import ApprovalEvent
from migration.asking.settings import Settings
from migration.values.answer import Refusal
from tests.support.samples import VERSION, make_approval

ADA, EVE, BOB = ("ada@example.com",), ("eve@example.com",), ("bob@example.com",)
KEY_HOLDER = ("holder of a function key",)
FOUR = Settings(four_eyes=True)
EVENT = ApprovalEvent.model_validate({"decision": "approve", "approver": "Ada", "imageVersionId": VERSION})


def code(decider: tuple[str, ...], *requesters: tuple[str, ...]) -> str | None:
    refusal = objection("x", decider, requesters, FOUR, verified=True)
    return refusal.code if refusal else None


def test_whoever_asked_first_may_not_approve_after_a_colleague_has_asked_again():
    """Only the last who asked was compared, so that a friend's click made the first one an approver."""
    assert code(EVE, EVE, BOB) == "FourEyes"
    assert code(BOB, EVE, BOB) == "FourEyes"
    assert code(ADA, EVE, BOB) is None


def test_an_unknown_first_who_asked_does_not_block_when_the_last_is_known():
    assert code(ADA, KEY_HOLDER, BOB) is None
    assert code(ADA, (), BOB) is None


def test_an_unknown_last_who_asked_blocks_whoever_was_known_before():
    assert code(ADA, EVE, KEY_HOLDER) == "RequesterUnknown"
    assert code(ADA, EVE, ()) == "RequesterUnknown"


def test_everybody_in_the_chain_who_is_known_must_be_told_apart_from_the_approver():
    by_object_id = ("00000000-0000-0000-0000-00000000000b",)
    assert code(ADA, by_object_id, BOB) == "RequesterUnknown"
    assert code((*ADA, "00000000-0000-0000-0000-00000000000a"), by_object_id, BOB) is None


@pytest.mark.parametrize("decider", [ADA, EVE, BOB])
def test_where_nobody_has_asked_nobody_may_decide(decider: tuple[str, ...]):
    assert code(decider) == "RequesterUnknown"


@pytest.mark.parametrize(
    "settings", [Settings(require_identity=True), FOUR, Settings(approvers=["ImageApprover", "robot-oid"])]
)
@pytest.mark.parametrize("ids", [("robot-oid",), ("ImageApprover",)])
def test_a_role_and_a_program_are_no_named_human_where_identity_is_demanded(settings: Settings, ids: tuple[str, ...]):
    """A program with a role of approvers approved its own pipeline's deletes."""
    result = admit(EVENT, Decider(None, ids, "api"), [EVE], settings, decision_id="d")
    assert isinstance(result, Refusal)
    assert result.code == "IdentityRequired"


def test_an_approval_is_judged_again_by_the_rules_of_the_moment():
    given = make_approval(identifiers=list(ADA))
    assert outdated(given, [EVE], Settings(approvers=["ada@example.com"]), "now") is None
    for rules, expected in (
        (Settings(approvers=["bob@example.com"]), "NotAnApprover"),
        (Settings(four_eyes=True), None),
    ):
        refusal = outdated(given, [EVE], rules, "now")
        assert (refusal.code if refusal else None) == expected
    refusal = outdated(given, [ADA], FOUR, "now")
    assert refusal is not None
    assert refusal.code == "FourEyes"
    assert "by the rules of now" in refusal.message


def test_what_somebody_typed_counts_no_more_once_identity_is_demanded():
    refusal = outdated(make_approval(verified=False), [EVE], Settings(require_identity=True), "now")
    assert refusal is not None
    assert refusal.code == "IdentityRequired"


def test_an_approval_of_checks_that_meant_something_else_counts_no_more():
    shown = make_approval(meaning="then")
    assert outdated(shown, [EVE], Settings(), "then") is None
    refusal = outdated(shown, [EVE], Settings(), "now")
    assert refusal is not None
    assert refusal.code == "ChecksChanged"
    assert outdated(make_approval(), [EVE], Settings(), "now") is None  # nothing had been shown to its giver
