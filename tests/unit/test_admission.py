"""Whose decision counts: by identity, by the list of approvers, by four eyes."""

from typing import Any

import pytest

from migration.approval.admission import Admission, Proof, admit, proves
from migration.approval.approval import Approval, ApprovalEvent
from migration.asking.settings import Settings
from migration.values.answer import Refusal
from tests.unit.samples import MIGRATION, VERSION

EVENT = ApprovalEvent.model_validate(
    {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested", "id": "e1"}
)


def admission(**changes: Any) -> Admission:
    asked = Admission(migration_id=MIGRATION, round=1, requester_ids=["eve-oid", "Eve@example.com"], event=EVENT)
    return asked.model_copy(update=changes)


def proof(**changes: Any) -> Proof:
    signed = Proof(
        migration_id=MIGRATION,
        image_version_id=VERSION,
        round=1,
        decision=EVENT.decision,
        approver="Ada",
        comment="tested",
        via="page",
        verified=True,
        identifiers=["ada-oid", "ada@example.com", "ImageApprover"],
    )
    return signed.model_copy(update=changes)


def code(result: Approval | Refusal) -> str | None:
    return result.code if isinstance(result, Refusal) else None


def test_anyone_named_may_decide_where_nothing_is_set():
    result = admit(admission(), None, Settings())
    assert isinstance(result, Approval)
    assert (result.approver, result.via, result.verified, result.id) == ("Ada", "event", False, "e1")


def test_a_proof_tells_who_it_was_and_where():
    result = admit(admission(), proof(), Settings())
    assert isinstance(result, Approval)
    assert (result.via, result.verified) == ("page", True)


def test_where_identity_is_required_a_word_is_not_enough():
    settings = Settings(require_identity=True)
    assert code(admit(admission(), None, settings)) == "IdentityRequired"
    assert code(admit(admission(), proof(verified=False, via="api"), settings)) == "IdentityRequired"
    assert code(admit(admission(), proof(), settings)) is None


@pytest.mark.parametrize("approver", ["ADA", "ada-oid", "Ada@Example.com", "imageapprover"])
def test_an_approver_is_listed_by_name_object_id_or_role(approver: str):
    assert code(admit(admission(), proof(), Settings(approvers=["bob", approver]))) is None


def test_somebody_who_is_not_listed_may_not_decide():
    assert code(admit(admission(), proof(), Settings(approvers=["bob"]))) == "NotAnApprover"
    assert code(admit(admission(), None, Settings(approvers=["bob"]))) == "NotAnApprover"


@pytest.mark.parametrize("identifier", ["EVE-OID", "eve@example.com"])
def test_with_four_eyes_whoever_asked_may_not_decide(identifier: str):
    mine = proof(identifiers=[identifier])
    assert code(admit(admission(), mine, Settings(four_eyes=True))) == "FourEyes"
    assert code(admit(admission(), mine, Settings())) is None
    assert code(admit(admission(), proof(), Settings(four_eyes=True))) is None


def test_a_proof_is_for_the_answer_it_was_signed_for():
    assert proves(proof(), admission())
    assert proves(proof(image_version_id=VERSION.upper()), admission())


@pytest.mark.parametrize(
    "changes",
    [
        {"migration_id": "migrate-other-0123456789"},
        {"round": 2},
        {"image_version_id": VERSION + "1"},
        {"decision": "reject"},
        {"approver": "Eve"},
        {"comment": ""},
    ],
)
def test_a_borrowed_proof_proves_nothing(changes: dict[str, Any]):
    assert not proves(proof(**changes), admission())
