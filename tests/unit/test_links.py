"""Signed links: what we did not sign for this purpose is refused, and a link ends with its question."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.asking.settings import Settings
from migration.asking.signing import (
    LINK_PURPOSE,
    PROOF_PURPOSE,
    ApprovalLink,
    LinkInvalidError,
    Signer,
    SigningKeyMissingError,
    is_expired,
)
from tests.unit.samples import MIGRATION, NOW, VERSION

KEY = Settings(signing_key="k" * 32)
LINK = ApprovalLink(migration_id=MIGRATION, image_version_id=VERSION, round=1, approver="Ada", expires_at=NOW)
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


def test_a_link_is_no_proof_and_a_key_of_another_app_signs_nothing_here():
    for signer in (Signer(KEY, PROOF_PURPOSE), Signer(Settings(signing_key="other"), LINK_PURPOSE)):
        with pytest.raises(LinkInvalidError):
            signer.read(TOKEN, ApprovalLink)


def test_a_link_signed_with_the_previous_key_still_works():
    rotated = Signer(Settings(signing_key="new", signing_key_previous="k" * 32), LINK_PURPOSE)
    assert rotated.read(TOKEN, ApprovalLink) == LINK
    fresh = rotated.sign(LINK)
    assert Signer(Settings(signing_key="new"), LINK_PURPOSE).read(fresh, ApprovalLink) == LINK


def test_without_a_key_nothing_is_signed():
    with pytest.raises(SigningKeyMissingError):
        Signer(Settings(), LINK_PURPOSE)


def test_a_link_expires_with_its_question():
    assert is_expired(LINK, NOW)
    assert is_expired(LINK, NOW + timedelta(days=1))
    assert not is_expired(LINK, NOW - timedelta(seconds=1))
