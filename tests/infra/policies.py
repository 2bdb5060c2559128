"""What a governed subscription refuses, on what a deployment asks for: one rule for each row of docs/deployment.md.

Written by us from the definitions of Azure Landing Zones, each with the number that Azure gives it where it has one.
"""

from collections.abc import Callable

from tests.infra.bicep.deploying import Deployed, Resource
from tests.infra.resource_types import TYPES

VAULT = "Microsoft.KeyVault/vaults"
STORAGE = "Microsoft.Storage/storageAccounts"
SITE = "Microsoft.Web/sites"
NETWORK = "Microsoft.Network/virtualNetworks"
CLOSED = "Disabled"
WANTED = "owner"  # a tag that the subscription wants on everything


def denied(deployed: Deployed) -> set[str]:
    """Names of the policies that refuse some of it."""
    return {name for name, refuses in POLICIES.items() if any(refuses(one) for one in deployed.resources.values())}


def _lacks(kind: str, name: str, value: object) -> Callable[[Resource], bool]:
    return lambda one: one.type == kind and one.body["properties"].get(name) != value


def _is_untagged(one: Resource) -> bool:
    kind = TYPES.get(one.type)
    may_bear = kind is not None and "tags" in {name.rstrip("!") for name in kind.body}
    return may_bear and WANTED not in one.body.get("tags", {})


def _has_a_bare_subnet(one: Resource) -> bool:
    subnets = one.body["properties"]["subnets"] if one.type == NETWORK else []
    return any("networkSecurityGroup" not in subnet["properties"] for subnet in subnets)


POLICIES: dict[str, Callable[[Resource], bool]] = {
    "0b60c0b2": _lacks(VAULT, "enablePurgeProtection", True),
    "b2982f36": _lacks(STORAGE, "publicNetworkAccess", CLOSED),
    "405c5871": _lacks(VAULT, "publicNetworkAccess", CLOSED),
    "969ac98b": _lacks(SITE, "publicNetworkAccess", CLOSED),
    "Deny-Subnet-Without-Nsg": _has_a_bare_subnet,
    "tags": _is_untagged,
    "shared keys": _lacks(STORAGE, "allowSharedKeyAccess", False),
}
