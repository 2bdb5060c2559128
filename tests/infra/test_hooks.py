"""What azd runs around a deployment: what it refuses before, what it names after, how long it waits for Azure."""

import re

import pytest
import yaml

from infra.hooks import postdeploy
from infra.hooks.azure import AzureError
from tests.infra.azd import ELSEWHERE, EVERYTHING, HERE, app_settings, only, provision
from tests.infra.azure_cli import AzureCli, record
from tests.infra.templates import ROOT

HOOKS = yaml.safe_load((ROOT / "azure.yaml").read_text())["hooks"]
SWITCHED_OFF = {"name": "AzureWebJobs.image_tagged.Disabled", "value": "true"}
REGISTERED = {"registrationState": "Registered"}


@pytest.fixture
def az(tmp_path):
    cli = AzureCli(tmp_path)
    cli.answers |= {"functionapp config appsettings list": [], "provider show": REGISTERED}
    return cli


def deployed_before(az, *states):
    """Azure remembers these deployments, the last of them the newest, and has the app settings of that one."""
    settings = app_settings(provision(states[-1]))
    az.answers["functionapp config appsettings list"] = [
        {"name": name, "value": value} for name, value in settings.items()
    ]
    records = [record(provision(one), one, number) for number, one in enumerate(states, start=1)]
    az.answers["deployment sub list"] = records


def refused(done):
    assert (done.returncode, done.stdout) == (1, "")
    return set(re.findall(r"^refused: (\w+) is ", done.stderr, re.MULTILINE))


def test_every_hook_runs_the_same_module_everywhere():
    assert all(one["interactive"] for hook in HOOKS.values() for one in hook.values())  # else azd hides what they say
    for name, hook in HOOKS.items():
        assert {one["run"].partition(" ")[2] for one in hook.values()} == {f"-m infra.hooks.{name}"}
        assert (ROOT / "infra" / "hooks" / f"{name}.py").exists()


def test_the_first_deployment_is_let_through(az):
    az.answers["group exists"] = False
    done = az.run("preprovision")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_deployment_with_the_same_choices_is_let_through(az):
    deployed_before(az, EVERYTHING)
    assert az.run("preprovision", EVERYTHING).returncode == 0


def test_a_pipeline_that_knows_no_choice_resets_none(az):
    deployed_before(az, EVERYTHING)
    assert refused(az.run("preprovision")) == set(EVERYTHING)


def test_a_choice_that_is_changed_is_not_one_that_is_lost(az):
    deployed_before(az, EVERYTHING)
    changed = EVERYTHING | {"ALLOW_SOURCE_DELETION": "false", "MIGRATION_GALLERY": "other"}
    assert az.run("preprovision", changed).returncode == 0


def test_a_choice_that_is_meant_to_go_goes_alone(az):
    deployed_before(az, EVERYTHING)
    without = {name: value for name, value in EVERYTHING.items() if name not in {"NOTIFY", "MIGRATION_GALLERY"}}
    assert refused(az.run("preprovision", without | {"TAKE_BACK": "NOTIFY"})) == {"MIGRATION_GALLERY"}


def test_a_removed_deployment_holds_nobody_to_its_choices(az):
    deployed_before(az, EVERYTHING)
    az.answers["group exists"] = False
    assert az.run("preprovision").returncode == 0


def test_a_removed_deployment_whose_vault_keeps_its_name_is_refused_with_the_command(az):
    kept = {"tags": {"azd-env-name": "prod"}, "location": "westeurope"}
    az.answers |= {"group exists": False, "keyvault list-deleted": [{"name": "kv-of-before", "properties": kept}]}
    done = az.run("preprovision")
    assert (done.returncode, "az keyvault purge --name kv-of-before" in done.stderr) == (1, True)
    assert az.run("preprovision", {"AZURE_LOCATION": "eastus2"}).returncode == 0  # it would be called otherwise
    assert az.run("preprovision", {"AZURE_ENV_NAME": "test"}).returncode == 0


def test_the_choices_of_another_environment_do_not_count(az):
    deployed_before(az, EVERYTHING)
    assert az.run("preprovision", {"AZURE_ENV_NAME": "test"}).returncode == 0


def test_a_pause_made_by_hand_does_not_end_unnoticed(az):
    deployed_before(az, {})
    az.answers["functionapp config appsettings list"] = [SWITCHED_OFF]
    done = az.run("preprovision")
    assert refused(done) == {"DISABLED_FUNCTIONS"}
    assert 'azd env set DISABLED_FUNCTIONS "image_tagged"' in done.stderr
    assert az.run("preprovision", {"DISABLED_FUNCTIONS": "image_tagged"}).returncode == 0


def test_a_pause_that_was_a_choice_ends_when_both_are_set_back(az):
    deployed_before(az, {"DISABLED_FUNCTIONS": "image_tagged"})
    assert refused(az.run("preprovision")) == {"DISABLED_FUNCTIONS"}
    az.answers["functionapp config appsettings list"] = [SWITCHED_OFF | {"value": "false"}]
    assert az.run("preprovision").returncode == 0


def test_a_pause_that_is_a_choice_is_an_app_setting():
    settings = app_settings(provision({"DISABLED_FUNCTIONS": "image_tagged, measure_migrations"}))
    assert settings["AzureWebJobs.image_tagged.Disabled"] == "true"
    assert settings["AzureWebJobs.measure_migrations.Disabled"] == "true"


def test_a_network_without_its_provider_is_refused_with_the_command(az):
    az.answers["provider show"] = {"registrationState": "NotRegistered"}
    done = az.run("preprovision", {"VNET_ENABLED": "true"})
    assert done.returncode == 1
    assert "az provider register --namespace Microsoft.App" in done.stderr
    assert az.run("preprovision").returncode == 0


@pytest.mark.parametrize("name", ["a" * 33, "prod."])
def test_a_name_that_azure_would_refuse_half_way_is_refused_before(az, name):
    done = az.run("preprovision", {"AZURE_ENV_NAME": name})
    assert (done.returncode, "name" in done.stderr) == (1, True)


def test_an_existing_topic_needs_its_group(az):
    done = az.run("preprovision", {"SYSTEM_TOPIC_NAME": "topic"})
    assert (done.returncode, "SYSTEM_TOPIC_RESOURCE_GROUP" in done.stderr) == (1, True)


TOPIC = {"name": "evgt", "resourceGroup": "rg-first", "topicType": "microsoft.resources.subscriptions"}


def test_a_second_topic_that_azure_would_refuse_is_refused_before_with_the_one_that_is_there(az):
    az.answers["eventgrid system-topic list"] = [TOPIC]
    done = az.run("preprovision")
    assert done.returncode == 1
    assert "azd env set SYSTEM_TOPIC_NAME evgt; azd env set SYSTEM_TOPIC_RESOURCE_GROUP rg-first" in done.stderr
    assert az.run("preprovision", {"AZURE_ENV_NAME": "first"}).returncode == 0  # its own


@pytest.mark.parametrize(("identity", "code"), [(None, 1), ({"type": "SystemAssigned"}, 0)])
def test_a_topic_that_cannot_write_dead_letters_is_refused(az, identity, code):
    az.answers["eventgrid system-topic list"] = [TOPIC | {"identity": identity}]
    chosen = {"SYSTEM_TOPIC_NAME": "evgt", "SYSTEM_TOPIC_RESOURCE_GROUP": "rg-first"}
    assert az.run("preprovision", chosen).returncode == code


def test_nothing_is_provisioned_while_azure_cannot_be_asked(az):
    az.answers["group exists"] = {"error": "Please run 'az login' to setup account."}
    done = az.run("preprovision")
    assert (done.returncode, "az login" in done.stderr) == (1, True)


NARROWED = [
    ({}, {"SOURCE_GROUPS": f"/subscriptions/{HERE}/resourceGroups/images"}),
    ({"SUBSCRIPTIONS": f"{HERE},{ELSEWHERE}"}, {}),
    ({"ALLOW_SOURCE_DELETION": "true"}, {}),
    ({"MIGRATION_CREATE_GALLERY": "true"}, {}),
    ({"DURABLE_BACKEND": "AzureStorage"}, {}),
]


@pytest.mark.parametrize(("before", "after"), NARROWED, ids=str)
def test_what_a_narrower_choice_leaves_behind_is_printed_with_its_command(az, before, after):
    deployed_before(az, before, after)
    old, new = provision(before), provision(after)
    for path in old.resources:  # a deployment takes nothing away
        scope = path.partition("/providers/Microsoft.Authorization/")[0]
        az.answers.setdefault(f"role assignment list --scope {scope} ", []).append({"id": path})
    done = az.run("postprovision")
    printed = re.findall(r"^  az role assignment delete --ids (\S+)$", done.stdout, re.MULTILINE)
    gone = [old.resources[path] for path in old.resources.keys() - new.resources.keys()]
    assert printed == sorted(one.id for one in gone if one.type == "Microsoft.Authorization/roleAssignments")
    assert printed
    assert done.returncode == 0


def test_a_right_that_was_taken_away_is_not_printed_again(az):
    deployed_before(az, {"ALLOW_SOURCE_DELETION": "true"}, {})
    done = az.run("postprovision")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_deployment_that_narrows_nothing_prints_nothing(az):
    deployed_before(az, {}, {})
    assert az.run("postprovision").stdout == ""


@pytest.fixture
def deployed_app(monkeypatch):
    for name, value in provision().outputs.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", HERE)


@pytest.mark.parametrize("failures", [0, 1, 5])
def test_the_subscription_to_events_waits_for_what_azure_needs_time_for(monkeypatch, deployed_app, failures):
    asked, waited = [], []

    def az(*command):
        asked.append(command)
        if len(asked) <= failures:
            raise AzureError("Webhook validation handshake failed")

    monkeypatch.setattr(postdeploy, "az", az)
    monkeypatch.setattr(postdeploy.time, "sleep", waited.append)
    assert postdeploy.main() == 0
    assert waited == [30] * failures


def test_a_subscription_that_never_succeeds_ends_after_two_and_a_half_minutes(monkeypatch, deployed_app, capsys):
    waited = []

    def az(*command):
        raise AzureError("no right")

    monkeypatch.setattr(postdeploy, "az", az)
    monkeypatch.setattr(postdeploy.time, "sleep", waited.append)
    assert postdeploy.main() == 1
    assert sum(waited) == 150
    assert "no right" in capsys.readouterr().err


def test_the_hook_gives_the_event_template_what_it_needs(az):
    az.answers["deployment group create"] = None
    app = provision()
    assert az.run("postdeploy", dict(app.outputs)).returncode == 0
    (asked,) = az.asked
    given = dict(one.split("=", 1) for one in asked[asked.index("--parameters") + 1 : asked.index("--output")])
    assert given["functionAppId"] == only(app, "Microsoft.Web/sites").id
    assert given["topicName"] == only(app, "Microsoft.EventGrid/systemTopics").name
    assert asked[asked.index("--resource-group") + 1] == app.outputs["EVENT_TOPIC_RESOURCE_GROUP"]
    assert set(given) == set(postdeploy.PARAMETERS)
