"""Where the emulator knowingly differs from the API definitions, by operation: patterns of the difference, and why."""

# A PATCH changes what it names. The definitions reuse the properties of a PUT with all that is required of one.
_PARTIAL = r"^request \$\.properties: '\w+' is a required property"
# Enumerations are read in any case, as Resource Manager does, and shown in the official one.
_ANY_CASE = r"^request \$\.properties\..*: '[A-Za-z_]+' is not one of \["
# An example misspells a storage type; where it does, the emulator keeps what it is sent.
_MISSPELT = "additionalReplicaSets.*'PreviumV2_LRS' is not one of"
# Of every operation: recorded bodies of a 429, and of image versions, have fields that the definitions do not know.
EVERYWHERE = (
    r"^answer \$\.error\.innererror\.internalErrorCode is not declared",
    r"^answer \$(\.value\[\d+\])?\.properties\.validationsProfile\.validationOperationStatus is not declared",
)

KNOWN: dict[str, tuple[str, ...]] = {
    "GalleryImages_Update": (_PARTIAL,),
    "GalleryImageVersions_Update": (_PARTIAL,),
    "GalleryImageVersions_CreateOrUpdate": (_ANY_CASE, _MISSPELT),
    "GalleryImageVersions_Get": (_MISSPELT,),
    "ManagementLocks_CreateOrUpdateByScope": (_ANY_CASE,),
}

# What newer api-versions have that the definitions here have not.
SINCE_THEN = (r"answer \$(\.value\[\d+\])?\.systemData is not declared",)

# What the answers of spec examples show and ours do not, by example.
NOT_IN_OUR_ANSWERS: dict[str, tuple[str, ...]] = {
    ".*_List.*": (r"\$\.nextLink$",),  # everything is on one page, so there is no next one
    # Shown of versions that were reported for a violation; new ones have none.
    "GalleryImageVersions_CreateOrUpdate-.*": (r"safetyProfile\.policyViolations$",),
    # These sources are not in the emulated world, so the operation fails, and what they consist of stays unknown.
    ".*_With(CommunityImageVersion|ImageVersion|Snapshots)AsSource": (r"storageProfile\.(osDiskImage|dataDiskImages)",),
    # Shown, but never sent: the example's request leaves it out.
    ".*_WithTargetExtendedLocations": (r"publishingProfile\.targetExtendedLocations$",),
    # Recorded answers show the public name that was made of it instead.
    "Galleries_(CreateOrUpdate|Get)-CommunityGallery_.*": (r"communityGalleryInfo\.publicNamePrefix$",),
    # Recorded answers show it only if it was sent.
    "Images_CreateOrUpdate-Image_CreateFromAVM": (r"storageProfile\.zoneResilient$",),
    # The examples show a region keeping what the request leaves out; the emulator takes the regions as sent.
    "GalleryImageVersions_Update-.*": (r"targetRegions\[0\]\.(encryption|excludeFromLatest)$",),
}

# Examples that the service's own troubleshooting page rules out: one region encrypted, the other not.
AGAINST_THE_DOCUMENTATION = {
    "GalleryImageVersions_CreateOrUpdate-GalleryImageVersion_Create_WithVHD": "Either every target region names",
    "GalleryImageVersions_CreateOrUpdate-GalleryImageVersion_Create_WithVHD_UefiSettings": "Either every target region",
}
