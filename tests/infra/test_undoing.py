"""A choice is taken back whole: what it would cost is said before, and what it made is not in force after."""

import http.server
import json
import threading
from typing import Any

import pytest

from infra.hooks.choices import choices
from tests.infra.azd import ELSEWHERE, EVERYTHING, FIXED, HERE, app_settings, only, provision
from tests.infra.azure_cli import AzureCli
from tests.infra.bicep.deploying import FILES

ENDED, LIVE = {"kind": "Migrated"}, None
AUTHENTICATION = ("Microsoft.Web/sites/config", "authsettingsV2")


@pytest.fixture
def az(tmp_path):
    cli = AzureCli(tmp_path)
    cli.answers["functionapp keys list"] = {"functionKeys": {"default": "key"}}
    return cli


@pytest.fixture
def app_with():
    """The address of an app that lists migrations with these outcomes."""
    started = []

    def start(*outcomes):
        listed = [{"id": str(number), "outcome": outcome} for number, outcome in enumerate(outcomes)]

        class Listing(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"migrations": listed, "nextLink": None}).encode())

            def log_message(self, *_):
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return {"AZURE_FUNCTION_APP_URL": f"http://127.0.0.1:{server.server_port}"}

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


# sign-in


def test_sign_in_that_is_taken_back_asks_nobody_any_more():
    on, off = provision({"AUTH_CLIENT_ID": EVERYTHING["AUTH_CLIENT_ID"]}), provision()
    asked, open_to_keys = (only(one, *AUTHENTICATION).body["properties"] for one in (on, off))
    assert (asked["platform"]["enabled"], asked["globalValidation"]["requireAuthentication"]) == (True, True)
    assert open_to_keys == {"platform": {"enabled": False}}
    assert app_settings(on)["MIGRATION_REQUIRE_IDENTITY"] == "true"
    assert not app_settings(off)["MIGRATION_REQUIRE_IDENTITY"]
    secret = asked["identityProviders"]["azureActiveDirectory"]["registration"]["clientSecretSettingName"]
    assert secret not in app_settings(off)


def test_what_a_choice_turns_on_inside_the_app_is_no_resource_that_only_stands_with_it():
    """One that is left out of a deployment stays as it was: settings of the app are written in any case."""
    on, off = provision(EVERYTHING), provision()
    settings = {path for path, one in on.resources.items() if one.type == "Microsoft.Web/sites/config"}
    assert settings <= off.resources.keys()
    assert "resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {" in FILES["app.bicep"]


# backend

CHANGES = [
    ({}, {"DURABLE_BACKEND": "AzureStorage"}),
    ({"DURABLE_BACKEND": "AzureStorage"}, {"DURABLE_BACKEND": "DurableTaskScheduler"}),
]


@pytest.mark.parametrize(("before", "after"), CHANGES, ids=["to storage", "to the scheduler"])
@pytest.mark.parametrize(("outcomes", "passes"), [((), True), ((ENDED, ENDED), True), ((ENDED, LIVE, LIVE), False)])
def test_another_backend_waits_for_migrations_that_live(az, app_with, before, after, outcomes, passes):
    az.remember(before)
    done = az.run("preprovision", after | app_with(*outcomes))
    assert (done.returncode == 0) is passes
    assert ("2 migrations live" in done.stderr) is not passes
    assert az.run("preprovision", before | app_with(*outcomes)).returncode == 0, "the same backend is no change"
    meant = after | {"TAKE_BACK": "DURABLE_BACKEND"}
    assert az.run("preprovision", meant | app_with(*outcomes)).returncode == 0


@pytest.mark.parametrize("why", ["no key", "no answer"])
def test_another_backend_is_refused_where_nobody_can_tell_what_lives(az, app_with, why):
    az.remember({})
    if why == "no key":
        az.answers["functionapp keys list"] = {"error": "AuthorizationFailed"}
    done = az.run("preprovision", {"DURABLE_BACKEND": "AzureStorage", "AZURE_FUNCTION_APP_URL": "http://127.0.0.1:1"})
    assert (done.returncode, "how many migrations live is not known" in done.stderr) == (1, True)


def test_a_backend_that_would_fall_back_says_how_many_live_before_anybody_means_it(az, app_with):
    az.remember({"DURABLE_BACKEND": "AzureStorage"})
    said = az.run("preprovision", app_with(LIVE)).stderr
    assert said.count("refused: DURABLE_BACKEND is") == 2
    assert "1 migrations live" in said


def test_a_first_deployment_that_made_no_app_has_nothing_to_lose(az):
    az.remember({})
    az.answers["resource list"] = [one for one in az.answers["resource list"] if one["type"] != "Microsoft.Web/sites"]
    assert az.run("preprovision", {"DURABLE_BACKEND": "AzureStorage"}).returncode == 0


# subscriptions

WIDE = {"SUBSCRIPTIONS": f"{HERE},{ELSEWHERE}"}
GROUP = {"SOURCE_GROUPS": f"/subscriptions/{ELSEWHERE.upper()}/resourceGroups/images"}


def assigned_there(az, variables):
    """Azure still has every assignment that this state made: a deployment takes none away."""
    for path in provision(variables).resources:
        scope = path.partition("/providers/Microsoft.Authorization/")[0]
        az.answers.setdefault(f"role assignment list --scope {scope} ", []).append({"id": path})


@pytest.mark.parametrize("before", [WIDE, GROUP], ids=["by its id", "by a group in it"])
def test_a_subscription_is_left_only_once_no_role_is_assigned_in_it(az, before):
    """Azure may refuse to take it out of the roles' scopes, in the middle of a deployment."""
    az.answers["group exists --name images "] = True
    az.remember(before)
    assigned_there(az, before)
    narrower = {"SUBSCRIPTIONS": HERE, "TAKE_BACK": "SOURCE_GROUPS"}
    done = az.run("preprovision", narrower)
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    made = provision(before).resources
    elsewhere = {path for path in made if "/roleAssignments/" in path and path.lower().split("/")[2] == ELSEWHERE}
    assert elsewhere
    assert {line.rpartition("--ids ")[2].lower() for line in lines} == {path.lower() for path in elsewhere}
    assert az.run("preprovision", before).returncode == 0, "it is still named"
    az.answers = {key: [] if key.startswith("role assignment") else answer for key, answer in az.answers.items()}
    assert az.run("preprovision", narrower).returncode == 0, "they are gone"


def test_what_stays_in_a_subscription_that_is_still_read_is_named_afterwards_and_stops_nothing(az):
    az.remember({"ALLOW_SOURCE_DELETION": "true"})
    assigned_there(az, {"ALLOW_SOURCE_DELETION": "true"})
    assert az.run("preprovision", {"ALLOW_SOURCE_DELETION": "false"}).returncode == 0


# every choice, set and taken back

# What stays in Azure when a choice is taken back, by type: a deployment adds. Rights are named by the hooks, with the
# commands that take them away. A secret that nothing refers to stays in the vault.
STAYS: dict[str, set[str]] = {
    "SUBSCRIPTIONS": {"Microsoft.Authorization/roleAssignments"},
    "SOURCE_GROUPS": {"Microsoft.Authorization/roleAssignments"},
    "GALLERY_GROUPS": {"Microsoft.Authorization/roleAssignments"},
    "ALLOW_SOURCE_DELETION": {"Microsoft.Authorization/roleAssignments"},
    "MIGRATION_CREATE_GALLERY": {"Microsoft.Authorization/roleAssignments"},
    "DURABLE_BACKEND": {"Microsoft.Authorization/roleAssignments"},
    "NOTIFY": {"Microsoft.KeyVault/vaults/secrets"},
    "ESCALATE": {"Microsoft.KeyVault/vaults/secrets"},
}
VALUES: dict[str, Any] = EVERYTHING | {
    "SUBSCRIPTIONS": f"{HERE},{ELSEWHERE}",
    "SOURCE_GROUPS": f"/subscriptions/{HERE}/resourceGroups/images",
    "DURABLE_TASK_SCHEDULER_SKU": "Dedicated",
}
WITH = {
    "SYSTEM_TOPIC_NAME": {"SYSTEM_TOPIC_RESOURCE_GROUP": "events"},
    "SYSTEM_TOPIC_RESOURCE_GROUP": {"SYSTEM_TOPIC_NAME": "topic-of-others"},
    "DURABLE_WEBHOOK_OPEN": {"AUTH_CLIENT_ID": EVERYTHING["AUTH_CLIENT_ID"]},
    "PRIVATE_APP": {"VNET_ENABLED": "true"},
}
GOES_WITH_ANOTHER = {"SYSTEM_TOPIC_NAME", "SYSTEM_TOPIC_RESOURCE_GROUP", "PRIVATE_APP"}  # one without the other is none
PLAIN = [one for one in choices() if one.parameter != "migrationSettings"]


def state(choice) -> dict[str, str]:
    known = VALUES | {"VNET_ENABLED": "true", "ALERT_ADDRESSES": "ada@contoso.com"}
    return {choice.variable: known[choice.variable]} | WITH.get(choice.variable, {})


@pytest.mark.parametrize("choice", [one for one in PLAIN if one.variable in VALUES], ids=lambda one: one.variable)
def test_a_choice_is_refused_to_whoever_does_not_know_it_and_goes_when_it_is_meant(az, app_with, choice):
    az.remember(state(choice))
    url = app_with()
    kept = {name: value for name, value in state(choice).items() if name != choice.variable}
    unknowing = az.run("preprovision", kept | url)
    assert (unknowing.returncode, f"refused: {choice.variable} is " in unknowing.stderr) == (1, True)
    meant = az.run("preprovision", kept | url | {"TAKE_BACK": choice.variable})
    assert meant.returncode == 0 or choice.variable in {*GOES_WITH_ANOTHER, *FIXED}


@pytest.mark.parametrize("choice", [one for one in PLAIN if one.variable in VALUES], ids=lambda one: one.variable)
def test_what_stays_of_a_choice_that_was_taken_back_is_known(choice):
    on, off = (
        provision(state(choice)),
        provision(WITH.get(choice.variable, {}) if choice.variable == "PRIVATE_APP" else {}),
    )
    stays = {on.resources[path].type for path in on.resources.keys() - off.resources.keys()}
    if choice.variable in {"VNET_ENABLED", "PRIVATE_APP"}:
        assert {kind.partition("/")[0] for kind in stays} == {"Microsoft.Network"}
    else:
        assert stays == STAYS.get(choice.variable, set())


def test_every_choice_has_a_value_to_be_tried_with():
    assert {one.variable for one in PLAIN} - VALUES.keys() == set()
