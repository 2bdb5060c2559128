"""The templates hang together, keep their promises about keys and rights, and fit the app they deploy."""

import json
import re
from pathlib import Path

import pytest
import yaml

from dev.app_events import APP_CLIENT_ID, FILTER
from tests.contract.app import functions
from tests.infra.templates import (
    HOST,
    INFRA,
    PARAMETERS,
    ROOT,
    TEMPLATES,
    body_of,
    everything,
    parameters,
    required,
    resources,
    template,
)
from triggers.image_tagged import WRITERS

AZURE_YAML = yaml.safe_load((ROOT / "azure.yaml").read_text())
FROM_AZD = {"AZURE_SUBSCRIPTION_ID"}


def names(paths):
    return [str(path.relative_to(INFRA)) for path in paths]


@pytest.mark.parametrize("name", names(TEMPLATES))
def test_a_template_parses(name):
    assert template(name)["resources"] or template(name)["modules"]


def modules():
    for path in TEMPLATES:
        for module in template(str(path.relative_to(INFRA))).get("modules", {}).values():
            yield path.parent, module


def test_every_module_is_a_template_of_ours():
    found = [folder / module["detail"]["path"] for folder, module in modules()]
    assert len(found) > 10
    assert [path for path in found if not path.exists()] == []


def test_every_module_gets_the_parameters_it_needs_and_no_others():
    for folder, module in modules():
        name = str((folder / module["detail"]["path"]).relative_to(INFRA))
        given = set(body_of(module["config"])["params"])
        assert required(name) <= given <= set(parameters(name)), name


def test_every_output_that_is_read_exists():
    for path in TEMPLATES:
        own = template(str(path.relative_to(INFRA)))
        for symbol, output in re.findall(r"\b(\w+)\.outputs\.(\w+)", path.read_text()):
            module = own["modules"][symbol]
            target = str((path.parent / module["detail"]["path"]).relative_to(INFRA))
            assert output in template(target)["outputs"], f"{path.name}: {symbol}.outputs.{output}"


def test_every_parameter_that_is_given_exists_and_every_needed_one_is_given():
    assert required("main.bicep") <= set(PARAMETERS) <= set(parameters("main.bicep"))


def test_what_azd_asks_is_three_questions():
    asked = {name for body in PARAMETERS.values() for name in re.findall(r"\$\{(\w+)\}", str(body["value"]))} - {
        "AZURE_KEY_VAULT_NAME"
    }  # an output: empty at first
    assert asked == {"AZURE_ENV_NAME", "AZURE_LOCATION"}  # and the subscription


def hooks():
    return AZURE_YAML["hooks"]["postdeploy"].values()


def test_the_hook_gives_the_event_template_what_it_needs_from_what_main_puts_out():
    for hook in hooks():
        assert "--template-file infra/events.bicep" in hook["run"]
        given = set(re.findall(r"\b([a-z]\w+)=\"\$", hook["run"]))
        assert required("events.bicep") <= given <= set(parameters("events.bicep"))
        read = set(re.findall(r"\$(?:env:)?([A-Z_]+)\"", hook["run"]))
        assert read <= set(template("main.bicep")["outputs"]) | FROM_AZD


def test_no_template_reads_a_key_or_comes_from_a_registry():
    for path in TEMPLATES:
        assert not re.search(r"\blist(Keys|Secrets|AccountSas)\b|\blist\w*\(|'br[:/]|'ts[:/]", path.read_text()), path


def test_no_output_is_a_secret():
    for path in TEMPLATES:
        own = template(str(path.relative_to(INFRA)))
        secrets = {
            name
            for name, body in own.get("parameters", {}).items()
            if any(decorator["type"] == "secure" for decorator in body["decorators"])
        }
        for name, output in own.get("outputs", {}).items():
            shown = {part for part in everything(output["value"]) if isinstance(part, str)}
            assert not shown & secrets, f"{path.name}: {name}"
            assert not re.search("key|secret|connectionstring|password", str(output["value"]).lower()), name


def test_secrets_are_marked_as_such_wherever_they_pass():
    secret = {"signingKey", "signingKeyPrevious", "notify", "escalate"}
    for name in ("main.bicep", "vault.bicep"):
        marked = {
            parameter
            for parameter, body in parameters(name).items()
            if any(decorator["type"] == "secure" for decorator in body["decorators"])
        }
        assert marked == secret


def test_no_account_takes_keys():
    (storage,) = resources("Microsoft.Storage/storageAccounts")
    assert storage["properties"]["allowSharedKeyAccess"] is False
    assert storage["properties"]["allowBlobPublicAccess"] is False
    (insights,) = resources("Microsoft.Insights/components")
    assert insights["properties"]["DisableLocalAuth"] is True
    (vault,) = resources("Microsoft.KeyVault/vaults")
    assert vault["properties"]["enableRbacAuthorization"] is True


def test_the_app_runs_on_flex_consumption_with_the_python_we_test():
    (plan,) = resources("Microsoft.Web/serverfarms")
    assert plan["sku"] == {"name": "FC1", "tier": "FlexConsumption"}
    (site,) = resources("Microsoft.Web/sites")
    python = (ROOT / ".python-version").read_text().strip()
    assert site["properties"]["functionAppConfig"]["runtime"] == {"name": "python", "version": python[:4]}
    assert site["identity"]["type"] == "UserAssigned"
    assert site["properties"]["httpsOnly"] is True
    (ready,) = template("app.bicep")["variables"]["alwaysReady"]["value"]
    assert ready["name"] == "durable"


def test_either_backend_has_what_it_needs():
    resources("Microsoft.DurableTask/schedulers")
    resources("Microsoft.DurableTask/schedulers/taskHubs")
    variables = template("main.bicep")["variables"]
    assert variables["hubName"]["value"] == HOST["extensions"]["durableTask"]["hubName"]
    provider = HOST["extensions"]["durableTask"]["storageProvider"]
    assert provider["type"] == "azureManaged"
    assert provider["connectionStringName"] in variables["schedulerSettings"]["value"]
    prefix = "AzureFunctionsJobHost__extensions__durableTask__storageProvider__"
    overridden = {name.removeprefix(prefix) for name in variables["azureStorageSettings"]["value"]}
    assert set(provider) <= overridden


def test_events_are_those_the_trigger_understands_and_never_our_own():
    (subscription,) = resources("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    events = subscription["properties"]["filter"]
    assert events["includedEventTypes"] == ["Microsoft.Resources.ResourceWriteSuccess"]
    filters = {(one["operatorType"], one["key"]): one["values"] for one in events["advancedFilters"]}
    assert {value.lower() for value in filters["StringIn", "data.operationName"]} == WRITERS
    assert filters["StringContains", "subject"] == ["/providers/Microsoft.Compute/images/"]
    assert filters["StringNotIn", "data.claims.appid"] == ["identityClientId"]
    target = subscription["properties"]["destination"]["properties"]["resourceId"]
    assert target.rpartition("/functions/")[2] in {one.get_function_name() for one in functions()}


def test_undelivered_events_are_kept():
    (subscription,) = resources("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    assert subscription["properties"]["deadLetterWithResourceIdentity"]["identity"]["type"] == "SystemAssigned"
    (topic,) = resources("Microsoft.EventGrid/systemTopics")
    assert topic["identity"]["type"] == "SystemAssigned"


def test_signing_in_leaves_the_platforms_own_callbacks_alone_and_makes_identity_a_must():
    settings = [one for one in resources("Microsoft.Web/sites/config") if one["name"] == "authsettingsV2"]
    paths = settings[0]["properties"]["globalValidation"]["excludedPaths"]
    assert paths == ["/runtime/webhooks/eventgrid", "/runtime/webhooks/durabletask"]
    assert template("app.bicep")["variables"]["authSettings"]["value"]["MIGRATION_REQUIRE_IDENTITY"] == "true"


def test_azd_finds_the_app_it_deploys():
    (service,) = AZURE_YAML["services"]
    assert f"'azd-service-name': '{service}'" in (INFRA / "app.bicep").read_text()
    assert Path(AZURE_YAML["services"][service]["project"]) == Path()


def test_the_app_gets_the_same_events_on_a_laptop_as_in_azure():
    (deployed,) = resources("Microsoft.EventGrid/systemTopics/eventSubscriptions")
    wanted = json.dumps(deployed["properties"]["filter"]).replace("identityClientId", APP_CLIENT_ID)
    assert json.loads(wanted) == FILTER
