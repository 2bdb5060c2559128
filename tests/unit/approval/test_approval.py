"""An approval is hostile input until it has been read; it counts only for the version it names."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.approval.approval import ApprovalEvent, ApprovalInvalidError, Decision, parse_approval
from tests.support.samples import VERSION

GOOD = {"decision": "approve", "approver": "Ada Lovelace", "imageVersionId": VERSION, "comment": "tested"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def problems(payload: Any, version: str | None = VERSION) -> dict[str, str]:
    with pytest.raises(ApprovalInvalidError) as caught:
        parse_approval(payload, version)
    return {problem.field: problem.code for problem in caught.value.problems}


def test_a_good_approval_is_read():
    event = parse_approval(GOOD, VERSION)
    assert (event.decision, event.approver, event.comment) == (Decision.APPROVE, "Ada Lovelace", "tested")
    assert parse_approval(GOOD | {"decision": "reject"}, VERSION).decision is Decision.REJECT


def test_version_ids_do_not_regard_case():
    assert parse_approval(GOOD | {"imageVersionId": VERSION.upper()}, VERSION).image_version_id == VERSION.upper()


@pytest.mark.parametrize("version", [None, "", VERSION + "1", VERSION.replace("1.0.0", "1.0.1")])
def test_an_approval_of_another_version_does_not_count(version: str | None):
    assert problems(GOOD, version) == {"imageVersionId": "OtherVersion"}


def test_every_bad_field_is_named():
    bad = {"decision": "yes", "approver": " ", "comment": "c" * 1025, "callback": ["x"]}
    assert problems(bad) == {**dict.fromkeys(bad, "Invalid"), "imageVersionId": "Missing"}


@pytest.mark.parametrize(
    "name", ["Ada", " Ada ", "ada@example.com", "Ада Лавлейс", "愛", "8f3c1a52-0000-0000-0000-000000000001", "a" * 256]
)
def test_a_name_that_people_can_read_may_decide(name: str):
    assert parse_approval(GOOD | {"approver": name}, VERSION).approver == name.strip()


@pytest.mark.parametrize(
    "name",
    [
        *("unknown", "Unknown", "The  App", "the_app", "unknown.", "\uff35nknown", "whoever tagged it"),
        *("Holder of a function key", "1", "2026-11-29", "+49 30 1234"),
    ],
)
def test_a_name_of_nobody_may_not_decide(name: str):
    """The audit said that nobody had approved, and a source was deleted."""
    assert problems(GOOD | {"approver": name}) == {"approver": "Invalid"}


@pytest.mark.parametrize("name", ["", "\t", "...", "Ada\nEve", "Ada\x00", "Ada\u202eevE", "\u200b", "a" * 257])
def test_a_name_that_people_cannot_read_may_not(name: str):
    assert problems(GOOD | {"approver": name}) == {"approver": "Invalid"}


@given(JSON)
def test_no_json_is_mistaken_for_an_approval(payload: Any):
    assert problems(payload)


@given(st.dictionaries(st.sampled_from(["decision", "approver", "imageVersionId", "comment", "callback"]), JSON))
def test_no_field_breaks_the_reader(fields: dict[str, Any]):
    with suppress(ApprovalInvalidError):
        assert isinstance(parse_approval(GOOD | fields, VERSION), ApprovalEvent)


def test_text_that_is_no_unicode_is_refused():
    assert problems(GOOD | {"approver": "\ud800"}) == {"body": "Invalid"}


def test_json_too_deep_to_read_is_refused():
    deep: Any = "approve"
    for _ in range(100_000):
        deep = [deep]
    assert problems(deep) == {"body": "Invalid"}
    assert problems(GOOD | {"comment": deep}) == {"body": "Invalid"}


def test_an_unknown_field_is_ignored():
    assert parse_approval(GOOD | {"verified": True, "via": "page"}, VERSION) == parse_approval(GOOD, VERSION)


@pytest.mark.parametrize("callback", [7, ["token"], {"token": 1}, True, "t" * 129])
def test_a_callback_token_that_is_no_short_text_is_named(callback: Any):
    assert problems(GOOD | {"callback": callback}) == {"callback": "Invalid"}


def test_a_callback_token_is_read_as_it_is():
    assert parse_approval(GOOD | {"callback": " token "}, VERSION).callback == " token "
    assert parse_approval(GOOD, VERSION).callback is None
