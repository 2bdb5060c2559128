"""What Azure would refuse with half of it made is refused before anything is, with what to do instead."""

import pytest

from tests.infra.azd import ELSEWHERE, HERE
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
