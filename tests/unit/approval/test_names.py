"""Whoever decides is named by something that people can see."""

from unicodedata import normalize

import pytest

from migration.approval.approval import ApprovalInvalidError, read_approval
from migration.course.starting import SOMEBODY, WHOEVER
from migration.record.audit import AuditEntry
from steering.runs.beginning import BY_SETTING
from tests.support.samples import VERSION
from triggers.answering.identity import BY_KEY

FILLER, JOINER, SELECTOR, LINE = "\u3164", "\u034f", "\ufe0f", "Ada\u2028Lovelace"
BY_NOBODY = [AuditEntry.model_fields["by"].default, BY_KEY, BY_SETTING, WHOEVER.name, SOMEBODY.name, "unknown", "Azure"]
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
    assert read_approval(decision(name)).approver == normalize("NFKC", name)


def test_a_name_is_spelt_one_way_however_it_was_typed():
    """Letters of another width compare as others, and so two names were one person's."""
    assert read_approval(decision(" \uff21\uff44\uff41 Jose\u0301 ")).approver == "Ada Jos\u00e9"


@pytest.mark.parametrize(
    "name", ["\uff11", "1", "42", "x", "7 x", "\u2160", "...", "\u200d", "Ada\u200b", "\ue000\ue001"], ids=ascii
)
def test_a_name_without_two_letters_or_with_what_nobody_sees_is_none(name: str):
    """A digit was the name of who approved a delete."""
    with pytest.raises(ApprovalInvalidError) as caught:
        read_approval(decision(name))
    assert [problem.field for problem in caught.value.problems] == ["approver"]


@pytest.mark.parametrize("name", BY_NOBODY)
@pytest.mark.parametrize("spelling", ["{}", " {} ", "{}.", "\u201c{}\u201d", "{}\u034f", "{}\ufe0f"], ids=ascii)
def test_what_the_app_calls_itself_and_those_it_does_not_know_is_no_approver(name: str, spelling: str):
    """The audit said that the app decided."""
    for spelt in (name, name.upper(), "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)):
        with pytest.raises(ApprovalInvalidError):
            read_approval(decision(spelling.format(spelt)))
