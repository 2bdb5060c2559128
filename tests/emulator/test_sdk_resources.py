"""The real SDKs for groups, tags, locks, subscriptions and rights against the emulator: they find what they call."""

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
from azure.mgmt.resource.locks import ManagementLockClient
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.subscriptions import SubscriptionClient

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import image_id

IMAGE = image_id("ubuntu-web")
IN_PARTS = ("images", "Microsoft.Compute", "", "images", "ubuntu-web")


@pytest.fixture
def resources(connect, emulator):
    return connect(ResourceManagementClient, emulator.subscription_id)


def test_a_group_is_made_changed_found_and_deleted(resources, control):
    control.set_speed(1000)
    made = resources.resource_groups.create_or_update("fresh", {"location": "West US 2", "tags": {"a": "1"}})
    assert (made.location, made.properties.provisioning_state) == ("westus2", "Succeeded")
    resources.resource_groups.update("fresh", {"tags": {"b": "2"}})
    assert resources.resource_groups.get("fresh").tags == {"b": "2"}
    assert "fresh" in [group.name for group in resources.resource_groups.list()]
    assert resources.resource_groups.check_existence("fresh")
    resources.resource_groups.begin_delete("fresh").result()
    assert not resources.resource_groups.check_existence("fresh")
    with pytest.raises(ResourceNotFoundError):
        resources.resource_groups.get("fresh")


def test_tags_are_replaced_merged_and_deleted_at_their_scope(resources):
    tags = resources.tags
    tags.begin_create_or_update_at_scope(IMAGE, {"properties": {"tags": {"a": "1"}}}).result()
    tags.begin_update_at_scope(IMAGE, {"operation": "Merge", "properties": {"tags": {"b": "2"}}}).result()
    assert tags.get_at_scope(IMAGE).properties.tags == {"a": "1", "b": "2"}
    tags.begin_delete_at_scope(IMAGE).result()
    assert not tags.get_at_scope(IMAGE).properties.tags


def test_resources_and_their_providers_are_listed(resources):
    assert IMAGE in [resource.id for resource in resources.resources.list()]
    assert IMAGE in [resource.id for resource in resources.resources.list_by_resource_group("images")]
    compute = resources.providers.get("Microsoft.Compute")
    assert "images" in [kind.resource_type for kind in compute.resource_types]
    assert "Microsoft.Compute" in [provider.namespace for provider in resources.providers.list()]


def test_a_lock_is_set_read_listed_and_removed_and_holds_meanwhile(connect, emulator, sdk):
    locks = connect(ManagementLockClient, emulator.subscription_id).management_locks
    made = locks.create_or_update_at_resource_level(*IN_PARTS, "keep", {"level": "CanNotDelete", "notes": "mine"})
    assert (made.level, made.notes) == ("CanNotDelete", "mine")
    assert locks.get_at_resource_level(*IN_PARTS, "keep").id == made.id
    for listed in (locks.list_at_resource_level(*IN_PARTS), locks.list_at_subscription_level()):
        assert [lock.name for lock in listed] == ["keep"]
    with pytest.raises(HttpResponseError, match="ScopeLocked"):
        sdk.images.begin_delete("images", "ubuntu-web")
    locks.delete_at_resource_level(*IN_PARTS, "keep")
    assert list(locks.list_at_resource_group_level("images")) == []


def test_subscriptions_tenants_and_locations_are_told(connect, emulator):
    client = connect(SubscriptionClient)
    [only] = client.subscriptions.list()
    assert client.subscriptions.get(emulator.subscription_id).display_name == only.display_name
    assert "eastus2" in [place.name for place in client.subscriptions.list_locations(emulator.subscription_id)]
    assert [tenant.tenant_id for tenant in client.tenants.list()] == [only.tenant_id]


def test_rights_are_told_of_a_group_and_of_a_resource(connect, emulator):
    emulator.control.settings(deniedActions={"*/delete": IMAGES_GROUP})
    permissions = connect(AuthorizationManagementClient, emulator.subscription_id).permissions
    for found in (permissions.list_for_resource_group("images"), permissions.list_for_resource(*IN_PARTS)):
        assert [entry.not_actions for entry in found] == [["*/delete"]]
