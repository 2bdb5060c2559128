"""What is known of the service beside the models of the SDKs: differences from them, and since when they hold.

The models are those of the SDKs' own, newest api-versions. Of an older one its absences are facts.
"""

import re
from typing import NamedTuple

_ANY_VERSION = "9999"


class Allowed(NamedTuple):
    """Patterns of operations and of the difference; and the last api-version in which it may be."""

    operations: str
    difference: str
    why: str
    until: str = _ANY_VERSION

    def covers(self, operation, problem, api_version):
        named = re.fullmatch(self.operations, operation) and re.fullmatch(self.difference, problem)
        return bool(named) and api_version <= self.until


ALLOWED = (
    Allowed(
        r".*",
        r"answer \$\.error\.innererror\.internalErrorCode is not declared",
        "the recorded body of a 429 has it",
    ),
    Allowed(
        r"gallery_image_versions\..*",
        r".*\.properties\.validationsProfile\.validationOperationStatus is not declared",
        "recorded: versions say how far their validation is",
    ),
    Allowed(
        r"gallery_image(_version)?s\.begin_update",
        r"request \$\.properties\.\w+ is missing",
        "a PATCH changes what it names, but its models have the properties of a PUT, with all that is required there",
    ),
    Allowed(
        r"subscriptions\.list",
        r"answer \$\.count is not declared",
        "recorded: the list says how many there are",
    ),
    Allowed(
        r"subscriptions\.list_locations",
        r"answer \$\.value\[\d+\]\.(longitude|latitude) is not declared",
        "recorded: a location had its coordinates beside its name before it had metadata",
        until="2019-10-01",
    ),
    Allowed(
        r"virtual_machines\..*",
        r".*\.properties\.hardwareProfile\.vmSize is no VirtualMachineSizeTypes: .*",
        "the enumeration is open: its description sends readers to the list of sizes, and it names none of series 6",
    ),
    Allowed(
        r"galleries\.begin_create_or_update",
        r"request \$\.hidden is not declared",
        "what else stands at the top of a body is dropped",
    ),
    Allowed(
        r"gallery_images\.begin_create_or_update",
        r"request \$\.properties\.hyperVGeneration is no HyperVGeneration: 1",
        "recorded: the number alone was read as a generation",
        until="2019-03-01",
    ),
    Allowed(
        r"gallery_image_versions\..*",
        r".*\.publishingProfile\.source is not declared|.*\$\.properties\.storageProfile is missing",
        "recorded: the managed image was named in the publishing profile",
        until="2019-03-01",
    ),
)

# Fields of models, and the last api-version known to have answered without them.
LACKED_UNTIL: dict[str, str] = {
    "ImageProperties.hyperVGeneration": "2018-10-01",
    "GalleryImageProperties.hyperVGeneration": "2019-03-01",
    "GalleryImageProperties.features": "2019-12-01",
    "GalleryImageProperties.architecture": "2020-09-30",
    "GalleryImageVersionPublishingProfile.storageAccountType": "2018-06-01",
    "TargetRegion.storageAccountType": "2018-06-01",
    "GalleryImageVersionPublishingProfile.replicationMode": "2019-12-01",
    "OSDiskImageEncryption.securityProfile": "2021-10-01",
    "GalleryImageVersionProperties.safetyProfile": "2021-10-01",
    "GalleryImageVersionProperties.securityProfile": "2022-08-03",
    "DataDiskImageEncryption.securityProfile": "2024-03-03",
    "GalleryImageVersionPublishingProfile.storageAccountStrategy": "2024-03-03",
    "GalleryImageVersionProperties.imageMetadataProfiles": "2024-03-03",
    "ImageVersionSecurityProfile.secretsProvisioningSettings": "2024-03-03",
    "SoftDeletePolicy.retentionPeriodInDays": "2024-03-03",
    "SoftDeletePolicy.gracePeriodInDays": "2024-03-03",
    "ManagementLockObject.systemData": "2017-04-01",
    **{f"{kind}.systemData": "2025-03-03" for kind in ("Gallery", "GalleryImage", "GalleryImageVersion")},
    **{f"{kind}.systemData": "2024-11-01" for kind in ("Image", "VirtualMachine", "VirtualMachineScaleSet")},
    **{f"{kind}.systemData": "2024-07-01" for kind in ("TagsResource", "ResourceGroup", "GenericResourceExpanded")},
}

# What may be sent and is not shown again, and why.
NOT_SHOWN: dict[str, str] = {
    "publicNamePrefix": "recorded: the public name that is made of it is shown instead",
    "allowUpdateImage": "recorded: it is the leave for one update",
}
