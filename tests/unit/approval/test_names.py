"""Whoever decides is named by something that people can see."""

import pytest

from migration.approval.approval import ApprovalInvalidError, read_approval
from tests.unit.samples import VERSION

FILLER, JOINER, SELECTOR, LINE = "\u3164", "\u034f", "\ufe0f", "Ada\u2028Lovelace"
INVISIBLE = [FILLER, JOINER, SELECTOR, "\u115f\u1160", "\uffa0", "\u0301", LINE]
SEEN = ["Ada", "Ada Lovelace", "Zoë", "李雷", "ada_l@contoso.com", "किरण", "Jose\u0301"]


def decision(approver: str) -> dict[str, str]:
    return {"decision": "approve", "approver": approver, "imageVersionId": VERSION}


@pytest.mark.parametrize("name", INVISIBLE, ids=ascii)
def test_a_name_that_nobody_can_see_or_that_breaks_a_line_is_none(name: str):
    """A filler counts as a letter: an approval stood in the audit with nothing beside it."""
    with pytest.raises(ApprovalInvalidError):
        read_approval(decision(name))


@pytest.mark.parametrize("name", SEEN)
def test_a_name_of_any_alphabet_is_one(name: str):
    assert read_approval(decision(name)).approver == name
