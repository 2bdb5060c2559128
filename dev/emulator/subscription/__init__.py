"""Microsoft.Resources: cloud endpoints, tenants, subscriptions, resource groups, providers, tags at a scope."""

from dev.emulator.routes import Routes
from dev.emulator.subscription import (
    metadata,
    resource_groups,
    resource_list,
    resource_providers,
    subscriptions,
    tags,
)


def register(routes: Routes) -> None:
    for part in (metadata, subscriptions, resource_groups, resource_providers, resource_list, tags):
        part.register(routes)
