"""App settings: every bad one is named, and none can be set to something that never ends."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from migration.asking.platform import has_storage
from migration.asking.reading import read_settings, settings
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings, SettingsInvalidError
from migration.values.image_version.capabilities import Feature
from migration.values.image_version.regions import StorageAccountType

DURATIONS = ["POLL_INTERVAL", "POLL_INTERVAL_MAX", "REPLICATION_PATIENCE", "APPROVAL_REMINDER", "APPROVAL_EXPIRY"]
DURATIONS += ["APPROVAL_ESCALATION", "APPROVAL_VALIDITY"]


def bad_settings() -> set[str]:
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings()
    assert all(problem.message and problem.field in str(caught.value) for problem in caught.value.problems)
    return {problem.field for problem in caught.value.problems}


def test_every_setting_has_a_default():
    assert read_settings() == Settings.model_construct()
    assert read_settings().approval_expiry == timedelta(days=7)


def test_every_bad_setting_is_named_at_once(monkeypatch):
    bad = {
        "GALLERY": "no/gallery",
        "CREATE_GALLERY": "perhaps",
        "REGIONS": "westus2=2,eastus=0",
        "REPLICAS": "abc",
        "STORAGE": "fast",
        "EOL": "soon",
        "PUBLISHER": "p" * 129,
        "SECURITY_TYPE": "Safe",
        "FEATURES": "nvme,turbo",
        "DELETE_SOURCE": "now",
        "POLL_INTERVAL": "a while",
    }
    for name, value in bad.items():
        monkeypatch.setenv(f"MIGRATION_{name}", value)
    expected = {f"MIGRATION_{name}" for name in bad.keys() - {"REGIONS", "FEATURES"}}
    assert bad_settings() == expected | {"MIGRATION_REGIONS.1.replicaCount", "MIGRATION_FEATURES.1"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLISHER", "managed images"),
        ("PUBLISHER", "p" * 129),
        ("OFFER", "golden."),
        ("OFFER", "o" * 65),
        ("MAX_DATA_DISK_GB", "2049"),
        ("MAX_DATA_DISK_GB", "0"),
        ("MORE_TAGS", "CostCenter"),
        ("MORE_TAGS", "Cost/Center=1"),
        ("MORE_TAGS", "a=1,A=2"),
        ("TAGS_NOT_CARRIED", "*-on"),
        ("TAGS_NOT_CARRIED", "a?"),
        ("ENCRYPTION_SETS", "eastus"),
        ("ENCRYPTION_SETS", "eastus:a,East US:b"),
    ],
)
def test_a_setting_that_azure_would_not_take_is_named(monkeypatch, name: str, value: str):
    monkeypatch.setenv(f"MIGRATION_{name}", value)
    assert {field.partition(".")[0] for field in bad_settings()} == {f"MIGRATION_{name}"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CLOUD", "AzureMoon", "'AzureMoon': it is none of AzureCloud, AzureUSGovernment, AzureChinaCloud"),
        (
            "API_VERSIONS",
            "disks=2024-07-01",
            "'disks=2024-07-01': write TYPE=2024-07-01, where TYPE is one",
        ),
        ("POLL_INTERVAL", "30m", "'30m': it is no duration: write PT30M for thirty minutes"),
        ("REPLICAS", "abc", "'abc' is no whole number"),
        ("GALLERY", "no/gallery", "'no/gallery' is not a gallery"),
    ],
)
def test_a_bad_setting_is_quoted_and_what_it_could_be_is_said(monkeypatch, name: str, value: str, said: str):
    """A regular expression was shown for a cloud, `"day" identifier in duration` for 30m, and never what was set."""
    monkeypatch.setenv(f"MIGRATION_{name}", value)
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings()
    (problem,) = caught.value.problems
    assert problem.message.startswith(said)
    assert "^" not in problem.message


def test_a_bad_address_is_not_quoted(monkeypatch):
    monkeypatch.setenv("MIGRATION_NOTIFY", "json://hunter2" + "h" * 2_048)
    with pytest.raises(SettingsInvalidError) as caught:
        read_settings()
    assert "hunter2" not in str(caught.value)


def test_settings_use_the_words_of_tags(monkeypatch):
    monkeypatch.setenv("MIGRATION_REGIONS", "West US 2=2=premium_lrs, eastus")
    monkeypatch.setenv("MIGRATION_STORAGE", "standard_zrs")
    monkeypatch.setenv("MIGRATION_FEATURES", "NVMe, accelerated-networking, nvme")
    monkeypatch.setenv("MIGRATION_DELETE_SOURCE", "never")
    monkeypatch.setenv("MIGRATION_EOL", "2027-12-31")
    monkeypatch.setenv("MIGRATION_POLL_INTERVAL", "PT45S")
    read = read_settings()
    assert [region.name for region in read.regions] == ["westus2", "eastus"]
    assert read.regions[0].storage_account_type is StorageAccountType.PREMIUM_LRS
    assert read.storage is StorageAccountType.STANDARD_ZRS
    assert read.features == [Feature.NVME, Feature.ACCELERATED_NETWORKING]
    assert read.delete_source is DeleteSource.NEVER
    assert read.eol == datetime(2027, 12, 31, tzinfo=UTC)
    assert read.poll_interval == timedelta(seconds=45)


def test_an_empty_setting_counts_as_not_set(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.setenv(f"MIGRATION_{name.upper()}", "")
    assert read_settings() == Settings.model_construct()
    assert read_settings().model_fields_set == set()


@pytest.mark.parametrize("name", DURATIONS)
@pytest.mark.parametrize("value", ["PT0S", "-P1D", "PT0.01S", "P36501D", "P99999999D"])
def test_a_wait_of_nothing_or_of_more_than_a_lifetime_is_refused(monkeypatch, name: str, value: str):
    monkeypatch.setenv(f"MIGRATION_{name}", value)
    assert bad_settings() == {f"MIGRATION_{name}"}


def test_secrets_are_not_shown(monkeypatch):
    monkeypatch.setenv("MIGRATION_NOTIFY", "mailto://ada:pass@example.com json://example.com/hook")
    read = read_settings()
    assert [url.get_secret_value() for url in read.notify] == [
        "mailto://ada:pass@example.com",
        "json://example.com/hook",
    ]
    assert "pass" not in repr(read)


def test_an_approval_may_be_used_for_a_day_unless_said_otherwise(monkeypatch):
    assert read_settings().approval_validity == timedelta(hours=24)
    monkeypatch.setenv("MIGRATION_APPROVAL_VALIDITY", "PT30M")
    assert read_settings().approval_validity == timedelta(minutes=30)


@pytest.mark.parametrize(
    "name", ["AzureWebJobsStorage", "AzureWebJobsStorage__tableServiceUri", "AzureWebJobsStorage__accountName"]
)
def test_the_records_are_kept_in_the_apps_own_storage_account(monkeypatch, name: str):
    for other in [key for key in os.environ if key.startswith("AzureWebJobsStorage")]:
        monkeypatch.delenv(other)
    assert not has_storage()
    monkeypatch.setenv(name, "account")
    assert has_storage()


def test_the_records_may_be_kept_elsewhere(monkeypatch):
    monkeypatch.setenv("MIGRATION_RECORDS", "https://records.example.com")
    assert has_storage()


def test_settings_are_read_once_and_a_bad_reading_is_not_kept(monkeypatch):
    monkeypatch.setenv("MIGRATION_REPLICAS", "abc")
    with pytest.raises(SettingsInvalidError):
        settings()
    monkeypatch.setenv("MIGRATION_REPLICAS", "2")
    assert settings().replicas == 2
    monkeypatch.setenv("MIGRATION_REPLICAS", "3")
    assert settings().replicas == 2


@pytest.mark.parametrize(
    "name", ["MAX_DATA_DISK_GB", "REPLICAS", "POLL_INTERVAL", "RETENTION", "SWEEP", "EOL", "REGIONS"]
)
def test_digits_of_other_scripts_are_no_number_in_a_setting(monkeypatch, name: str):
    written = {"REGIONS": "westus2=\u0663", "SWEEP": "PT\u0663H", "EOL": "\u0662\u0660\u0662\u0667-01-01"}
    monkeypatch.setenv(f"MIGRATION_{name}", written.get(name, "\u0663"))
    assert {field.split(".")[0] for field in bad_settings()} == {f"MIGRATION_{name}"}
