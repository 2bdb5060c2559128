"""In a governed subscription: which choices make a deployment pass, what everything bears, what is logged."""

import re

import pytest

from tests.infra.azd import EVERYTHING, only, provision
from tests.infra.bicep.deploying import FILES
from tests.infra.planted import Plant
from tests.infra.policies import POLICIES, denied
from tests.infra.resource_types import TYPES
from tests.support.templates import PARAMETERS, ROOT

GOVERNED = {
    "VAULT_PURGE_PROTECTION": "true",
    "TAGS": '{"owner": "images"}',
    "VNET_ENABLED": "true",
    "PRIVATE_APP": "true",
}
DOCUMENT = (ROOT / "docs" / "deployment.md").read_text()
TOLD = DOCUMENT.partition("\n## Governed subscriptions\n")[2].partition("\n## ")[0]
ROWS = [line.split("|") for line in TOLD.splitlines() if re.match(r"\| [^-]", line)][1:]


def test_a_governed_subscription_takes_the_deployment_with_its_choices():
    assert denied(provision(GOVERNED)) == set()
    assert denied(provision(GOVERNED | {"DURABLE_BACKEND": "AzureStorage", "ZONE_REDUNDANCY": "All"})) == set()


def test_every_policy_is_in_the_document_and_none_that_nobody_checks():
    assert {re.search(r"`([^`]+)`", row[1])[1] for row in ROWS} == set(POLICIES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].strip())
def test_a_policy_is_met_by_the_choice_that_the_document_names(row):
    name = re.search(r"`([^`]+)`", row[1])[1]
    chosen = dict(re.findall(r"`(\w+)=([^`]+)`", row[2]))
    assert set(chosen) <= {match for body in PARAMETERS.values() for match in re.findall(r"\{(\w+)=", str(body))}
    assert name not in denied(provision(chosen))
    for left_out in chosen:  # each is needed, or the document asks for too much; the app is closed in a network only
        gone = {left_out, "PRIVATE_APP"} if left_out == "VNET_ENABLED" else {left_out}
        assert name in denied(provision({one: value for one, value in chosen.items() if one not in gone}))


CLOSING = "publicNetworkAccess: isClosed ? 'Disabled' : 'Enabled'"
SUBNET_RULES = "          networkSecurityGroup: {\n            id: securityGroup.id\n          }\n"
PROTECTING = "    enablePurgeProtection: purgeProtection ? true : null // false is refused\n"
PLANTS = [
    Plant("purge", "vault.bicep", PROTECTING, "", "0b60c0b2"),
    Plant("storage", "storage.bicep", CLOSING, "publicNetworkAccess: 'Enabled'", "b2982f36"),
    Plant("vault", "vault.bicep", CLOSING, "publicNetworkAccess: 'Enabled'", "405c5871"),
    Plant("app", "app.bicep", CLOSING, "publicNetworkAccess: 'Enabled'", "969ac98b"),
    Plant("app's subnet", "network.bicep", SUBNET_RULES, "", "Deny-Subnet-Without-Nsg"),
    Plant(
        "endpoints' subnet",
        "network.bicep",
        f"endpointsPrefix\n{SUBNET_RULES}",
        "endpointsPrefix\n",
        "Deny-Subnet-Without-Nsg",
    ),
    Plant("keys", "storage.bicep", "allowSharedKeyAccess: false", "allowSharedKeyAccess: true", "shared keys"),
    Plant("group", "main.bicep", "  location: location\n  tags: allTags\n", "  location: location\n", "tags"),
    Plant("ours", "main.bicep", "union(tags, {", "union({}, {", "tags"),
]


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.id)
def test_what_a_policy_refused_once_is_found_again(plant):
    assert plant.old in FILES[plant.file], "the place is gone: plant it elsewhere"
    files = FILES | {plant.file: FILES[plant.file].replace(plant.old, plant.new, 1)}
    assert denied(provision(GOVERNED, files)) == {plant.said}


# tags


def taggable(deployed):
    bodies = {name: {field.rstrip("!") for field in one.body} for name, one in TYPES.items()}
    return [one for one in deployed.resources.values() if "tags" in bodies.get(one.type, set())]


@pytest.mark.parametrize("variables", [{}, EVERYTHING], ids=["default", "everything"])
def test_everything_that_can_bear_tags_bears_those_that_were_chosen_and_azds(variables):
    deployed = provision(variables | {"TAGS": '{"owner": "images", "cost center": "42"}'})
    assert len(taggable(deployed)) > 10
    for one in taggable(deployed):
        assert one.body["tags"].items() >= {"owner": "images", "cost center": "42", "azd-env-name": "prod"}.items(), one


def test_azds_own_tag_is_nobodys_choice():
    group = only(provision({"TAGS": '{"azd-env-name": "other"}'}), "Microsoft.Resources/resourceGroups")
    assert group.body["tags"] == {"azd-env-name": "prod"}


@pytest.mark.parametrize("said", [None, "", "{}"])
def test_without_tags_there_are_azds_alone(said):
    group = only(provision({} if said is None else {"TAGS": said}), "Microsoft.Resources/resourceGroups")
    assert group.body["tags"] == {"azd-env-name": "prod"}


# the vault


def test_protection_is_asked_for_and_never_asked_to_go():
    """Azure refuses false."""

    def protection(variables):
        return only(provision(variables), "Microsoft.KeyVault/vaults").body["properties"]["enablePurgeProtection"]

    assert (protection({}), protection({"VAULT_PURGE_PROTECTION": "true"})) == (None, True)


# zones and units


@pytest.mark.parametrize(
    ("chosen", "sku", "spread"),
    [("None", "Standard_LRS", False), ("Storage", "Standard_ZRS", False), ("All", "Standard_ZRS", True)],
)
def test_records_are_in_three_zones_without_an_app_that_is_paid_in_three(chosen, sku, spread):
    deployed = provision({"ZONE_REDUNDANCY": chosen})
    assert only(deployed, "Microsoft.Storage/storageAccounts").body["sku"]["name"] == sku
    assert only(deployed, "Microsoft.Web/serverfarms").body["properties"]["zoneRedundant"] is spread


@pytest.mark.parametrize(
    ("sku", "capacity", "asked"),
    [
        ("Consumption", "3", {"name": "Consumption"}),
        ("Dedicated", "", {"name": "Dedicated", "capacity": 1}),
        ("Dedicated", "3", {"name": "Dedicated", "capacity": 3}),
    ],
)
def test_a_scheduler_has_units_where_it_is_paid_by_them(sku, capacity, asked):
    deployed = provision({"DURABLE_TASK_SCHEDULER_SKU": sku, "DURABLE_TASK_SCHEDULER_CAPACITY": capacity})
    assert only(deployed, "Microsoft.DurableTask/schedulers").body["properties"]["sku"] == asked


# who read and wrote


@pytest.mark.parametrize("variables", [{}, EVERYTHING], ids=["default", "everything"])
def test_who_reads_and_writes_records_and_secrets_is_kept_where_the_logs_are(variables):
    deployed = provision(variables)
    settings = deployed.of_type("Microsoft.Insights/diagnosticSettings")
    logged = {one.id.partition("/providers/Microsoft.Insights/")[0]: one.body["properties"] for one in settings}
    tables = f"{only(deployed, 'Microsoft.Storage/storageAccounts').id}/tableServices/default"
    vault = only(deployed, "Microsoft.KeyVault/vaults").id
    categories = {scope: {log["category"]: log["enabled"] for log in body["logs"]} for scope, body in logged.items()}
    assert categories == {
        tables: {"StorageRead": True, "StorageWrite": True, "StorageDelete": True},
        vault: {"AuditEvent": True},
    }
    workspace = only(deployed, "Microsoft.OperationalInsights/workspaces").id
    assert {body["workspaceId"] for body in logged.values()} == {workspace}
