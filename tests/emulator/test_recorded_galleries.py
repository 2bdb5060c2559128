"""Definitions and versions as recorded: what is filled in, what is dropped, and what older api-versions do not show."""

import pytest

from dev.emulator.seed import SHOP_GROUP
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id, version_body

SNAPSHOT = f"{SHOP_GROUP}/providers/Microsoft.Compute/snapshots/s"
ENCRYPTION_SET = f"{SHOP_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/des"


@pytest.fixture
def path(definition):
    return f"{definition}/versions/1.0.0"


def properties(arm, path, api=None):
    return arm("GET", path, api=api).json()["properties"]


@pytest.mark.parametrize(
    ("api", "shown"),
    [
        ("2021-10-01", None),
        ("2022-01-03", {"reportedForPolicyViolation": False}),
        ("2022-03-03", {"reportedForPolicyViolation": False, "allowDeletionOfReplicatedLocations": False}),
        ("2024-03-03", {"reportedForPolicyViolation": False, "allowDeletionOfReplicatedLocations": False}),
    ],
)
def test_the_safety_profile_is_shown_since_2022(arm, version, api, shown):
    assert properties(arm, version, api).get("safetyProfile") == shown


@pytest.mark.parametrize("sent", [{}, {"replicationMode": "Full"}])
def test_the_replication_mode_is_shown_if_it_was_sent(arm, path, sent):
    shown = arm("PUT", path, version_body(**sent)).json()["properties"]["publishingProfile"]
    assert shown.get("replicationMode") == sent.get("replicationMode")


def test_the_replication_mode_is_hidden_from_api_versions_without_it(arm, path):
    arm("PUT", path, version_body(replicationMode="Full"))
    assert "replicationMode" not in properties(arm, path, "2019-12-01")["publishingProfile"]


def test_disks_named_one_by_one_are_shown_at_once_with_a_caching_and_sized_in_the_end(arm, path, control):
    body = version_body(source=None)
    body["properties"]["storageProfile"] = {
        "osDiskImage": {"source": {"id": SNAPSHOT}},
        "dataDiskImages": [{"lun": 1, "source": {"id": SNAPSHOT}}],
    }
    begun = arm("PUT", path, body).json()["properties"]["storageProfile"]
    os_disk = {"source": {"id": SNAPSHOT}, "hostCaching": "ReadWrite"}
    data_disk = {"lun": 1, "source": {"id": SNAPSHOT}, "hostCaching": "ReadOnly"}
    assert begun == {"osDiskImage": os_disk, "dataDiskImages": [data_disk]}
    control.advance(446)
    done = properties(arm, path)["storageProfile"]
    assert done["osDiskImage"] == {**os_disk, "sizeInGB": 30}
    assert done["dataDiskImages"] == [{**data_disk, "sizeInGB": 30}]


def test_a_community_gallery_makes_a_public_name_of_the_prefix(arm, control):
    info = {"publisherUri": "https://contoso.com", "publisherContact": "a@contoso.com", "eula": "e"}
    sharing = {"permissions": "Community", "communityGalleryInfo": {**info, "publicNamePrefix": "contoso"}}
    body = {"location": "eastus2", "properties": {"sharingProfile": sharing}}
    begun = arm("PUT", f"{GALLERY_ID}_2", body).json()["properties"]["sharingProfile"]["communityGalleryInfo"]
    [name] = begun.pop("publicNames")
    assert name.startswith("contoso-")
    assert begun == {**info, "communityGalleryEnabled": False}
    control.advance(1)
    patched = arm("PATCH", f"{GALLERY_ID}_2", {"properties": body["properties"]}).json()["properties"]
    assert patched["sharingProfile"]["communityGalleryInfo"]["publicNames"] == [name]


def test_edge_zones_are_completed_and_gone_when_none_are_left(arm, path, control):
    zone = {"name": "southcentralus", "extendedLocation": {"name": "attdallas1", "type": "EdgeZone"}}
    arm("PUT", path, version_body(targetExtendedLocations=[zone]))
    control.advance(446)
    [shown] = properties(arm, path)["publishingProfile"]["targetExtendedLocations"]
    assert shown == {
        "name": "South Central US",
        "extendedLocation": zone["extendedLocation"],
        "extendedLocationReplicaCount": 1,
        "storageAccountType": "Standard_LRS",
    }
    left = arm("PATCH", path, {"properties": {"publishingProfile": {"targetExtendedLocations": []}}}).json()
    assert "targetExtendedLocations" not in left["properties"]["publishingProfile"]


def test_a_data_disk_from_a_blob_has_no_size_even_in_the_end(arm, path, control):
    blob = {"uri": "https://store.blob.core.windows.net/vhds/data.vhd", "id": f"{SHOP_GROUP}/a/storage"}
    body = version_body(source=None)
    body["properties"]["storageProfile"] = {
        "osDiskImage": {"source": blob},
        "dataDiskImages": [{"lun": 1, "source": blob}],
    }
    arm("PUT", path, body)
    control.advance(446)
    done = properties(arm, path)["storageProfile"]
    assert done["osDiskImage"]["sizeInGB"] == 30
    assert done["dataDiskImages"] == [{"lun": 1, "source": blob, "hostCaching": "ReadOnly"}]


NOT_VALIDATED = {"validationOperationStatus": "NotExecuted"}


def test_the_validation_of_a_version_is_shown_while_nothing_is_done_to_it(arm, version, control):
    assert properties(arm, version)["validationsProfile"] == NOT_VALIDATED
    assert "validationsProfile" not in properties(arm, version, "2023-07-03")
    updating = arm("PATCH", version, {"tags": {"a": "b"}}).json()["properties"]
    assert "validationsProfile" not in updating
    control.advance(422)
    assert properties(arm, version)["validationsProfile"] == NOT_VALIDATED


def test_a_version_of_a_machine_names_the_marketplace_image_it_was_made_from(arm, path, control):
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
    reference = {"publisher": "Canonical", "offer": "UbuntuServer", "sku": "16.04-LTS", "version": "latest"}
    storage = {"imageReference": reference, "osDisk": {"osType": "Linux", "diskSizeGB": 30}}
    control.put_resource({"id": machine, "location": "eastus2", "properties": {"storageProfile": storage}})
    body = version_body(source=None)
    body["properties"]["storageProfile"] = {"source": {"virtualMachineId": machine}}
    assert arm("PUT", path, body).status_code == 201
    control.advance(446)
    attributes = properties(arm, path)["validationsProfile"]["platformAttributes"]
    assert {one["name"]: one["value"] for one in attributes} == {
        "source_image_publisher": "Canonical",
        "source_image_offer": "UbuntuServer",
        "source_image_sku": "16.04-LTS",
    }


def test_unverified_a_version_of_a_managed_image_names_a_marketplace_image_where_that_is_wished(arm, path, control):
    """Recorded of machines only; the names of the attributes are those of the specification's example."""
    parts = {"publisher": "cis", "offer": "cis-ws2019", "sku": "l1", "version": "1.0.0"}
    control.settings(imageLineages={image_id("ubuntu-web"): parts})
    arm("PUT", path, version_body())
    control.advance(446)
    attributes = properties(arm, path)["validationsProfile"]["platformAttributes"]
    assert {one["name"].removeprefix("source_image_"): one["value"] for one in attributes} == parts


def test_an_update_may_send_the_disks_of_a_version_as_they_were_read(arm, version):
    body = version_body(source=None)
    body["properties"]["storageProfile"] = {"osDiskImage": {"hostCaching": "ReadWrite", "source": {}}}
    answer = arm("PUT", version, body)
    assert answer.status_code == 200
    assert answer.json()["properties"]["storageProfile"]["source"] == {"id": image_id("ubuntu-web")}


def test_the_encryption_of_an_os_disk_is_answered_with_a_security_profile(arm, path, control):
    control.put_resource({"id": ENCRYPTION_SET, "location": "eastus2", "properties": {}})
    encryption = {"osDiskImage": {"diskEncryptionSetId": ENCRYPTION_SET}}
    answer = arm("PUT", path, version_body({"name": "eastus2", "encryption": encryption}))
    [target] = answer.json()["properties"]["publishingProfile"]["targetRegions"]
    assert target["encryption"]["osDiskImage"] == {"diskEncryptionSetId": ENCRYPTION_SET, "securityProfile": {}}
    [old] = properties(arm, path, "2020-09-30")["publishingProfile"]["targetRegions"]
    assert old["encryption"]["osDiskImage"] == {"diskEncryptionSetId": ENCRYPTION_SET}


def test_a_definition_drops_what_was_sent_empty(arm, control):
    arm("PUT", DEFINITION_ID, definition_body(disallowed={}, features=[], recommended={"vCPUs": {"max": 4}}))
    shown = properties(arm, DEFINITION_ID)
    assert not {"disallowed", "features"} & shown.keys()
    assert shown["recommended"] == {"vCPUs": {"max": 4}}


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_leave_to_change_more_of_a_definition_than_usual_is_not_shown(arm, definition, method):
    feature = {"name": "DiskControllerTypes", "value": "SCSI", "startsAtVersion": "2.0.0"}
    body = definition_body(allowUpdateImage=True, features=[feature])
    answer = arm(method, definition, body if method == "PUT" else {"properties": body["properties"]})
    assert answer.json()["properties"]["features"] == [feature]
    assert "allowUpdateImage" not in answer.json()["properties"]


@pytest.mark.parametrize(
    ("api", "hidden"),
    [
        ("2018-06-01", {"hyperVGeneration", "architecture", "features"}),
        ("2019-12-01", {"architecture", "features"}),
        ("2020-09-30", {"architecture"}),
        ("2021-07-01", set()),
    ],
)
def test_newer_fields_of_a_definition_are_hidden_from_older_api_versions(arm, api, hidden):
    feature = {"name": "IsAcceleratedNetworkSupported", "value": "True"}
    arm("PUT", DEFINITION_ID, definition_body(features=[feature]))
    shown = properties(arm, DEFINITION_ID, api)
    assert {"hyperVGeneration", "architecture", "features"} - shown.keys() == hidden


def test_a_generation_may_be_its_number_alone(arm):
    body = definition_body(hyperVGeneration=1)
    assert arm("PUT", DEFINITION_ID, body, api="2019-03-01").status_code == 201
    assert properties(arm, DEFINITION_ID)["hyperVGeneration"] == "V1"


@pytest.mark.parametrize("api", ["2018-06-01", "2019-03-01"])
def test_old_api_versions_name_the_managed_image_in_the_publishing_profile(arm, path, control, api):
    source = {"managedImage": {"id": image_id("ubuntu-web")}}
    body = {"location": "eastus2", "properties": {"publishingProfile": {"source": source}}}
    begun = arm("PUT", path, body, api=api)
    assert (begun.status_code, begun.json()["properties"]["publishingProfile"]["source"]) == (201, source)
    assert "storageProfile" not in begun.json()["properties"]
    control.advance(446)
    done = properties(arm, path, api)
    assert done["publishingProfile"]["source"] == source
    assert done["storageProfile"] == {"osDiskImage": {"sizeInGB": 30, "hostCaching": "ReadWrite"}}
    assert properties(arm, path)["storageProfile"]["source"] == {"id": image_id("ubuntu-web")}


@pytest.mark.parametrize(("api", "status"), [("2018-06-01", 202), ("2019-03-01", 200)])
def test_an_update_of_a_version_was_answered_202_in_2018(arm, version, api, status):
    answer = arm("PUT", version, {"location": "eastus2", "properties": {"publishingProfile": {}}}, api=api)
    assert (answer.status_code, "Location" in answer.headers) == (status, status == 202)
    assert answer.json()["properties"]["provisioningState"] == "Updating"


@pytest.mark.parametrize(("api", "typed"), [("2018-06-01", False), ("2019-03-01", True)])
def test_galleries_and_what_is_in_them_did_not_name_their_type_in_2018(arm, version, api, typed):
    listed = arm("GET", f"{DEFINITION_ID}/versions", api=api).json()["value"]
    for shown in (*listed, *(arm("GET", path, api=api).json() for path in (GALLERY_ID, DEFINITION_ID, version))):
        assert ("type" in shown) == typed


@pytest.mark.parametrize("api", ["2022-01-03", "2021-07-01", "2018-06-01"])
def test_galleries_answer_api_versions_that_are_often_used(arm, api):
    assert arm("GET", GALLERY_ID, api=api).json()["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize(("api", "shown"), [("2021-07-01", {"isSoftDeleteEnabled": False}), ("2021-10-01", None)])
def test_one_api_version_says_that_soft_delete_is_off(arm, api, shown):
    assert properties(arm, GALLERY_ID, api).get("softDeletePolicy") == shown
