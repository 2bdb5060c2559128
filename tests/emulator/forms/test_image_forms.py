"""Managed images of disks, snapshots and blobs, encrypted or not."""

from typing import Any

import pytest

from dev.emulator.seed import GALLERIES_GROUP, SHOP_GROUP
from tests.support.documents import image_id

COMPUTE = f"{SHOP_GROUP}/providers/Microsoft.Compute"
SET = f"{GALLERIES_GROUP}/providers/Microsoft.Compute/diskEncryptionSets/os"
DISKS: dict[str, dict[str, Any]] = {
    "disk": {"managedDisk": {"id": f"{COMPUTE}/disks/d"}},
    "snapshot": {"snapshot": {"id": f"{COMPUTE}/snapshots/s"}},
    "blob": {"blobUri": "https://store.blob.core.windows.net/vhds/d.vhd"},
}


@pytest.mark.parametrize("encryption", [{}, {"diskEncryptionSet": {"id": SET}}], ids=["plain", "encrypted"])
@pytest.mark.parametrize("data", DISKS)
@pytest.mark.parametrize("system", DISKS)
def test_an_image_takes_its_disks_from_anywhere(keeps, system, data, encryption):
    storage = {
        "osDisk": {"osType": "Linux", "osState": "Generalized", "caching": "ReadOnly", **DISKS[system], **encryption},
        "dataDisks": [{"lun": 1, "storageAccountType": "Premium_LRS", **DISKS[data]}],
        "zoneResilient": True,
    }
    keeps(image_id("fresh"), {"location": "westus2", "properties": {"storageProfile": storage}})
