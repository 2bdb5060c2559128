"""A start is believed as the app signed it; of any other, neither who asked nor when."""

from typing import Any

import pytest
from migration.asking.signing import Signer

from migration.asking.settings import Settings
from migration.asking.start import UNKNOWN_REQUESTER, MigrationStart, signed_start, trusted_start
from tests.unit.samples import DEFAULTS, KEY, NOW, SOURCE, make_start

SETTINGS = Settings(signing_key=KEY)
SIGNED = signed_start(make_start(), "run 1", NOW, SETTINGS)


def test_what_the_app_signed_is_believed():
    assert trusted_start(SIGNED, SETTINGS) == SIGNED
    assert (SIGNED.run, SIGNED.started_at, SIGNED.requester_ids) == ("run 1", NOW, ["eve@example.com"])
    assert trusted_start(MigrationStart.model_validate(SIGNED.dump()), SETTINGS) == SIGNED


@pytest.mark.parametrize(
    "changes",
    [
        {"requested_by": "Mallory"},
        {"requester_ids": ["mallory@example.com"]},
        {"run": "another"},
        {"started_at": None},
        {"source_image_id": f"{SOURCE}2"},
        {"asked_by": "tag"},
        {"fingerprint": "ffffffffff"},
        {"request": None},
    ],
)
def test_what_was_changed_beside_the_signature_counts_as_it_was_signed(changes: dict[str, Any]):
    """Forged requester ids passed four eyes."""
    assert trusted_start(SIGNED.model_copy(update=changes), SETTINGS) == SIGNED


FOREIGN: list[MigrationStart] = [
    make_start(),
    SIGNED.model_copy(update={"signed": None}),
    SIGNED.model_copy(update={"signed": "forged"}),
    SIGNED.model_copy(update={"signed": f"{SIGNED.signed}x"}),
    SIGNED.model_copy(update={"id": "migrate-other-0123456789"}),
    signed_start(make_start(), "run 1", NOW, Settings(signing_key="o" * 32)),
    signed_start(make_start(), "run 1", NOW, DEFAULTS),
    SIGNED.model_copy(update={"signed": Signer(SETTINGS, "approval-link").sign(make_start())}),
    signed_start(make_start(id="migrate-other-0123456789"), "run 1", NOW, SETTINGS),
    signed_start(make_start(source_image_id=f"{SOURCE}2"), "run 1", NOW, SETTINGS),
]


@pytest.mark.parametrize("start", FOREIGN, ids=range(len(FOREIGN)))
def test_of_a_start_that_nobody_signed_neither_who_asked_nor_when_is_believed(start: MigrationStart):
    trusted = trusted_start(start, SETTINGS)
    assert (trusted.requested_by, trusted.requester_ids) == (UNKNOWN_REQUESTER, [])
    assert (trusted.started_at, trusted.signed) == (None, None)
    assert trusted.source_image_id == start.source_image_id


def test_without_a_key_nothing_is_signed_and_nobody_believed():
    trusted = trusted_start(SIGNED, DEFAULTS)
    assert (trusted.requested_by, trusted.started_at) == (UNKNOWN_REQUESTER, None)


def test_a_start_signed_with_the_key_before_is_believed_while_that_key_is_named():
    rotated = Settings(signing_key="n" * 32, signing_key_previous=KEY)
    assert trusted_start(SIGNED, rotated) == SIGNED
    assert trusted_start(SIGNED, Settings(signing_key="n" * 32)).requested_by == UNKNOWN_REQUESTER


def test_a_signature_does_not_grow_when_it_is_signed_again():
    again = signed_start(SIGNED, "run 2", NOW, SETTINGS)
    assert again.signed is not None
    assert SIGNED.signed is not None
    assert abs(len(again.signed) - len(SIGNED.signed)) < 10
