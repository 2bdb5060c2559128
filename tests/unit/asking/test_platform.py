"""What the platform says is taken as it is: no value of it is an error, and an empty one is none."""

from dataclasses import asdict, fields

import pytest

from migration.asking.platform import Platform, own_addresses, platform

NAMES = [
    *("ARM_ENDPOINT", "AZURE_AUTHORITY_HOST", "WEBSITE_HOSTNAME", "WEBSITE_SITE_NAME", "WEBSITE_AUTH_ENABLED"),
    *("OTEL_SERVICE_NAME", "APPLICATIONINSIGHTS_CONNECTION_STRING", "OTEL_EXPORTER_OTLP_ENDPOINT"),
]


def test_every_value_has_a_name_here():
    assert len(NAMES) == len(fields(Platform))


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_where_nothing_is_said_nothing_is_known():
    assert set(asdict(platform()).values()) == {None, False}


def test_an_empty_value_is_none(monkeypatch):
    for name in NAMES:
        monkeypatch.setenv(name, "")
    assert set(asdict(platform()).values()) == {None, False}


@pytest.mark.parametrize(("said", "is_on"), [("true", True), ("True", True), ("1", False), ("perhaps", False)])
def test_authentication_is_on_where_app_service_says_so_and_nowhere_else(monkeypatch, said, is_on):
    monkeypatch.setenv("WEBSITE_AUTH_ENABLED", said)
    assert platform().authentication_is_on is is_on


def test_what_is_said_later_is_seen_later(monkeypatch):
    before = platform().resource_manager
    monkeypatch.setenv("ARM_ENDPOINT", "https://arm.example")
    assert (before, platform().resource_manager) == (None, "https://arm.example")


def test_a_connection_string_is_not_shown(monkeypatch):
    monkeypatch.setenv("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=secret")
    assert "InstrumentationKey" not in repr(platform())


@pytest.mark.parametrize(
    ("public_url", "host_name", "addresses"),
    [
        (
            "https://migrate.example.com",
            "func.example.net",
            ["https://migrate.example.com", "https://func.example.net"],
        ),
        ("", "func.example.net", ["https://func.example.net"]),
        ("https://migrate.example.com", "", ["https://migrate.example.com"]),
        ("", "", []),
    ],
)
def test_the_app_is_known_by_what_was_chosen_and_by_what_the_platform_calls_it(
    monkeypatch, configure, public_url, host_name, addresses
):
    monkeypatch.setenv("WEBSITE_HOSTNAME", host_name)
    assert own_addresses(configure(public_url=public_url)) == addresses
