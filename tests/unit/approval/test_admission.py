"""Whose decision counts: by identity, by the list of approvers, by four eyes."""

from typing import Any

import pytest

from migration.approval.admission import Decider, admit, anyone_named, holder_of, objection, other_person, unapprovable
from migration.approval.approval import Approval, ApprovalEvent, identity_of
from migration.asking.people import requester_is_known
from migration.asking.settings import Settings
from migration.telling.status import told_decision
from migration.values.answer import Refusal
from tests.support.samples import VERSION

EVENT = ApprovalEvent.model_validate(
    {"decision": "approve", "approver": "Ada", "imageVersionId": VERSION, "comment": "tested"}
)
ADA_ID, EVE_ID = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000e"
ADA = Decider("Ada", (ADA_ID, "ada@example.com", "ImageApprover"), "page")
NOBODY = Decider(None, (), "event")
EVE = (EVE_ID, "Eve@example.com")


def decide(decider: Decider, *requesters: tuple[str, ...], **settings: Any) -> Approval | Refusal:
    return admit(EVENT, decider, requesters or [EVE], Settings(**settings), decision_id="d1", checks=["looked"])


def code(result: Approval | Refusal) -> str | None:
    return result.code if isinstance(result, Refusal) else None


def test_anyone_named_may_decide_where_nothing_is_set():
    result = decide(NOBODY)
    assert isinstance(result, Approval)
    assert (result.approver, result.via, result.verified, result.id) == ("Ada", "event", False, "d1")
    assert (result.image_version_id, result.comment, result.checks) == (VERSION, "tested", ["looked"])
    assert anyone_named(Settings())


def test_who_is_signed_in_or_was_sent_the_link_is_verified():
    result = decide(ADA)
    assert isinstance(result, Approval)
    assert (result.via, result.verified) == ("page", True)


def test_only_who_is_signed_in_is_called_verified():
    """A mail that somebody else forwarded was "verified" as its first receiver."""
    by_link = decide(holder_of("ada@contoso.com", "page"))
    assert isinstance(by_link, Approval)
    assert (by_link.verified, identity_of(by_link)) == (True, "by personal link")
    assert (told_decision(by_link).verified, told_decision(by_link).by_link) == (False, True)
    signed_in, named = decide(ADA), decide(NOBODY)
    assert isinstance(signed_in, Approval)
    assert isinstance(named, Approval)
    assert [identity_of(one) for one in (signed_in, named)] == ["verified", "named by the caller, not verified"]


KEY: list[str] = []
LINKS = ["ada@contoso.com", None, "Team"]


@pytest.mark.parametrize(
    ("settings", "links", "requester", "code"),
    [
        ({}, [], KEY, None),
        ({"require_identity": True}, [], KEY, "IdentityRequired"),
        ({"require_identity": True}, [None, "Team"], KEY, "IdentityRequired"),
        ({"require_identity": True}, LINKS, KEY, None),
        ({"approvers": ["bob@contoso.com"]}, LINKS, KEY, "NotAnApprover"),
        ({"approvers": ["ADA@contoso.com"]}, LINKS, KEY, None),
        ({"four_eyes": True}, LINKS, KEY, "RequesterUnknown"),
        ({"four_eyes": True}, LINKS, ["ada@contoso.com"], "FourEyes"),
        ({"four_eyes": True}, LINKS, ["eve@contoso.com"], None),
    ],
)
def test_that_nobody_could_ever_decide_is_known_by_the_rules_of_who_may(settings, links, requester, code):
    refusal = unapprovable(links, [requester], Settings(**settings))
    assert (refusal and refusal.code) == code


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("MIGRATION_REQUIRE_IDENTITY", {"require_identity": True}),
        ("MIGRATION_FOUR_EYES", {"four_eyes": True}),
        ("MIGRATION_APPROVERS", {"approvers": ["Ada"]}),
    ],
)
def test_where_it_matters_who_decides_a_typed_name_is_not_enough(rule: str, settings: dict[str, Any]):
    """With a list of approvers alone, anyone could type a listed name."""
    refused = decide(NOBODY, **settings)
    assert isinstance(refused, Refusal)
    assert refused.code == "IdentityRequired"
    assert rule in refused.message
    assert not anyone_named(Settings(**settings))
    assert code(decide(ADA, **settings)) is None


@pytest.mark.parametrize("approver", ["ADA", ADA_ID.upper(), "Ada@Example.com", "imageapprover"])
def test_an_approver_is_listed_by_name_object_id_or_role(approver: str):
    assert code(decide(ADA, approvers=["bob", approver])) is None


def test_somebody_who_is_not_listed_may_not_decide():
    assert code(decide(ADA, approvers=["bob"])) == "NotAnApprover"


@pytest.mark.parametrize("identifier", [EVE_ID.upper(), "eve@example.com"])
def test_with_four_eyes_whoever_asked_may_not_decide(identifier: str):
    mine = Decider("Ada", (identifier,), "page")
    assert code(decide(mine, four_eyes=True)) == "FourEyes"
    assert code(decide(mine)) is None
    assert code(decide(ADA, four_eyes=True)) is None


# who asked, who decides, what four eyes say
COMPARED: list[tuple[tuple[str, ...], tuple[str, ...], str | None]] = [
    ((EVE_ID,), (ADA_ID,), None),
    (("eve@example.com",), ("ada@example.com",), None),
    (EVE, (ADA_ID,), None),
    ((EVE_ID,), (ADA_ID, "ada@example.com"), None),
    ((EVE_ID,), ("ada@example.com",), "RequesterUnknown"),
    (("eve@example.com",), (ADA_ID,), "RequesterUnknown"),
    ((EVE_ID,), ("ImageApprover",), "RequesterUnknown"),
    (("the key",), (ADA_ID, "ada@example.com"), "RequesterUnknown"),
    (("the key",), ("the key",), "FourEyes"),
    (("unknown",), (ADA_ID,), "RequesterUnknown"),
]


@pytest.mark.parametrize(("asked", "decides", "expected"), COMPARED)
def test_with_four_eyes_two_who_cannot_be_told_apart_count_as_one(
    asked: tuple[str, ...], decides: tuple[str, ...], expected: str | None
):
    """An object id compared with a user name never matched, so whoever asked could approve as well."""
    assert code(decide(Decider("Ada", decides, "page"), asked, four_eyes=True)) == expected
    assert code(decide(Decider("Ada", decides, "page"), asked)) is None


def test_with_four_eyes_nobody_may_approve_what_somebody_unknown_asked_for():
    refusal = objection("Ada", ADA.identifiers, [], Settings(four_eyes=True), verified=True)
    assert refusal is not None
    assert refusal.code == "RequesterUnknown"
    assert "ask again" in refusal.message


def test_whoever_has_not_said_who_they_are_yet_is_told_what_is_known_to_fail():
    four = Settings(four_eyes=True)
    assert objection(None, (), [EVE], four, verified=True) is None
    unknown = objection(None, (), [()], four, verified=True)
    assert unknown is not None
    assert unknown.code == "RequesterUnknown"
    assert objection(None, (), [EVE], Settings(approvers=["bob"]), verified=True) is None


@pytest.mark.parametrize(
    ("ids", "known"),
    [((), False), (("the key",), False), ((EVE_ID,), True), (("eve@example.com",), True), (("Eve", EVE_ID), True)],
)
def test_a_requester_is_known_by_object_id_or_user_name(ids: tuple[str, ...], known: bool):
    assert requester_is_known(ids) == known


def test_a_link_is_for_the_person_it_was_sent_to():
    assert other_person("ADA@example.com", "Ada", ADA.identifiers) is None
    assert other_person("imageapprover", "Ada", ADA.identifiers) is None
    refusal = other_person("eve@example.com", "Ada", ADA.identifiers)
    assert refusal is not None
    assert refusal.code == "OtherPerson"
