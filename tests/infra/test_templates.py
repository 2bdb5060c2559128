"""What a deployment makes keeps its promises about keys and secrets, and fits the app that it deploys."""

import json
import re
from pathlib import Path

import pytest
import yaml
from pycep import BicepParser

from dev.app_events import APP_CLIENT_ID, FILTER
from tests.infra.azd import EVERYTHING, app_settings, assigned, only, provision, subscribe
from tests.infra.bicep.deploying import FILES
from tests.infra.bicep.functions import Runtime
from tests.infra.bicep.reading import read
from tests.infra.checking import put_out
from tests.infra.resource_types import BUILT_IN_ROLES
from tests.support.functions import functions
from tests.support.templates import HOST, INFRA, PARAMETERS, ROOT, TEMPLATES
from triggers.events.image_tagged import WRITERS

AZURE_YAML = yaml.safe_load((ROOT / "azure.yaml").read_text())
DEFAULT = provision()
FULL = provision(EVERYTHING)
BLOB_OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"
TABLE_CONTRIBUTOR = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"
QUEUE_CONTRIBUTOR = "974c5e8b-45b9-4653-ba55-5f855dd0fb88"


def test_every_template_parses_for_somebody_else_too():
    parsed = {path.name: BicepParser().parse(text=path.read_text()) for path in TEMPLATES}
    assert [name for name, template in parsed.items() if template["resources"] is None] == []


def test_what_azd_asks_is_three_questions():
    asked = {name for body in PARAMETERS.values() for name in re.findall(r"\$\{(\w+)\}", str(body["value"]))}
    assert asked == {"AZURE_ENV_NAME", "AZURE_LOCATION"}  # and the subscription


def test_every_template_is_deployed_with_everything_on():
    made = {one.file for deployed in (DEFAULT, FULL, subscribe(FULL)) for one in deployed.resources.values()}
    assert made == set(FILES)


def test_nothing_comes_from_a_registry():
    assert [name for name, text in FILES.items() if re.search(r"'br[:/]|'ts[:/]", text)] == []


def test_no_key_of_azure_is_read():
    assert [name for name, text in FILES.items() if re.search(r"\blist\w*\(", text)] == []


def test_the_vault_holds_what_it_is_given_and_nothing_else():
    def secrets(deployed):
        found = deployed.of_type("Microsoft.KeyVault/vaults/secrets")
        return {one.name: one.body["properties"]["value"] for one in found}

    assert secrets(DEFAULT) == {}
    assert secrets(FULL) == {name.lower(): EVERYTHING[name] for name in ("NOTIFY", "ESCALATE")}


def test_no_output_is_a_secret():
    assert list(put_out(FILES)) == []


def test_secrets_are_marked_as_such_wherever_they_pass():
    for name in ("main.bicep", "vault.bicep"):
        parameters = read(FILES[name]).of_kind("param")
        assert {one for one, body in parameters.items() if "secure" in body.decorators} == {"notify", "escalate"}


def test_no_account_takes_keys():
    storage = only(DEFAULT, "Microsoft.Storage/storageAccounts").body["properties"]
    assert (storage["allowSharedKeyAccess"], storage["allowBlobPublicAccess"]) == (False, False)
    assert only(DEFAULT, "Microsoft.Insights/components").body["properties"]["DisableLocalAuth"] is True
    assert only(DEFAULT, "Microsoft.KeyVault/vaults").body["properties"]["enableRbacAuthorization"] is True


def test_nobody_who_deploys_gets_a_right_to_secrets():
    vault = only(DEFAULT, "Microsoft.KeyVault/vaults").id
    who = [
        one.body["properties"]["principalId"]
        for path, one in DEFAULT.resources.items()
        if path.startswith(f"{vault}/providers/Microsoft.Authorization/")
    ]
    assert who == [
        Runtime(f"{only(DEFAULT, 'Microsoft.ManagedIdentity/userAssignedIdentities').id}#properties.principalId")
    ]


def test_a_right_of_the_app_on_its_own_things_is_on_one_of_them_and_not_on_the_group():
    for deployed in (DEFAULT, FULL, subscribe(DEFAULT)):
        assert [scope for scope, role in assigned(deployed) if role in BUILT_IN_ROLES and scope.count("/") < 8] == []


def test_the_host_signs_in_everywhere_as_the_identity():
    identity = DEFAULT.outputs["APP_IDENTITY_CLIENT_ID"]
    settings = app_settings(DEFAULT)
    assert settings["AZURE_CLIENT_ID"] == settings["AzureWebJobsStorage__clientId"] == identity
    assert settings["AzureWebJobsStorage__credential"] == "managedidentity"
    assert settings["AZURE_TOKEN_CREDENTIALS"] == "ManagedIdentityCredential"
    assert settings["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] == f"ClientId={identity};Authorization=AAD"
    scheduler = settings["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"]
    assert scheduler.endswith(f"Authentication=ManagedIdentity;ClientID={identity}")
    assert {"APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsStorage__blobServiceUri"} <= settings.keys()
    site = only(DEFAULT, "Microsoft.Web/sites").body
    whose = only(DEFAULT, "Microsoft.ManagedIdentity/userAssignedIdentities").id
    assert site["properties"]["keyVaultReferenceIdentity"] == whose
    package = site["properties"]["functionAppConfig"]["deployment"]["storage"]["authentication"]
    assert package["userAssignedIdentityResourceId"] == whose


def test_the_app_runs_on_flex_consumption_with_the_python_we_test():
    assert only(DEFAULT, "Microsoft.Web/serverfarms").body["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    site = only(DEFAULT, "Microsoft.Web/sites").body
    python = (ROOT / ".python-version").read_text().strip()
    assert site["properties"]["functionAppConfig"]["runtime"] == {"name": "python", "version": python[:4]}
    assert site["identity"]["type"] == "UserAssigned"
    assert site["properties"]["httpsOnly"] is True


def test_instances_are_kept_ready_only_where_that_is_asked_for():
    def ready(deployed):
        config = only(deployed, "Microsoft.Web/sites").body["properties"]["functionAppConfig"]
        return config["scaleAndConcurrency"]["alwaysReady"]

    assert ready(DEFAULT) == []
    assert ready(provision({"ALWAYS_READY_DURABLE": "2"})) == [{"name": "durable", "instanceCount": 2}]


@pytest.mark.parametrize(("asked", "given"), [("", 1), ("0", 1), ("1", 1), ("3", 3)])
def test_azure_storage_keeps_one_ready_because_nothing_would_wake_it(asked, given):
    """The scale controller is told what host.json says, and that is the scheduler."""
    deployed = provision({"DURABLE_BACKEND": "AzureStorage", "ALWAYS_READY_DURABLE": asked})
    config = only(deployed, "Microsoft.Web/sites").body["properties"]["functionAppConfig"]
    assert config["scaleAndConcurrency"]["alwaysReady"] == [{"name": "durable", "instanceCount": given}]


@pytest.mark.parametrize(
    ("sku", "retention", "days"),
    [("Consumption", "", 30), ("Consumption", "P7D", 7), ("Dedicated", "", 90), ("Dedicated", "P60D", 60)],
)
def test_the_scheduler_keeps_what_ended_as_long_as_the_app_or_as_it_can(sku, retention, days):
    deployed = provision({"DURABLE_TASK_SCHEDULER_SKU": sku, "MIGRATION_RETENTION": retention})
    policy = only(deployed, "Microsoft.DurableTask/schedulers/retentionPolicies").body["properties"]
    assert policy == {"retentionPolicies": [{"retentionPeriodInDays": days}]}


def test_a_retention_that_the_template_cannot_read_is_refused():
    with pytest.raises(ValueError, match="invalid literal"):
        provision({"MIGRATION_RETENTION": "P12W"})
    assert provision({"MIGRATION_RETENTION": "P12W", "DURABLE_BACKEND": "AzureStorage"})


def roles_on_storage(deployed):
    account = only(deployed, "Microsoft.Storage/storageAccounts").id
    found = [one for path, one in deployed.resources.items() if path.startswith(f"{account}/providers/")]
    return {one.body["properties"]["roleDefinitionId"].rpartition("/")[2] for one in found}


def test_the_app_may_keep_its_records_whatever_keeps_the_state():
    assert roles_on_storage(DEFAULT) == {BLOB_OWNER, TABLE_CONTRIBUTOR}
    assert roles_on_storage(FULL) == {BLOB_OWNER, TABLE_CONTRIBUTOR, QUEUE_CONTRIBUTOR}
    for deployed in (DEFAULT, FULL):
        assert "AzureWebJobsStorage__tableServiceUri" in app_settings(deployed)


def test_the_host_is_told_of_no_queue_that_it_may_not_touch():
    assert "AzureWebJobsStorage__queueServiceUri" not in app_settings(DEFAULT)
    assert "AzureWebJobsStorage__queueServiceUri" in app_settings(FULL)


def test_either_backend_has_what_it_needs():
    hub = only(DEFAULT, "Microsoft.DurableTask/schedulers/taskHubs")
    durable = HOST["extensions"]["durableTask"]
    assert hub.name == durable["hubName"]
    assert durable["storageProvider"]["type"] == "azureManaged"
    assert durable["storageProvider"]["connectionStringName"] in app_settings(DEFAULT)
    assert FULL.of_type("Microsoft.DurableTask/schedulers") == []
    prefix = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"
    overridden = {name.removeprefix(prefix) for name in app_settings(FULL) if name.startswith(prefix)}
    assert set(durable["storageProvider"]) <= overridden


def test_events_are_those_the_trigger_understands_and_never_our_own():
    wanted = only(subscribe(DEFAULT), "Microsoft.EventGrid/systemTopics/eventSubscriptions").body["properties"]
    assert wanted["filter"]["includedEventTypes"] == ["Microsoft.Resources.ResourceWriteSuccess"]
    filters = {(one["operatorType"], one["key"]): one["values"] for one in wanted["filter"]["advancedFilters"]}
    assert {value.lower() for value in filters["StringIn", "data.operationName"]} == WRITERS
    assert filters["StringContains", "subject"] == ["/providers/Microsoft.Compute/images/"]
    assert filters["StringNotIn", "data.claims.appid"] == [DEFAULT.outputs["APP_IDENTITY_CLIENT_ID"]]
    target = wanted["destination"]["properties"]["resourceId"]
    assert target.startswith(only(DEFAULT, "Microsoft.Web/sites").id)
    assert target.rpartition("/functions/")[2] in {one.get_function_name() for one in functions()}


def test_undelivered_events_are_kept_and_the_topic_may_write_nothing_else():
    deployed = subscribe(DEFAULT)
    wanted = only(deployed, "Microsoft.EventGrid/systemTopics/eventSubscriptions").body["properties"]
    assert wanted["deadLetterWithResourceIdentity"]["identity"]["type"] == "SystemAssigned"
    assert only(DEFAULT, "Microsoft.EventGrid/systemTopics").body["identity"]["type"] == "SystemAssigned"
    access = only(deployed, "Microsoft.Authorization/roleAssignments")
    container = only(DEFAULT, "Microsoft.Storage/storageAccounts/blobServices/containers", "dead-letters")
    assert access.id.startswith(f"{container.id}/providers/")


def excluded(deployed):
    signing_in = only(deployed, "Microsoft.Web/sites/config", "authsettingsV2").body["properties"]
    return signing_in["globalValidation"]["excludedPaths"]


def test_signing_in_leaves_event_grids_callback_alone_in_both_spellings():
    deployed = provision({"AUTH_CLIENT_ID": "x"})
    assert excluded(deployed) == ["/runtime/webhooks/EventGrid", "/runtime/webhooks/eventgrid"]
    assert app_settings(deployed)["MIGRATION_REQUIRE_IDENTITY"] == "true"


def test_with_sign_in_nobody_gets_in_without():
    signing_in = only(FULL, "Microsoft.Web/sites/config", "authsettingsV2").body["properties"]
    assert signing_in["platform"]["enabled"] is True
    assert signing_in["globalValidation"]["requireAuthentication"] is True
    assert signing_in["globalValidation"]["unauthenticatedClientAction"] == "RedirectToLoginPage"
    directory = signing_in["identityProviders"]["azureActiveDirectory"]
    assert directory["registration"]["clientId"] == EVERYTHING["AUTH_CLIENT_ID"]
    assert directory["registration"]["clientSecretSettingName"] in app_settings(FULL)
    assert EVERYTHING["AUTH_CLIENT_ID"] in directory["validation"]["allowedAudiences"]


def test_the_durable_extension_answers_its_key_alone_only_where_that_is_chosen():
    assert "/runtime/webhooks/durabletask" in excluded(FULL)


def test_two_writes_of_the_apps_settings_never_run_at_once():
    signing_in = only(FULL, "Microsoft.Web/sites/config", "authsettingsV2")
    assert [one.name for one in signing_in.body["dependsOn"]] == ["appsettings"]


def test_azd_finds_the_app_it_deploys():
    (service,) = AZURE_YAML["services"]
    assert only(DEFAULT, "Microsoft.Web/sites").body["tags"]["azd-service-name"] == service
    assert Path(AZURE_YAML["services"][service]["project"]) == Path()
    assert (INFRA / "main.bicep").exists()


def test_a_version_of_azd_that_deletes_groups_of_others_is_refused():
    assert AZURE_YAML["requiredVersions"] == {"azd": ">= 1.24.0"}
    document = (ROOT / "docs" / "deployment.md").read_text()
    assert "1.22.4" in document
    assert "1.24.0" in document


def test_the_app_gets_the_same_events_on_a_laptop_as_in_azure():
    deployed = only(subscribe(DEFAULT), "Microsoft.EventGrid/systemTopics/eventSubscriptions").body["properties"][
        "filter"
    ]
    ours = DEFAULT.outputs["APP_IDENTITY_CLIENT_ID"]
    assert json.loads(json.dumps(deployed).replace(ours, APP_CLIENT_ID)) == FILTER
