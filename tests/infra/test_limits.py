"""What Azure would refuse with half of it made is refused before anything is, with what to do instead."""

import json

import pytest

from tests.infra.azd import ELSEWHERE, HERE, only, provision
from tests.infra.azure_cli import AzureCli

SCHEDULER = {"location": "West Europe", "properties": {"sku": {"name": "Consumption"}}}


@pytest.fixture
def az(tmp_path):
    return AzureCli(tmp_path)


@pytest.mark.parametrize("variable", ["SOURCE_GROUPS", "GALLERY_GROUPS"])
@pytest.mark.parametrize("form", ["rg-images", f"/subscriptions/{HERE}", f"/resourceGroups/{HERE}/images"])
def test_a_group_that_is_named_by_no_id_is_refused(az, variable, form):
    done = az.run("preprovision", {variable: f"/subscriptions/{HERE}/resourceGroups/images, {form}"})
    assert done.returncode == 1
    assert f"{variable} names {form!r}, which is no id" in done.stderr


def test_a_group_that_is_not_there_is_refused(az):
    gone = f"/subscriptions/{ELSEWHERE}/resourceGroups/gone"
    done = az.run("preprovision", {"SOURCE_GROUPS": f"/subscriptions/{HERE}/resourceGroups/images,{gone},"})
    assert (done.returncode, done.stderr.count("refused")) == (1, 1)
    assert f"SOURCE_GROUPS names {gone}, which is not there" in done.stderr
    assert ["group", "exists", "--name", "gone", "--subscription", ELSEWHERE, "--output", "json"] in az.asked


def test_a_region_without_flex_consumption_is_refused_before_the_group_is_bound_to_it(az):
    az.answers["functionapp list-flexconsumption-locations"] = [{"name": "eastus2"}]
    done = az.run("preprovision")
    assert done.returncode == 1
    assert "Flex Consumption is not offered in westeurope" in done.stderr
    assert az.run("preprovision", {"AZURE_LOCATION": "eastus2"}).returncode == 0


def test_a_region_without_the_scheduler_is_refused_where_the_scheduler_is_wanted(az):
    offered = [{"resourceType": "schedulers", "locations": ["East US 2"]}]
    az.answers["provider show"] = {"registrationState": "NotRegistered", "resourceTypes": offered}
    assert "Durable Task Scheduler is not offered in westeurope" in az.run("preprovision").stderr
    assert az.run("preprovision", {"DURABLE_BACKEND": "AzureStorage"}).returncode == 0


def test_a_region_that_is_in_use_is_not_asked_about_again(az):
    az.remember({})
    az.answers["functionapp list-flexconsumption-locations"] = [{"name": "eastus2"}]
    assert az.run("preprovision").returncode == 0


@pytest.mark.parametrize(("there", "code"), [(9, 0), (10, 1)])
def test_one_scheduler_more_than_azure_allows_is_refused(az, there, code):
    others = [SCHEDULER | {"location": "eastus2"}, SCHEDULER | {"properties": {"sku": {"name": "Dedicated"}}}]
    az.answers["rest --method get"] = {"value": [SCHEDULER] * there + others}
    done = az.run("preprovision")
    assert (done.returncode, "allows no more" in done.stderr) == (code, bool(code))
    assert az.run("preprovision", {"DURABLE_TASK_SCHEDULER_SKU": "Dedicated"}).returncode == 0


def test_a_provider_that_a_subscription_does_not_know_yet_is_not_asked_for_schedulers(az):
    az.answers["provider show"] = {"registrationState": "NotRegistered"}
    az.answers["rest --method get"] = {"error": "MissingSubscriptionRegistration"}
    assert az.run("preprovision").returncode == 0


@pytest.mark.parametrize("said", ["P91D", "P0D", "P12W", "PT5M", "90"])
def test_a_retention_that_the_scheduler_cannot_keep_is_refused(az, said):
    done = az.run("preprovision", {"MIGRATION_RETENTION": said})
    assert (done.returncode, f"MIGRATION_RETENTION is {said!r}" in done.stderr) == (1, True)
    assert az.run("preprovision", {"MIGRATION_RETENTION": said, "DURABLE_BACKEND": "AzureStorage"}).returncode == 0


@pytest.mark.parametrize("said", ["", "P1D", "P90D"])
def test_a_retention_in_days_is_let_through(az, said):
    assert az.run("preprovision", {"MIGRATION_RETENTION": said}).returncode == 0


# tags


def tags(number):
    return json.dumps({f"t{one}": "" for one in range(number)})


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("owner=images", "no JSON"),
        ('{"owner": "images"', "no JSON"),
        ("{owner: images}", "no JSON"),
        ('["owner"]', "no JSON object of texts"),
        ('"images"', "no JSON object of texts"),
        ('{"cost-center": 42}', "no JSON object of texts"),
        ('{"azd-env-name": "other"}', "'azd-env-name'"),
        ('{"AZD-Service-Name": "other"}', "'AZD-Service-Name'"),
        ('{"a/b": "c"}', "'a/b'"),
        ('{"": "c"}', "''"),
        (json.dumps({"owner": "x" * 257}), "'owner'"),
        (tags(49), "48 are the most"),
    ],
    ids=lambda said: said[:20],
)
def test_tags_that_azd_or_azure_would_refuse_are_refused_before(az, said, why):
    done = az.run("preprovision", {"TAGS": said})
    assert (done.returncode, why in done.stderr) == (1, True), done.stderr


NETWORK = {"VNET_ENABLED": "true"}


@pytest.mark.parametrize("said", ['{"cost center": "42"}', '{"2nd": ""}', tags(15)], ids=lambda said: said[:20])
def test_a_private_dns_zone_is_stricter_about_tags_than_all_else(az, said):
    assert az.run("preprovision", {"TAGS": said}).returncode == 0
    done = az.run("preprovision", NETWORK | {"TAGS": said})
    assert (done.returncode, "TAGS has" in done.stderr) == (1, True)


@pytest.mark.parametrize("said", ["{}", '{"owner": "images", "Cost-Center": "4 2", "größe": ""}'])
def test_tags_that_everything_can_bear_are_let_through(az, said):
    assert az.run("preprovision", NETWORK | {"TAGS": said}).returncode == 0


def test_tags_that_would_be_lost_are_told_as_they_are_typed(az):
    az.remember({"TAGS": '{"owner": "images"}'})
    assert """azd env set TAGS '{"owner": "images"}'""" in az.run("preprovision").stderr
    assert az.run("preprovision", {"TAGS": "{}"}).returncode == 0


# the network


@pytest.mark.parametrize("chosen", ["true", "open"])
def test_a_network_without_its_provider_is_refused_with_the_command(az, chosen):
    az.answers["provider show"] = {"registrationState": "NotRegistered"}
    done = az.run("preprovision", {"VNET_ENABLED": chosen, "DURABLE_BACKEND": "AzureStorage"})
    assert done.returncode == 1
    assert "az provider register --namespace Microsoft.App" in done.stderr
    assert az.run("preprovision", {"VNET_ENABLED": "false", "DURABLE_BACKEND": "AzureStorage"}).returncode == 0


@pytest.mark.parametrize(("network", "code"), [("", 1), ("false", 1), ("open", 0), ("true", 0)])
def test_an_app_that_is_closed_needs_a_network_to_be_reached_from(az, network, code):
    done = az.run("preprovision", {"PRIVATE_APP": "true", "VNET_ENABLED": network})
    assert (done.returncode, "azd env set VNET_ENABLED true" in done.stderr) == (code, bool(code))


# what a deployment cannot change

REPLICATED = {"None": "Standard_LRS", "Storage": "Standard_ZRS", "All": "Standard_ZRS"}


@pytest.mark.parametrize("before", REPLICATED)
@pytest.mark.parametrize("after", REPLICATED)
def test_storage_is_not_replicated_otherwise_by_a_deployment(az, before, after):
    az.remember({"ZONE_REDUNDANCY": before})
    done = az.run("preprovision", {"ZONE_REDUNDANCY": after})
    assert done.returncode == (REPLICATED[before] != REPLICATED[after])
    name = only(provision(), "Microsoft.Storage/storageAccounts").name
    command = f"az storage account migration start --account-name {name} --resource-group rg-prod --sku"
    assert (f"{command} {REPLICATED[after]}" in done.stderr) == bool(done.returncode)


INHERITED = {"azd-env-name": "prod"}  # as a policy has what is in a group take over its tags


@pytest.mark.parametrize("tags", [None, INHERITED])
def test_an_account_of_others_in_the_group_may_be_replicated_as_it_is(az, tags):
    az.remember({})
    theirs = {"id": "x", "name": "stmigrate2", "type": "Microsoft.Storage/storageAccounts", "tags": tags}
    az.answers["resource list"].append(theirs | {"sku": {"name": "Standard_GRS"}})
    assert az.run("preprovision").returncode == 0


@pytest.mark.parametrize("tags", [None, INHERITED])
def test_a_vault_of_others_in_the_group_may_be_protected(az, tags):
    az.remember({})
    az.answers["resource list"].append({"id": "x", "name": "theirs", "type": "Microsoft.KeyVault/vaults", "tags": tags})
    az.answers["keyvault show --name theirs"] = {"name": "theirs", "properties": {"enablePurgeProtection": True}}
    assert az.run("preprovision").returncode == 0


def test_a_vault_that_is_protected_stays_so_whoever_takes_it_back(az):
    protected = {"VAULT_PURGE_PROTECTION": "true"}
    az.remember(protected)
    az.answers["keyvault show"] = {"name": "kv", "properties": {"enablePurgeProtection": True}}
    assert "VAULT_PURGE_PROTECTION is " in az.run("preprovision").stderr
    done = az.run("preprovision", {"VAULT_PURGE_PROTECTION": "false"})
    assert (done.returncode, "azd env set VAULT_PURGE_PROTECTION true" in done.stderr) == (1, True)
    assert az.run("preprovision", {"TAKE_BACK": "VAULT_PURGE_PROTECTION"}).returncode == 1
    assert az.run("preprovision", protected).returncode == 0


def test_where_azure_remembers_no_deployment_what_is_made_is_told_by_its_tag(az):
    az.remember({})
    az.answers["deployment sub list"] = []
    done = az.run("preprovision", {"TAKE_BACK": "all", "ZONE_REDUNDANCY": "Storage"})
    assert (done.returncode, "az storage account migration start" in done.stderr) == (1, True)


def test_the_default_of_tags_may_be_given_itself(az):
    az.remember({"TAGS": '{"owner": "images"}'})
    assert az.run("preprovision", {"TAGS": "null"}).returncode == 0


def test_a_region_without_zones_for_apps_is_refused_with_those_that_have_them(az):
    az.answers["functionapp list-flexconsumption-locations --zone-redundant"] = [{"name": "eastus2"}]
    done = az.run("preprovision", {"ZONE_REDUNDANCY": "All"})
    assert (done.returncode, "eastus2" in done.stderr) == (1, True)
    assert az.run("preprovision", {"ZONE_REDUNDANCY": "Storage"}).returncode == 0
    assert az.run("preprovision", {"ZONE_REDUNDANCY": "All", "AZURE_LOCATION": "East US 2"}).returncode == 0
