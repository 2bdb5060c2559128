"""Azure's rules for what a migration writes, and where each is said. Requests, settings, tags and plans go by these.

ts: troubleshooting-shared-images, acg: azure-compute-gallery, tl: trusted-launch-portal, spec: azure-rest-api-specs,
GalleryRP, tags: tag-resources, names: resource-name-rules. Rules that Azure alone can check (quotas, policies, disk
contents) are not here.
"""

import re

# Names. ts: "1-80 characters"; the service's own rules, told in its errors, also let a name end in an underscore.
GALLERY_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.]{0,78}[A-Za-z0-9_])?")
DEFINITION_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?")

# The identifier of a definition. ts, "Creating or modifying image definitions".
IDENTIFIER = re.compile(r"[A-Za-z0-9._-]*[A-Za-z0-9_-]")
IDENTIFIER_SAID = "letters, digits, dashes, underscores and dots, and no dot at its end"
LONGEST_PUBLISHER = 128
LONGEST_OFFER = 64
LONGEST_SKU = 64

# Version numbers. ts: "Major(int).Minor(int).Patch(int)", each a 32-bit integer.
LARGEST_VERSION_PART = 2**31 - 1

# Replicas. spec: `regionalReplicaCount`, whose range error speaks of one region. acg: "100 replicas per image version".
MOST_REPLICAS_IN_A_REGION = 100
MOST_REPLICAS_DOCUMENTED = 100
REPLICAS_ADVISED = 3  # acg, "Best practices", 2026-11-29: in a region, for production

# Storage. spec also names PremiumV2_LRS; how-tos offer the other three, and so do we. Others' versions may have it.
# ts: "ZRS storage account type is not supported in this region": it needs availability zones. With which code, and
# whether call or operation says it, is on no record, so that the words count: those, and what other services say of
# such a region (unverified for galleries).
ZONE_REDUNDANT = "Standard_ZRS"
ZRS_REFUSED = re.compile(
    r"(?=.*(ZRS\b|zone[- ]redundan))(?=.*\b(not (support(ed)?|available)|unsupported)\b)", re.IGNORECASE | re.DOTALL
)

# Disks. ts quotes the service's limit; "create an image version" speaks of 1 TB, which is the default of our setting.
LARGEST_DATA_DISK_GB = 2048
DOCUMENTED_DATA_DISK_GB = 1024
LARGEST_OS_DISK_GB = 2048

# Security types, in lower case, whose machines need a guest state that a managed image has not. tl: such an image is a
# source of "Trusted Launch VM supported images" only.
NEEDS_GUEST_STATE = frozenset({"trustedlaunch", "confidentialvm"})

# Disk encryption sets, in lower case, that encrypt disks of confidential machines only. spec: DiskEncryptionSetType.
CONFIDENTIAL_ENCRYPTION = "confidentialvmencryptedwithcustomerkey"

# Marketplace, read in public copies on 2026-11-29 and never looked up in Azure: what is missing here is asked about.
# Publishers, in lower case, of which machines are made without a purchase plan: those of the short names that `az vm
# create` takes (azure-rest-api-specs, arm-compute/quickstart-templates/aliases.json), and three that no document names
# (unverified). Then what is in the names of their offers or SKUs that have one: published templates give it for
# 0001-com-ubuntu-pro-* and rhel-byos. That a plan's product is "the same value as Offer" says Set-AzVMPlan.
PUBLISHERS_WITHOUT_PLANS = frozenset(
    {
        *("canonical", "credativ", "microsoftwindowsserver", "openlogic", "redhat", "suse"),
        *("debian", "microsoftsqlserver", "microsoftwindowsdesktop"),
    }
)
IMAGES_WITH_PLANS_ALL_THE_SAME = ("ubuntu-pro", "fips", "byos", "byol")

# Tags. tags, "Limitations"; read 2026-11-30 in a stored copy.
MOST_TAGS = 50
LONGEST_TAG_NAME = 512
LONGEST_TAG_VALUE = 256
FORBIDDEN_IN_TAG_NAMES = frozenset("<>%&\\?/")
# Beginnings of names, in lower case, that are said to be Azure's own (blog.sandro-pereira.com, 2025-05-30; unverified
# for tags of resources, so that they are told of and not refused).
RESERVED_FOR_TAG_NAMES = ("azure", "microsoft", "windows")

# Soft delete of a gallery. soft: soft-delete-gallery (2025-09-29), "Limitations", read 2026-11-29 in a stored copy;
# sdk: models of API 2026-03-03 in azure-mgmt-compute 39.0.0.
# - A policy that names no number of days keeps for seven (soft). How long the grace is then, no document says.
# - Retention: to be used by its exact number, never as latest. Grace after it: not to be used, to be restored (sdk).
# - It cannot be switched on where gallery or definition and version are in different locations (soft). What becomes of
#   a version that is made elsewhere once it is on is not written anywhere.
# - A version that failed cannot be deleted while it is on; the way out is to switch it off for that long (soft).
KEPT_DELETED_DAYS = 7

# The app's own storage account. names: "3-24".
LONGEST_STORAGE_ACCOUNT_NAME = 24
