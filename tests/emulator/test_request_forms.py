"""Every form a gallery, definition, image or version may have in a request is taken, and shown as it was sent.

The models of the SDKs say what may be sent; that it is taken, together and with no more than this, stands here.
"""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, IMAGES_GROUP, SHOP_GROUP
from tests.emulator.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id

COMPUTE = f"{SHOP_GROUP}/providers/Microsoft.Compute"
SETS = [f"{GALLERIES_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/{name}" for name in ("os", "data")]
ENCRYPTION = {
    "osDiskImage": {"diskEncryptionSetId": SETS[0]},
    "dataDiskImages": [{"lun": 1, "diskEncryptionSetId": SETS[1]}],
}
DISKS = {
    "disk": {"managedDisk": {"id": f"{COMPUTE}/disks/d"}},
    "snapshot": {"snapshot": {"id": f"{COMPUTE}/snapshots/s"}},
    "blob": {"blobUri": "https://store.blob.core.windows.net/vhds/d.vhd"},
}
IN_ACCOUNT = {
    "storageAccountId": f"{SHOP_GROUP}/providers/Microsoft.Storage/storageAccounts/store",
    "uri": "https://store.blob.core.windows.net/vhds/d.vhd",
}
IN_SNAPSHOT = {"id": f"{COMPUTE}/snapshots/s"}
KEY = {"type": "x509", "value": ["bm9uZQ=="]}


def differences(sent, shown, at="$"):
    """Where something that was sent is not shown as it was."""
    if isinstance(sent, dict) and isinstance(shown, dict):
        for name, inner in sent.items():
            yield from differences(inner, shown[name], f"{at}.{name}") if name in shown else [f"{at}.{name} is gone"]
    elif isinstance(sent, list) and isinstance(shown, list) and len(sent) == len(shown):
        for number, inner in enumerate(sent):
            yield from differences(inner, shown[number], f"{at}[{number}]")
    elif sent != shown:
        yield f"{at} is {shown!r}, not {sent!r}"


@pytest.fixture
def keeps(arm, control):
    """Sends a body, and checks that all of it is shown once what it started is done."""

    def sent_and_shown(path, body, method="PUT"):
        answer = arm(method, path, body)
        assert answer.ok, answer.text
        control.advance(600)
        assert list(differences(body, arm("GET", path).json())) == []

    return sent_and_shown


@pytest.mark.parametrize("encryption", [{}, {"diskEncryptionSet": {"id": SETS[0]}}], ids=["plain", "encrypted"])
@pytest.mark.parametrize("data", DISKS)
@pytest.mark.parametrize("system", DISKS)
def test_an_image_takes_its_disks_from_anywhere(keeps, system, data, encryption):
    storage = {
        "osDisk": {"osType": "Linux", "osState": "Generalized", "caching": "ReadOnly", **DISKS[system], **encryption},
        "dataDisks": [{"lun": 1, "storageAccountType": "Premium_LRS", **DISKS[data]}],
        "zoneResilient": True,
    }
    keeps(image_id("fresh"), {"location": "westus2", "properties": {"storageProfile": storage}})


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"description": "golden images"},
        {"softDeletePolicy": {"isSoftDeleteEnabled": True}},
        {"sharingProfile": {"permissions": "Groups"}},
        {
            "sharingProfile": {
                "permissions": "Community",
                "communityGalleryInfo": {
                    "publisherUri": "https://contoso.com",
                    "publisherContact": "images@contoso.com",
                    "eula": "https://contoso.com/eula",
                    "publicNamePrefix": "contoso",
                },
            }
        },
    ],
)
def test_a_gallery_keeps_how_it_is_described_and_shared(keeps, properties):
    keeps(f"{GALLERY_ID}_2", {"location": "eastus2", "tags": {"a": "b"}, "properties": properties})


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "SystemAssigned"},
        {
            "type": "UserAssigned",
            "userAssignedIdentities": {f"{IMAGES_GROUP}/providers/x/userAssignedIdentities/y": {}},
        },
    ],
)
def test_a_gallery_may_have_an_identity(keeps, identity):
    keeps(f"{GALLERY_ID}_2", {"location": "eastus2", "identity": identity})


@pytest.mark.parametrize("options", [{"select": "Permissions"}, {"$expand": "SharingProfile/Groups"}])
def test_a_gallery_is_shown_with_any_option(arm, options):
    assert arm("GET", GALLERY_ID, **options).json()["name"] == "contoso_gallery"


MUCH = {
    "description": "web servers",
    "eula": "https://contoso.com/eula",
    "privacyStatementUri": "https://contoso.com/privacy",
    "releaseNoteUri": "https://contoso.com/notes",
    "endOfLifeDate": "2099-01-01T00:00:00Z",
    "architecture": "x64",
    "hyperVGeneration": "V2",
    "recommended": {"vCPUs": {"min": 2, "max": 8}, "memory": {"min": 4, "max": 64}},
    "disallowed": {"diskTypes": ["Standard_LRS"]},
    "features": [{"name": "IsAcceleratedNetworkSupported", "value": "True"}],
    "purchasePlan": {"name": "n", "publisher": "p", "product": "o"},
}


def test_a_definition_keeps_all_that_it_may_say(keeps):
    keeps(DEFINITION_ID, definition_body(**MUCH))


def test_features_of_a_definition_may_change(keeps, definition):
    features = [{"name": "IsHibernateSupported", "value": "True", "startsAtVersion": "2.0.0"}]
    keeps(definition, {"properties": {"features": features, "allowUpdateImage": True}}, "PATCH")


def version_of(storage, security=None, **profile):
    """A version of this storage profile."""
    properties = {"storageProfile": storage, "publishingProfile": {"targetRegions": [{"name": "East US 2"}], **profile}}
    return {"location": "eastus2", "properties": {**properties, **({"securityProfile": security} if security else {})}}


@pytest.mark.parametrize(
    "storage",
    [
        {"source": {"id": image_id("ubuntu-web")}},
        {"source": {"id": f"{GALLERY_ID}/images/ubuntu-base/versions/1.0.0"}},
        {"source": {"virtualMachineId": f"{COMPUTE}/virtualMachines/vm1"}},
        {"source": {"communityGalleryImageId": "/communityGalleries/contoso/images/base/versions/1.0.0"}},
        {"osDiskImage": {"source": IN_SNAPSHOT}, "dataDiskImages": [{"lun": 1, "source": IN_SNAPSHOT}]},
        {"osDiskImage": {"source": IN_ACCOUNT}, "dataDiskImages": [{"lun": 0, "source": IN_ACCOUNT}]},
    ],
    ids=["image", "version", "machine", "community", "snapshots", "blobs"],
)
def test_a_version_takes_its_disks_from_anywhere(keeps, definition, storage):
    keeps(f"{definition}/versions/1.0.0", version_of(storage))


@pytest.mark.parametrize(
    "profile",
    [
        {"replicationMode": "Shallow"},
        {"excludeFromLatest": True, "endOfLifeDate": "2099-01-01T00:00:00Z"},
        {
            "targetRegions": [
                {
                    "name": "East US 2",
                    "regionalReplicaCount": 2,
                    "storageAccountType": "Standard_ZRS",
                    "excludeFromLatest": True,
                    "additionalReplicaSets": [{"storageAccountType": "PremiumV2_LRS", "regionalReplicaCount": 1}],
                }
            ]
        },
        {"targetRegions": [{"name": "East US 2", "encryption": ENCRYPTION}]},
        {
            "targetExtendedLocations": [
                {
                    "name": "West US",
                    "extendedLocation": {"name": "microsoftlosangeles1", "type": "EdgeZone"},
                    "extendedLocationReplicaCount": 1,
                    "storageAccountType": "Premium_LRS",
                }
            ]
        },
    ],
    ids=["shallow", "dated", "replicas", "encrypted", "edge"],
)
def test_a_version_keeps_how_it_is_published(keeps, control, definition, profile):
    for each in SETS:
        control.put_resource({"id": each, "location": "eastus2"})
    keeps(f"{definition}/versions/1.0.0", version_of({"source": {"id": image_id("ubuntu-web")}}, **profile))


def test_a_version_keeps_the_keys_of_its_firmware(keeps, definition):
    signatures = {"pk": KEY, "kek": [KEY], "db": [{"type": "sha256", "value": ["bm9uZQ=="]}], "dbx": [KEY]}
    settings = {
        "signatureTemplateNames": ["MicrosoftUefiCertificateAuthorityTemplate"],
        "additionalSignatures": signatures,
    }
    storage = {"osDiskImage": {"source": IN_ACCOUNT}}
    keeps(f"{definition}/versions/1.0.0", version_of(storage, {"uefiSettings": settings}))


@pytest.mark.parametrize("source", [{}, {"source": {"id": image_id("ubuntu-web")}}], ids=["unnamed", "named"])
def test_a_version_is_updated_with_its_source_or_without(keeps, version, source):
    body = version_of(source, targetRegions=[{"name": "East US 2", "regionalReplicaCount": 3}])
    keeps(version, {"properties": body["properties"]}, "PATCH")
