"""One setting chooses the cloud: three by name, any other by its address."""

from typing import Any

import pytest
from azure.core.pipeline import PipelineRequest
from azure.core.rest import HttpRequest

from arm.transport.client import compute, credential, send
from arm.transport.cloud import cloud, get_portal, go_by
from arm.transport.policies import PINNED, ApiVersionPolicy
from dev.emulator.compute.any_resource.api_versions import ENCRYPTION_SETS, GALLERIES, IMAGES, MACHINES
from migration.asking.reading import settings
from migration.asking.settings import SettingsInvalidError
from steering.gathering.planning import draw_up_plan
from tests.support.azure_samples import start
from tests.support.samples import DEFAULTS


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch):
    for name in ("ARM_ENDPOINT", "AZURE_AUTHORITY_HOST"):
        monkeypatch.delenv(name, raising=False)


def choose(monkeypatch, name):
    monkeypatch.setenv("MIGRATION_CLOUD", name)
    settings.cache_clear()
    go_by(settings)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("", ("https://management.azure.com", None, "https://portal.azure.com")),
        ("AzureCloud", ("https://management.azure.com", None, "https://portal.azure.com")),
        (
            "AzureUSGovernment",
            ("https://management.usgovcloudapi.net", "https://login.microsoftonline.us", "https://portal.azure.us"),
        ),
        (
            "AzureChinaCloud",
            ("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn", "https://portal.azure.cn"),
        ),
        ("https://management.stack.example/", ("https://management.stack.example", None, None)),
    ],
)
def test_a_cloud_has_its_endpoint_its_authority_and_its_portal(monkeypatch, name, known):
    choose(monkeypatch, name)
    assert tuple(cloud()) == known
    assert get_portal() == known[-1]


@pytest.mark.parametrize("name", ["Azure", "http://plain.example", "https://", "azurecloud"])
def test_a_cloud_nobody_knows_is_refused(monkeypatch, name):
    choose(monkeypatch, name)
    with pytest.raises(SettingsInvalidError, match="MIGRATION_CLOUD"):
        cloud()


async def test_a_call_before_anybody_said_by_which_settings_is_no_outage_that_is_waited_for(monkeypatch):
    monkeypatch.setattr("arm.transport.cloud._handed_in", [])
    with pytest.raises(RuntimeError, match="by which settings"):
        await send("GET", "/subscriptions?api-version=2022-12-01")


async def test_an_address_is_a_cloud_the_app_really_talks_to(azure, monkeypatch):
    monkeypatch.delenv("ARM_ENDPOINT")
    choose(monkeypatch, azure.url)
    assert (await draw_up_plan(start(), DEFAULTS)).plan is not None
    assert azure.control.state()["calls"] > 0


def asked(azure):
    """The api-versions of the calls so far, by resource type."""
    found = {}
    for call in azure.control.calls():
        if "/providers/microsoft.compute/" in call["path"].lower():
            kind = call["path"].lower().partition("/providers/microsoft.compute/")[2].partition("/")[0]
            if "/providers/" not in call["path"].lower().partition("/providers/microsoft.compute/")[2]:
                found.setdefault(kind, set()).add(call["apiVersion"])
    return found


async def look(azure):
    """Calls of every pinned type, lists with pages among them."""
    assert (await draw_up_plan(start(), DEFAULTS)).plan is not None
    client = compute(azure.subscription_id)
    assert [one async for one in client.images.list()]
    [one async for one in client.galleries.list()]
    [one async for one in client.virtual_machines.list_all()]
    [one async for one in client.virtual_machine_scale_sets.list_all()]
    [one async for one in client.disk_encryption_sets.list()]


async def test_each_type_is_asked_in_its_pinned_version_whatever_the_sdk_would_choose(azure, monkeypatch):
    older = {"galleries": "2025-03-03", "images": "2024-11-01", "virtualMachines": "2024-07-01"}
    for kind, version in older.items():
        monkeypatch.setitem(PINNED, kind, version)
    await look(azure)
    wanted = {kind.lower(): {version} for kind, version in PINNED.items()}
    assert asked(azure) == wanted


async def test_a_cloud_that_lags_is_asked_in_the_versions_it_has(azure, monkeypatch):
    monkeypatch.setenv("MIGRATION_API_VERSIONS", "images=2024-07-01, galleries=2024-03-03")
    settings.cache_clear()
    await look(azure)
    assert (asked(azure)["images"], asked(azure)["galleries"]) == ({"2024-07-01"}, {"2024-03-03"})
    assert asked(azure)["virtualmachines"] == {PINNED["virtualMachines"]}


def test_the_pinned_versions_are_those_that_were_tested():
    assert PINNED["galleries"] in GALLERIES
    assert PINNED["images"] in IMAGES
    assert {PINNED[kind] for kind in ("virtualMachines", "virtualMachineScaleSets")} <= MACHINES
    assert PINNED["diskEncryptionSets"] in ENCRYPTION_SETS


@pytest.mark.parametrize(
    "text", ["images", "images=latest", "disks=2024-07-01", "images=2024-07-01;galleries=2024-03-03"]
)
def test_a_version_nobody_can_read_is_refused(monkeypatch, text):
    monkeypatch.setenv("MIGRATION_API_VERSIONS", text)
    settings.cache_clear()
    with pytest.raises(SettingsInvalidError, match="MIGRATION_API_VERSIONS"):
        settings()


async def test_an_answer_of_an_operation_is_fetched_in_the_services_own_version():
    request = PipelineRequest(
        HttpRequest(
            "GET", "https://a/subscriptions/s/providers/Microsoft.Compute/locations/w/operations/o?api-version=1"
        ),
        context=None,
    )
    ApiVersionPolicy([]).on_request(request)
    assert request.http_request.url.endswith("?api-version=1")


async def test_the_authority_of_the_cloud_signs_developers_in(monkeypatch):
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    for name in ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.setenv(name, "x")
    choose(monkeypatch, "AzureChinaCloud")
    credential.cache_clear()
    known: Any = credential()
    (inner,) = known.credentials
    assert inner._credential._client._authority.endswith("login.chinacloudapi.cn")
    credential.cache_clear()
