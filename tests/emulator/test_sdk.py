"""The real azure-mgmt-compute, sync and async, pollers included, against the emulator."""

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity.aio import ManagedIdentityCredential as AsyncManagedIdentityCredential
from azure.mgmt.compute.aio import ComputeManagementClient as AsyncComputeManagementClient

from tests.support.documents import definition_body, image_id, version_body

GROUP, GALLERY, DEFINITION = "galleries", "contoso_gallery", "ubuntu-web"


@pytest.fixture
def fast(control):
    """An hour passes in 3.6 seconds: pollers sleep one real second between polls."""
    control.set_speed(1000)


def replicated(version):
    return {entry.region: (entry.state, entry.progress) for entry in version.replication_status.summary}


def test_a_version_is_created_replicated_to_three_regions_updated_and_deleted(sdk, fast):
    sdk.gallery_images.begin_create_or_update(GROUP, GALLERY, DEFINITION, definition_body()).result()
    poller = sdk.gallery_image_versions.begin_create_or_update(
        GROUP, GALLERY, DEFINITION, "1.0.0", version_body("eastus2", "West US 2", "uksouth")
    )
    early = sdk.gallery_image_versions.get(GROUP, GALLERY, DEFINITION, "1.0.0", expand="ReplicationStatus")
    assert early.provisioning_state == "Creating"
    assert early.replication_status.aggregated_state == "InProgress"

    created = poller.result()
    assert created.provisioning_state == "Succeeded"
    assert [target.name for target in created.publishing_profile.target_regions] == [
        "East US 2",
        "West US 2",
        "UK South",
    ]
    done = sdk.gallery_image_versions.get(GROUP, GALLERY, DEFINITION, "1.0.0", expand="ReplicationStatus")
    assert replicated(done) == dict.fromkeys(("eastus2", "westus2", "uksouth"), ("Completed", 100))

    updated = sdk.gallery_image_versions.begin_create_or_update(
        GROUP, GALLERY, DEFINITION, "1.0.0", version_body("eastus2", "northeurope", source=None)
    ).result()
    assert [target.name for target in updated.publishing_profile.target_regions] == ["East US 2", "North Europe"]
    assert updated.storage_profile.source.id == image_id("ubuntu-web")

    sdk.gallery_image_versions.begin_delete(GROUP, GALLERY, DEFINITION, "1.0.0").result()
    with pytest.raises(ResourceNotFoundError):
        sdk.gallery_image_versions.get(GROUP, GALLERY, DEFINITION, "1.0.0")


async def test_the_async_client_creates_a_version_and_deletes_its_source(in_environment, fast):
    url = in_environment.url
    ca_file = in_environment.environment["SSL_CERT_FILE"]  # aiohttp reads SSL_CERT_FILE once, at import
    async with (
        AsyncManagedIdentityCredential(connection_verify=ca_file) as credential,
        AsyncComputeManagementClient(
            credential,
            in_environment.subscription_id,
            base_url=url,
            credential_scopes=[f"{url}/.default"],
            connection_verify=ca_file,
        ) as client,
    ):
        creating = await client.gallery_images.begin_create_or_update(GROUP, GALLERY, DEFINITION, definition_body())
        await creating.result()
        publishing = await client.gallery_image_versions.begin_create_or_update(
            GROUP, GALLERY, DEFINITION, "1.0.0", version_body("eastus2")
        )
        version = await publishing.result()
        assert version.provisioning_state == "Succeeded"
        deleting = await client.images.begin_delete("images", "ubuntu-web")
        await deleting.result()
        assert "ubuntu-web" not in [image.name async for image in client.images.list()]


def test_a_failure_inside_the_operation_reaches_the_poller(sdk, fast):
    sdk.gallery_images.begin_create_or_update(GROUP, GALLERY, DEFINITION, definition_body()).result()
    body = version_body("eastus2", source="windows-build")
    poller = sdk.gallery_image_versions.begin_create_or_update(GROUP, GALLERY, DEFINITION, "1.0.0", body)
    with pytest.raises(HttpResponseError, match="different Hypervisor generation") as failure:
        poller.result()
    assert failure.value.error.code == "Conflict"
    assert sdk.gallery_image_versions.get(GROUP, GALLERY, DEFINITION, "1.0.0").provisioning_state == "Failed"


def test_an_image_is_created_tagged_listed_and_deleted(sdk, fast):
    disk = {"osType": "Linux", "osState": "Generalized", "managedDisk": {"id": "/subscriptions/x/disks/d"}}
    body = {"location": "West Europe", "tags": {"a": "1"}, "properties": {"storageProfile": {"osDisk": disk}}}
    created = sdk.images.begin_create_or_update("images", "fresh", body).result()
    assert (created.location, created.provisioning_state) == ("westeurope", "Succeeded")
    assert created.hyper_v_generation == "V1"
    sdk.images.begin_update("images", "fresh", {"tags": {"migrate-to-gallery": "default"}}).result()
    found = next(image for image in sdk.images.list_by_resource_group("images") if image.name == "fresh")
    assert found.tags == {"migrate-to-gallery": "default"}
    sdk.images.begin_delete("images", "fresh").result()
    with pytest.raises(ResourceNotFoundError):
        sdk.images.get("images", "fresh")


def test_the_sdk_follows_every_page(sdk, control):
    control.settings(pageSize=2)
    names = [f"paged-{number:02}" for number in range(5)]
    for name in names:
        document = control.resource(image_id("ubuntu-web"))
        control.put_resource({**document, "id": image_id(name)})
    assert [image.name for image in sdk.images.list() if image.name.startswith("paged-")] == names
    calls = [call for call in control.calls() if call["path"].endswith("/Microsoft.Compute/images")]
    assert len(calls) == 5  # nine images, two a page


def test_a_gallery_is_created_updated_and_deleted(sdk, fast):
    created = sdk.galleries.begin_create_or_update(GROUP, "fresh", {"location": "eastus2"}).result()
    assert created.identifier.unique_name.endswith("-FRESH")
    patched = sdk.galleries.begin_update(GROUP, "fresh", {"properties": {"description": "new"}}).result()
    assert patched.description == "new"
    assert {gallery.name for gallery in sdk.galleries.list()} == {"contoso_gallery", "fresh"}
    sdk.galleries.begin_delete(GROUP, "fresh").result()
    assert [gallery.name for gallery in sdk.galleries.list_by_resource_group(GROUP)] == ["contoso_gallery"]


def test_scale_sets_and_machines_name_the_image_they_use(sdk):
    sets = {item.name: item for item in sdk.virtual_machine_scale_sets.list_all()}
    profile = sets["shop-frontend-vmss"].virtual_machine_profile.storage_profile
    assert profile.image_reference.id == image_id("shop-frontend")
    assert list(sdk.virtual_machines.list_all()) == []
    assert (
        list(sdk.virtual_machine_scale_set_vms.list(sets["shop-frontend-vmss"].id.split("/")[4], "shop-frontend-vmss"))
        == []
    )
