"""What azd runs around a deployment: what it refuses before, what it names after, how long it waits for Azure."""

import ast
import json
import re
import shlex
import sys
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from infra.hooks import postdeploy, postprovision
from infra.hooks.azure import AzureError
from tests.infra.azd import ELSEWHERE, EVERYTHING, HERE, app_settings, only, provision, subscribe
from tests.infra.azure_cli import AzureCli, in_group, record, refused
from tests.infra.pythons import OLDEST, pythons
from tests.support.source import hold
from tests.support.templates import ROOT

HOOKS = yaml.safe_load((ROOT / "azure.yaml").read_text())["hooks"]
SWITCHED_OFF = {"name": "AzureWebJobs.image_tagged.Disabled", "value": "true"}


@pytest.fixture
def az(tmp_path):
    return AzureCli(tmp_path)


def test_every_hook_runs_the_same_module_everywhere():
    assert all(one["interactive"] for hook in HOOKS.values() for one in hook.values())  # else azd hides what they say
    for name, hook in HOOKS.items():
        assert {one["run"].partition(" ")[2] for one in hook.values()} == {f"-m infra.hooks.{name}"}
        assert (ROOT / "infra" / "hooks" / f"{name}.py").exists()


def test_the_first_deployment_is_let_through(az):
    done = az.run("preprovision")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_deployment_with_the_same_choices_is_let_through(az):
    az.remember(EVERYTHING)
    assert az.run("preprovision", EVERYTHING).returncode == 0


def test_a_pipeline_that_knows_no_choice_resets_none(az):
    az.remember(EVERYTHING)
    assert refused(az.run("preprovision")) == set(EVERYTHING)


def test_a_choice_that_is_changed_is_not_one_that_is_lost(az):
    az.remember(EVERYTHING)
    changed = EVERYTHING | {"ALLOW_SOURCE_DELETION": "false", "MIGRATION_GALLERY": "other"}
    assert az.run("preprovision", changed).returncode == 0


def test_a_choice_that_is_meant_to_go_goes_alone(az):
    az.remember(EVERYTHING)
    without = {name: value for name, value in EVERYTHING.items() if name not in {"NOTIFY", "MIGRATION_GALLERY"}}
    assert refused(az.run("preprovision", without | {"TAKE_BACK": "NOTIFY"})) == {"MIGRATION_GALLERY"}


def test_a_removed_deployment_holds_nobody_to_its_choices(az):
    az.remember(EVERYTHING)
    az.answers["group exists --name rg-prod "] = False
    assert az.run("preprovision").returncode == 0


AKVS = f"akvs://{HERE}/kv-of-ours/addresses"


@pytest.mark.parametrize("name", ["NOTIFY", "ESCALATE"])
def test_a_secret_by_reference_is_a_secret_that_is_given(az, name):
    """azd fills the parameter with what the reference leads to, and tells hooks the reference alone."""
    az.remember({name: "mail://somebody"})
    assert az.run("preprovision", {name: AKVS}).returncode == 0
    assert refused(az.run("preprovision")) == {name}
    assert az.asked[-1][0] != "keyvault", "nobody who deploys needs to read it with az"


@pytest.mark.parametrize(
    "wrong", ["akvs://kv/addresses", f"akvs://{HERE}/kv-of-ours", f"AKVS://{HERE}/a/b/c", "akvs://"]
)
def test_a_reference_that_azd_could_not_follow_is_refused_and_not_sent_messages_to(az, wrong):
    done = az.run("preprovision", {"NOTIFY": wrong})
    assert (done.returncode, "azd env set-secret NOTIFY" in done.stderr) == (1, True)


def test_the_choices_of_another_environment_do_not_count(az):
    az.remember(EVERYTHING)
    assert az.run("preprovision", {"AZURE_ENV_NAME": "test"}).returncode == 0


def test_a_pause_made_by_hand_does_not_end_unnoticed(az):
    az.remember({})
    az.answers["functionapp config appsettings list"] = [SWITCHED_OFF]
    done = az.run("preprovision")
    assert refused(done) == {"DISABLED_FUNCTIONS"}
    assert 'azd env set DISABLED_FUNCTIONS "image_tagged"' in done.stderr
    assert az.run("preprovision", {"DISABLED_FUNCTIONS": "image_tagged"}).returncode == 0


def test_a_pause_that_was_a_choice_ends_when_both_are_set_back(az):
    az.remember({"DISABLED_FUNCTIONS": "image_tagged"})
    assert refused(az.run("preprovision")) == {"DISABLED_FUNCTIONS"}
    az.answers["functionapp config appsettings list"] = [SWITCHED_OFF | {"value": "false"}]
    assert az.run("preprovision").returncode == 0


def test_a_function_switched_off_in_either_spelling_is_seen(az):
    az.remember({})
    az.answers["functionapp config appsettings list"] = [{"name": "AzureWebJobs__image_tagged__Disabled", "value": "1"}]
    assert refused(az.run("preprovision")) == {"DISABLED_FUNCTIONS"}


@pytest.mark.parametrize(("value", "expected"), [("true", {"MIGRATION_PAUSED"}), ("false", set()), ("", set())])
def test_a_pause_by_setting_that_was_made_by_hand_does_not_end_unnoticed(az, value, expected):
    az.remember({})
    az.answers["functionapp config appsettings list"] = [{"name": "MIGRATION_PAUSED", "value": value}]
    done = az.run("preprovision")
    assert set(re.findall(r"^refused: (\w+) is ", done.stderr, re.MULTILINE)) == expected
    assert done.returncode == bool(expected)
    assert az.run("preprovision", {"MIGRATION_PAUSED": "false"}).returncode == 0


def test_a_function_that_is_switched_off_by_choice_is_an_app_setting():
    settings = app_settings(provision({"DISABLED_FUNCTIONS": "image_tagged, measure_migrations"}))
    assert settings["AzureWebJobs.image_tagged.Disabled"] == "true"
    assert settings["AzureWebJobs.measure_migrations.Disabled"] == "true"


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


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        (None, 1),
        ({"type": "None", "principalId": None, "tenantId": None}, 1),
        ({"type": "UserAssigned", "principalId": None, "userAssignedIdentities": {"id": {}}}, 1),
        ({"type": "SystemAssigned", "principalId": "somebody"}, 0),
    ],
    ids=["none", "an empty one", "of a user", "its own"],
)
def test_a_topic_that_cannot_write_dead_letters_is_refused(az, identity, code):
    az.answers["eventgrid system-topic list"] = [TOPIC | {"identity": identity}]
    chosen = {"SYSTEM_TOPIC_NAME": "evgt", "SYSTEM_TOPIC_RESOURCE_GROUP": "rg-first"}
    assert az.run("preprovision", chosen).returncode == code


@pytest.mark.parametrize("named", [{"SYSTEM_TOPIC_NAME": "other"}, {"SYSTEM_TOPIC_RESOURCE_GROUP": "other"}], ids=str)
def test_a_topic_that_is_not_there_is_refused(az, named):
    az.answers["eventgrid system-topic list"] = [TOPIC | {"identity": {"principalId": "somebody"}}]
    chosen = {"SYSTEM_TOPIC_NAME": "EVGT", "SYSTEM_TOPIC_RESOURCE_GROUP": "RG-FIRST"}
    assert az.run("preprovision", chosen).returncode == 0
    assert "there is no system topic" in az.run("preprovision", chosen | named).stderr


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
    az.remember(before, after)
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


UNUSED = [
    ({"VNET_ENABLED": "true"}, {}, "virtualNetworks", 14),
    ({"VNET_ENABLED": "true", "PRIVATE_APP": "true"}, {"VNET_ENABLED": "true"}, "-sites", 1),
    ({}, {"DURABLE_BACKEND": "AzureStorage"}, "schedulers", 1),
    ({}, {"SYSTEM_TOPIC_NAME": "evgt", "SYSTEM_TOPIC_RESOURCE_GROUP": "rg-first"}, "systemTopics", 1),
]


@pytest.mark.parametrize(("before", "after", "word", "number"), UNUSED, ids=str)
def test_what_is_not_made_any_more_is_named_with_the_command_that_removes_it(az, before, after, word, number):
    az.remember(before, after)
    az.answers["resource list"] = in_group(provision(before)) + in_group(provision(after))
    (line,) = re.findall(r"^  az resource delete --ids (.+)$", az.run("postprovision").stdout, re.MULTILINE)
    assert any(word in path for path in line.split())
    assert set(line.split()) == {one["id"] for one in in_group(provision(before))} - set(provision(after).resources)
    assert len(line.split()) >= number


def test_a_topic_of_ones_own_that_a_choice_names_by_now_is_in_use_and_not_named_for_removal(az):
    topic = only(provision(), "Microsoft.EventGrid/systemTopics")
    chosen = {"SYSTEM_TOPIC_NAME": topic.name, "SYSTEM_TOPIC_RESOURCE_GROUP": "RG-prod"}
    az.remember({}, chosen)
    az.answers["resource list"] = in_group(provision())
    assert az.run("postprovision", chosen).stdout == ""


def test_storage_that_holds_records_is_named_without_a_command_that_removes_them(az):
    az.remember({}, {})
    lost = only(provision(), "Microsoft.Storage/storageAccounts").id
    newest = az.answers["deployment sub list"][-1]["properties"]
    newest["outputResources"] = [one for one in newest["outputResources"] if not one["id"].startswith(lost)]
    said = az.run("postprovision").stdout
    assert f"{lost} is not part of this deployment, and holds its table of records" in said
    assert "az resource delete" not in said


def test_a_brake_that_was_let_go_once_is_not_left_let_go_unnoticed(az):
    az.remember({}, {})
    assert 'azd env set TAKE_BACK ""' in az.run("postprovision", {"TAKE_BACK": "all"}).stdout


def test_a_region_in_another_spelling_makes_no_second_app_beside_the_one_that_holds_the_records():
    spelt = [provision({"AZURE_LOCATION": one}) for one in ("westeurope", "West Europe", "WestEurope")]
    names = [{one.name for one in deployed.of_type("Microsoft.Web/sites")} for deployed in spelt]
    assert names[0] == names[1] == names[2]
    assert spelt[0].resources.keys() == spelt[1].resources.keys() == spelt[2].resources.keys()


def test_a_choice_is_shown_as_a_shell_takes_it(az):
    kept = {"MIGRATION_OFFER": "$(touch x)", "TAGS": json.dumps({"owner": "Ada's"})}
    az.remember(kept)
    said = az.run("preprovision").stderr
    typed = dict(re.findall(r"keep it: azd env set (\w+) (.+) \(in a pipeline", said))
    assert {name: shlex.split(value)[0] for name, value in typed.items()} == kept


def test_a_resource_that_somebody_else_put_there_is_not_named(az):
    az.remember({"VNET_ENABLED": "true"}, {})
    az.answers["resource list"].append({"id": "/theirs", "name": "theirs", "type": "X/y", "tags": None})
    assert az.run("postprovision").stdout == ""


def test_a_right_that_was_taken_away_is_not_printed_again(az):
    az.remember({"ALLOW_SOURCE_DELETION": "true"}, {})
    done = az.run("postprovision")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_deployment_that_narrows_nothing_prints_nothing(az):
    az.remember({}, {})
    assert az.run("postprovision").stdout == ""


@pytest.fixture
def deployed_app(monkeypatch):
    for name, value in provision().outputs.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", HERE)
    monkeypatch.setattr(postdeploy, "app_settings", lambda _app: {})
    monkeypatch.setattr(postdeploy.Proof, "prove", lambda _: None)  # test_smoke.py


def states(*given):
    return {"value": [{"name": f"SETTING_{number}", "properties": {"status": one}} for number, one in enumerate(given)]}


SECRET = {"MIGRATION_NOTIFY": "@Microsoft.KeyVault(SecretUri=https://kv/secrets/notify/)"}


@pytest.fixture
def with_secrets(monkeypatch, deployed_app):
    waited = []
    monkeypatch.setattr(postdeploy, "app_settings", lambda _app: SECRET)
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


def test_a_secret_that_could_not_be_read_once_is_read_anew_until_it_can(monkeypatch, with_secrets):
    """Azure keeps what it got for a day, a failure among it, and provisioning is skipped the next time."""
    answers, asked = [states("Resolved", "AccessToKeyVaultDenied"), states("Resolved", "Resolved")], []

    def az(*command):
        asked.append(command[:3])
        return answers.pop(0) if command[:3] == ("rest", "--method", "get") else None

    monkeypatch.setattr(postdeploy, "az", az)
    assert postdeploy.main() == 0
    assert with_secrets == [30]
    assert asked.count(("rest", "--method", "post")) == 2
    assert asked.count(("deployment", "group", "create")) == 1  # what is done is not done again


def test_a_secret_that_cannot_be_read_keeps_nobody_from_events_and_is_said(monkeypatch, with_secrets, capsys):
    asked = []

    def az(*command):
        asked.append(command[0])
        return states("VaultNotFound") if command[:3] == ("rest", "--method", "get") else None

    monkeypatch.setattr(postdeploy, "az", az)
    assert postdeploy.main() == 1
    assert asked.count("deployment") == 1
    assert "SETTING_0 is VaultNotFound" in capsys.readouterr().err


@pytest.mark.parametrize(("seconds", "waits"), [(0, 90), (60, 30), (3600, 0)])
@pytest.mark.parametrize("written", ["{}.1234567+00:00", "{}+00:00", "{}.12Z"])
def test_the_first_code_waits_for_the_new_role_on_its_storage(monkeypatch, seconds, waits, written):
    ended = datetime.now(UTC) - timedelta(seconds=seconds)
    deployment = record(provision(), {}, 1)
    deployment["properties"]["timestamp"] = written.format(f"{ended:%Y-%m-%dT%H:%M:%S}")
    waited = waited_after(monkeypatch, [deployment])
    assert abs(waited - waits) <= 10


def waited_after(monkeypatch, history):
    waited = []
    monkeypatch.setattr(postprovision, "deployments", lambda: history)
    monkeypatch.setattr("time.sleep", waited.append)
    assert postprovision.main() == 0
    (seconds,) = waited
    return seconds


@pytest.mark.parametrize(("after", "waits"), [({}, False), ({"ALLOW_SOURCE_DELETION": "true"}, True)], ids=str)
def test_a_deployment_waits_for_new_rights_only(monkeypatch, after, waits):
    second = record(provision(after), after, 2)
    second["properties"]["timestamp"] = datetime.now(UTC).isoformat()
    assert (waited_after(monkeypatch, [second, record(provision(), {}, 1)]) > 0) is waits


@pytest.mark.parametrize("failures", [0, 1, 5])
def test_the_subscription_to_events_waits_for_what_azure_needs_time_for(monkeypatch, deployed_app, failures):
    asked, waited = [], []

    def az(*command):
        asked.append(command)
        if len(asked) <= failures:
            raise AzureError("Webhook validation handshake failed")

    monkeypatch.setattr(postdeploy, "az", az)
    monkeypatch.setattr("time.sleep", waited.append)
    assert postdeploy.main() == 0
    assert waited == [30] * failures


def test_a_subscription_that_never_succeeds_ends_after_two_and_a_half_minutes(monkeypatch, deployed_app, capsys):
    waited = []

    def az(*command):
        raise AzureError("no right")

    monkeypatch.setattr(postdeploy, "az", az)
    monkeypatch.setattr("time.sleep", waited.append)
    assert postdeploy.main() == 1
    assert sum(waited) == 150
    assert "no right" in capsys.readouterr().err


def test_the_hook_gives_the_event_template_what_it_needs(az):
    az.answers["deployment group create"] = None
    app = provision()
    assert az.run("postdeploy", dict(app.outputs)).returncode == 0
    (asked,) = [command for command in az.asked if command[0] == "deployment"]
    given = dict(one.split("=", 1) for one in asked[asked.index("--parameters") + 1 : asked.index("--output")])
    assert given["functionAppId"] == only(app, "Microsoft.Web/sites").id
    assert given["topicName"] == only(app, "Microsoft.EventGrid/systemTopics").name
    assert asked[asked.index("--resource-group") + 1] == app.outputs["EVENT_TOPIC_RESOURCE_GROUP"]
    assert set(given) == set(postdeploy.PARAMETERS)


@pytest.mark.parametrize("missing", ["EVENT_TOPIC_NAME", "EVENT_TOPIC_RESOURCE_GROUP", "AZURE_FUNCTION_APP_ID"])
def test_a_clone_that_does_not_know_what_was_made_is_told_how_to_learn_it(az, missing):
    done = az.run("postdeploy", {name: value for name, value in provision().outputs.items() if name != missing})
    assert (done.returncode, az.asked) == (1, [])
    assert done.stderr.startswith(f"This environment does not know {missing}: azd env refresh")


@pytest.mark.parametrize("name", ["AzureWebJobs.image_tagged.Disabled", "AzureWebJobs__Image_Tagged__Disabled"])
def test_a_function_that_is_switched_off_gets_no_subscription_and_breaks_no_deployment(az, name):
    """Event Grid asks whatever it is told to call, and the host answers for a disabled function with 404."""
    az.answers["functionapp config appsettings list"] = [{"name": name, "value": "true"}]
    done = az.run("postdeploy", dict(provision().outputs))
    assert (done.returncode, done.stderr) == (0, "")
    assert "azd hooks run postdeploy" in done.stdout
    assert [command for command in az.asked if command[0] == "deployment"] == []


@pytest.mark.parametrize("off", [[], [{"name": "AzureWebJobs.keep_house.Disabled", "value": "true"}]])
def test_another_function_that_is_switched_off_is_no_reason(az, off):
    az.answers |= {"functionapp config appsettings list": off, "deployment group create": None}
    assert az.run("postdeploy", dict(provision().outputs)).returncode == 0
    assert [command[:3] for command in az.asked if command[0] == "deployment"] == [["deployment", "group", "create"]]


def test_an_app_that_is_closed_is_not_subscribed_to_what_cannot_reach_it(az):
    """Event Grid would ask it first, get no answer, and the hook would try for minutes."""
    done = az.run("postdeploy", dict(provision().outputs) | {"PRIVATE_APP": "true"})
    assert (done.returncode, done.stderr) == (0, "")
    assert [command for command in az.asked if command[0] == "deployment"] == []
    name = only(subscribe(provision()), "Microsoft.EventGrid/systemTopics/eventSubscriptions").name
    topic = f"--system-topic-name {provision().outputs['EVENT_TOPIC_NAME']} --resource-group rg-prod"
    assert f"event-subscription delete --name {name} {topic}" in done.stdout


# the Pythons that azd may find

MODULES = sorted((ROOT / "infra").rglob("*.py"))


def too_new(path):
    try:
        tree = ast.parse(path.read_text(), feature_version=OLDEST)
    except SyntaxError as error:
        return [str(error)]
    imports = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
    # annotations are newer than what runs them
    return [] if path.name == "__init__.py" or imports[0] == "__future__" else ["imports something before __future__"]


def test_hooks_are_written_in_the_oldest_python():
    hold(too_new, MODULES)


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_runs_in_every_python_there_is(az, name):
    az.remember(EVERYTHING)
    az.answers["deployment group create"] = None
    given = EVERYTHING | dict(provision().outputs) | {"AZURE_FUNCTION_APP_URL": "http://127.0.0.1:1"}
    runs = {program: az.run(name, given, program) for program in pythons()}
    told = {program: (done.returncode, done.stdout, done.stderr) for program, done in runs.items()}
    assert set(told.values()) == {told[sys.executable]}
    assert "Traceback" not in told[sys.executable][2]
