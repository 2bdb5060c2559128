"""Who is told: by addresses that hold secrets, known elsewhere by digests that tell nothing."""

import pytest

from migration.asking.settings import Settings
from migration.telling.receivers import Address, audience, is_receiver
from migration.values.occasion import Occasion
from tests.support.samples import make_settings

TEXTS = ["mailto://ada:pass@example.com", "Ada=mailto://ada@example.com", "Bob=mailto://ada@example.com"]


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("mailto://ada:pass@example.com", None, "mailto://ada:pass@example.com"),
        ("Ada=mailto://ada@example.com?a=b", "Ada", "mailto://ada@example.com?a=b"),
        ("json://example.com/?key=value", None, "json://example.com/?key=value"),
    ],
)
def test_an_address_may_say_whose_it_is(text: str, name: str | None, url: str):
    assert Address.parse(text) == Address(url, name)


def test_receivers_are_told_apart_by_address_and_by_the_person_behind_it():
    """A link for one person must not go on for whoever has the mailbox after them."""
    receivers = [Address.parse(text).receiver for text in TEXTS]
    assert len(set(receivers)) == 3
    assert not [part for part in ("pass", "mailto", "example") if part in " ".join(receivers)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada=mailto://ada:hunter2@example.com", "Ada, mailto"),
        ("json://example.com/hunter2", "json"),
        ("hunter2 and more=json://x", "json"),
        ("hunter2", "no URL"),
        ("@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/hunter2/)", "no URL"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(text: str, shown: str):
    assert Address.parse(text).shown == shown


def test_an_escalation_goes_to_others_than_the_question():
    current = make_settings(notify=TEXTS[0], escalate=TEXTS[1])
    assert audience(Occasion.APPROVAL_NEEDED, current) == [Address.parse(TEXTS[0])]
    assert audience(Occasion.ESCALATION, current) == [Address.parse(TEXTS[1])]


def test_whoever_is_off_the_settings_is_no_receiver_any_more():
    first, second = (Address.parse(text).receiver for text in TEXTS[:2])
    assert is_receiver(first, make_settings(notify=TEXTS[0]))
    assert is_receiver(second, make_settings(notify=TEXTS[0], escalate=TEXTS[1]))
    assert not is_receiver(second, make_settings(notify=TEXTS[0], escalate=TEXTS[2]))
    assert not is_receiver(first, Settings())
