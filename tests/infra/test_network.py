"""The network as a choice: what is closed with it, how it is reached, and what is left when it is taken back."""

from tests.infra.azd import app_settings, only, provision

CLOSABLE = {
    "Microsoft.Storage/storageAccounts": ["blob", "queue", "table"],
    "Microsoft.KeyVault/vaults": ["vault"],
    "Microsoft.DurableTask/schedulers": ["scheduler"],
    "Microsoft.Web/sites": ["sites"],
}
CLOSED = {"VNET_ENABLED": "true", "PRIVATE_APP": "true"}
ENDPOINTS = "Microsoft.Network/privateEndpoints"
ZONES = "Microsoft.Network/privateDnsZones"


def open_ones(deployed):
    """Types of what is reached from outside of the network; rules of a firewall say the same."""
    bodies = {name: only(deployed, name).body["properties"] for name in CLOSABLE}
    is_open = {name: body["publicNetworkAccess"] == "Enabled" for name, body in bodies.items()}
    rules = {name: body["networkAcls"]["defaultAction"] for name, body in bodies.items() if "networkAcls" in body}
    assert {name: rule == "Allow" for name, rule in rules.items()} == {name: is_open[name] for name in rules}
    return {name for name in CLOSABLE if is_open[name]}


def reached(deployed):
    """Ids of what has a private endpoint, each with the part of it that is reached."""
    made = [one.body["properties"]["privateLinkServiceConnections"] for one in deployed.of_type(ENDPOINTS)]
    links = [one["properties"] for connections in made for one in connections]
    return {(one["privateLinkServiceId"], *one["groupIds"]) for one in links}


def test_what_is_closed_is_reached_by_an_endpoint_of_its_own():
    deployed = provision(CLOSED)
    assert open_ones(deployed) == set()
    assert reached(deployed) == {(only(deployed, name).id, part) for name, parts in CLOSABLE.items() for part in parts}


def test_an_endpoint_is_found_by_the_zone_of_its_kind():
    deployed = provision(CLOSED)
    zones = {one.id: one.name for one in deployed.of_type(ZONES)}
    found = {}
    for one in deployed.of_type(f"{ENDPOINTS}/privateDnsZoneGroups"):
        (config,) = one.body["properties"]["privateDnsZoneConfigs"]
        found[one.id.split("/")[-3].rpartition("-")[2]] = zones[config["properties"]["privateDnsZoneId"]]
    assert found == {
        **{part: f"privatelink.{part}.core.windows.net" for part in ("blob", "queue", "table")},
        "vault": "privatelink.vaultcore.azure.net",
        "scheduler": "privatelink.durabletask.io",
        "sites": "privatelink.azurewebsites.net",
    }
    linked = {one.id.rpartition("/virtualNetworkLinks/")[0] for one in deployed.of_type(f"{ZONES}/virtualNetworkLinks")}
    assert linked == set(zones)


def test_endpoints_are_in_a_subnet_and_the_app_in_the_other():
    deployed = provision(CLOSED)
    network = only(deployed, "Microsoft.Network/virtualNetworks")
    subnets = {one["name"]: f"{network.id}/subnets/{one['name']}" for one in network.body["properties"]["subnets"]}
    used = {one.body["properties"]["subnet"]["id"] for one in deployed.of_type(ENDPOINTS)}
    assert used == {subnets["endpoints"]}
    assert only(deployed, "Microsoft.Web/sites").body["properties"]["virtualNetworkSubnetId"] == subnets["app"]


def test_the_network_alone_leaves_the_app_to_event_grid():
    deployed = provision({"VNET_ENABLED": "true"})
    assert open_ones(deployed) == {"Microsoft.Web/sites"}
    assert all(part != "sites" for _, part in reached(deployed))


def test_dead_letters_get_through_to_closed_storage():
    """As a trusted service: Event Grid writes them as its topic, with the identity that the system gives it."""
    deployed = provision({"VNET_ENABLED": "true"})
    rules = only(deployed, "Microsoft.Storage/storageAccounts").body["properties"]["networkAcls"]
    assert rules == {"bypass": "AzureServices", "defaultAction": "Deny"}
    assert only(deployed, "Microsoft.EventGrid/systemTopics").body["identity"] == {"type": "SystemAssigned"}


def test_a_running_app_joins_the_network_before_anything_is_closed():
    """Storage that is closed first is out of the app's reach until the app has joined."""
    joined, closed = provision({"VNET_ENABLED": "open"}), provision({"VNET_ENABLED": "true"})
    assert open_ones(joined) == set(CLOSABLE)
    assert reached(joined) == reached(closed)
    assert joined.resources.keys() == closed.resources.keys()
    assert only(joined, "Microsoft.Web/sites").body["properties"]["virtualNetworkSubnetId"]


def test_the_network_is_left_when_it_is_taken_back():
    on, off = provision(CLOSED), provision()
    assert open_ones(off) == set(CLOSABLE)
    assert only(off, "Microsoft.Web/sites").body["properties"]["virtualNetworkSubnetId"] is None
    assert app_settings(on).keys() == app_settings(off).keys()
    assert [one for one in off.resources.values() if one.type.startswith("Microsoft.Network/")] == []


def test_without_the_scheduler_nothing_of_it_is_reached():
    deployed = provision({"VNET_ENABLED": "true", "DURABLE_BACKEND": "AzureStorage"})
    assert {part for _, part in reached(deployed)} == {"blob", "queue", "table", "vault"}


def test_nobody_publishes_with_a_password():
    policies = provision().of_type("Microsoft.Web/sites/basicPublishingCredentialsPolicies")
    assert {one.name: one.body["properties"]["allow"] for one in policies} == {"scm": False, "ftp": False}
