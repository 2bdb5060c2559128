"""Microsoft.Resources: cloud endpoints, tenants, subscriptions, providers, lists of resources, tags at a scope.

Belongs here: what is asked about a subscription or any resource in it. Not: the resource group itself.
"""

from dev.emulator.front_door.routes import Routes
from dev.emulator.subscription import metadata, resource_list, resource_providers, subscriptions, tags


def register(routes: Routes) -> None:
    for part in (metadata, subscriptions, resource_providers, resource_list, tags):
        part.register(routes)
