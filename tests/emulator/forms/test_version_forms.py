"""Image versions of every source, published in every way."""

import pytest

from dev.emulator.seed import GALLERIES_GROUP, SHOP_GROUP
from tests.support.documents import GALLERY_ID, image_id

COMPUTE = f"{SHOP_GROUP}/providers/Microsoft.Compute"
SETS = [f"{GALLERIES_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/{name}" for name in ("os", "data")]
ENCRYPTION = {
    "osDiskImage": {"diskEncryptionSetId": SETS[0]},
    "dataDiskImages": [{"lun": 1, "diskEncryptionSetId": SETS[1]}],
}
IN_ACCOUNT = {
    "storageAccountId": f"{SHOP_GROUP}/providers/Microsoft.Storage/storageAccounts/store",
    "uri": "https://store.blob.core.windows.net/vhds/d.vhd",
}
IN_SNAPSHOT = {"id": f"{COMPUTE}/snapshots/s"}
KEY = {"type": "x509", "value": ["bm9uZQ=="]}


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
