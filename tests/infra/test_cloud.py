"""One setting chooses the cloud: three by name, any other by its address."""

import pytest

from activities.plan_migration import plan_migration
from arm.client import credential
from arm.cloud import cloud
from migration.settings import SettingsInvalidError, settings
from tests.unit.azure_samples import start


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch):
    for name in ("ARM_ENDPOINT", "AZURE_AUTHORITY_HOST"):
        monkeypatch.delenv(name, raising=False)


def choose(monkeypatch, name):
    monkeypatch.setenv("MIGRATION_CLOUD", name)
    settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "resource_manager", "authority"),
    [
        ("", "https://management.azure.com", None),
        ("AzureCloud", "https://management.azure.com", None),
        ("AzureUSGovernment", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
        ("AzureChinaCloud", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
        ("https://management.stack.example/", "https://management.stack.example", None),
    ],
)
def test_a_cloud_has_its_endpoint_and_its_authority(monkeypatch, name, resource_manager, authority):
    choose(monkeypatch, name)
    assert cloud() == (resource_manager, authority)


@pytest.mark.parametrize("name", ["Azure", "http://plain.example", "https://", "azurecloud"])
def test_a_cloud_nobody_knows_is_refused(monkeypatch, name):
    choose(monkeypatch, name)
    with pytest.raises(SettingsInvalidError, match="MIGRATION_CLOUD"):
        cloud()


async def test_an_address_is_a_cloud_the_app_really_talks_to(azure, monkeypatch):
    monkeypatch.delenv("ARM_ENDPOINT")
    choose(monkeypatch, azure.url)
    assert (await plan_migration(start())).plan is not None
    assert azure.control.state()["calls"] > 0


async def test_the_authority_of_the_cloud_signs_developers_in(monkeypatch):
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x")
    choose(monkeypatch, "AzureChinaCloud")
    credential.cache_clear()
    (inner,) = credential().credentials
    assert inner._credential._client._authority.endswith("login.chinacloudapi.cn")
    credential.cache_clear()
