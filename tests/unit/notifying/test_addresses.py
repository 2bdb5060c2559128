"""Addresses that cannot be used are named without their secrets, and are judged once, when somebody asks."""

import pytest
from apprise import Apprise

from migration.asking.settings import SettingsInvalidError
from notifying.addresses import refuse_wrong_addresses, wrong_addresses
from notifying.services import is_known
from tests.support.samples import make_settings

GOOD = "Ada=json://ada.example.com/hunter2"
REFERENCE = "@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/hunter2/)"


def wrong(**settings: str) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in wrong_addresses(make_settings(**settings))]


def test_nobody_to_be_told_and_addresses_that_apprise_knows_are_right():
    assert wrong() == []
    assert (
        wrong(notify=f"{GOOD} mailtos://a:b@example.com?to=c@example.com", public_url="https://app.example.com/") == []
    )


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("foo", "no URL"),
        ("nosuch://hunter2", "nosuch"),
        ("Ada@contoso.com=nosuch://hunter2", "Ada@contoso.com, nosuch"),
        ("mailto//user:hunter2@host?to=x", "no URL"),
        ("aHVudGVyMg==", "no URL"),
    ],
)
def test_an_address_that_apprise_refuses_is_a_bad_setting_that_shows_no_secret(address: str, shown: str):
    """`MIGRATION_NOTIFY=foo` passed, though "a bad one is named by every answer", and nobody was ever told."""
    told = [("MIGRATION_ESCALATE.1", f"apprise knows no way to this address ({shown})")]
    assert wrong(notify=GOOD, escalate=f"{GOOD} {address}") == told


def test_a_key_vault_reference_that_was_not_resolved_is_called_that():
    ((field, message),) = wrong(notify=REFERENCE)
    assert (field, "Key Vault reference" in message, "hunter2" in message) == ("MIGRATION_NOTIFY.0", True, False)


@pytest.mark.parametrize(
    "url",
    [
        *("app.example.com", "ftp://app.example.com", "https://", "https:///api", "https://[app", "https://a:b/"),
        *("https://app.example.com/?x=1", "https://app .example.com", REFERENCE),
    ],
)
def test_a_public_url_that_nobody_can_follow_is_a_bad_setting(url: str):
    assert [field for field, _ in wrong(public_url=url)] == ["MIGRATION_PUBLIC_URL"]


def test_whoever_would_begin_something_is_refused_with_every_wrong_address():
    with pytest.raises(SettingsInvalidError, match=r"MIGRATION_NOTIFY.0.*MIGRATION_PUBLIC_URL"):
        refuse_wrong_addresses(make_settings(notify="foo", public_url="nowhere"))
    refuse_wrong_addresses(make_settings())


def test_an_address_is_judged_once(monkeypatch):
    is_known.cache_clear()
    asked: list[str] = []
    monkeypatch.setattr(Apprise, "add", lambda _, url: asked.append(url) or True)
    for _ in range(3):
        wrong(notify=GOOD)
    assert asked == ["json://ada.example.com/hunter2"]
    is_known.cache_clear()


def test_a_plug_in_that_raises_makes_an_address_a_wrong_one(monkeypatch):
    def broken(*_: object) -> bool:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(Apprise, "add", broken)
    is_known.cache_clear()
    assert wrong(notify=GOOD) == [("MIGRATION_NOTIFY.0", "apprise knows no way to this address (Ada, json)")]
    is_known.cache_clear()
