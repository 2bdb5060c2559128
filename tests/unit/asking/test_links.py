"""Signed links: what we did not sign for this purpose is refused, and a link says no more than it must."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from migration.asking.signing import LINK_PURPOSE, ApprovalLink, LinkInvalidError, Signer, SigningKeyMissingError

from migration.asking.settings import Settings
from migration.values.record import Record
from tests.unit.samples import MIGRATION

KEY = Settings(signing_key="k" * 32)
NEW = "n" * 32
LINK = ApprovalLink(migration_id=MIGRATION, question="question 1", approver="Ada")
TOKEN = Signer(KEY, LINK_PURPOSE).sign(LINK)


def test_what_was_signed_is_read_back():
    assert Signer(KEY, LINK_PURPOSE).read(TOKEN, ApprovalLink) == LINK
    assert set(TOKEN) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@given(position=st.integers(0, len(TOKEN) - 1), character=st.sampled_from("Aa0-_."))
def test_an_altered_link_is_refused(position: int, character: str):
    altered = TOKEN[:position] + character + TOKEN[position + 1 :]
    if altered == TOKEN:
        return
    with pytest.raises(LinkInvalidError):
        Signer(KEY, LINK_PURPOSE).read(altered, ApprovalLink)


@given(st.text(st.characters(codec=None), max_size=60))
def test_a_forged_link_is_refused(token: str):
    with pytest.raises(LinkInvalidError):
        Signer(KEY, LINK_PURPOSE).read(token, ApprovalLink)


@pytest.mark.parametrize("token", ["\ud800", "é.é", TOKEN + "\udc80", "a" * 10_000])
def test_a_link_that_is_no_ascii_is_refused(token: str):
    with pytest.raises(LinkInvalidError):
        Signer(KEY, LINK_PURPOSE).read(token, ApprovalLink)


def test_a_link_is_no_start_and_a_key_of_another_app_signs_nothing_here():
    for signer in (Signer(KEY, "start"), Signer(Settings(signing_key="o" * 32), LINK_PURPOSE)):
        with pytest.raises(LinkInvalidError):
            signer.read(TOKEN, ApprovalLink)


def test_a_link_signed_with_the_previous_key_still_works():
    rotated = Signer(Settings(signing_key=NEW, signing_key_previous="k" * 32), LINK_PURPOSE)
    assert rotated.read(TOKEN, ApprovalLink) == LINK
    fresh = rotated.sign(LINK)
    assert Signer(Settings(signing_key=NEW), LINK_PURPOSE).read(fresh, ApprovalLink) == LINK


def test_without_a_key_nothing_is_signed():
    with pytest.raises(SigningKeyMissingError):
        Signer(Settings(), LINK_PURPOSE)


def test_a_link_of_before_the_upgrade_is_refused():
    """It named a version and a round, and would have opened the question that was asked next."""

    class EarlierLink(Record):
        migration_id: str
        image_version_id: str
        round: int
        approver: str | None

    earlier = EarlierLink(migration_id=MIGRATION, image_version_id="version", round=1, approver="Ada")
    token = Signer(KEY, LINK_PURPOSE).sign(earlier)
    with pytest.raises(LinkInvalidError):
        Signer(KEY, LINK_PURPOSE).read(token, ApprovalLink)
