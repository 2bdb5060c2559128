"""The refusals of image versions, in the words that public records show."""

from dev.emulator.vocabulary.errors import ErrorKind

MANAGED_IMAGE_HAS_NO_GUEST_STATE = ErrorKind(
    400,
    "InvalidParameter",
    "The managed image '{id}' cannot be the source of a version in an image definition of security type "
    "'{security_type}'.",
    "galleryImageVersion.properties.storageProfile.source.id",
    unverified=("status", "code", "message", "target"),
)
INVALID_VERSION_NAME = ErrorKind(
    400,
    "InvalidParameter",
    "The image version name is invalid. The image version name should follow Major(int).Minor(int).Patch(int) "
    "format, where int is between 0 and 2,147,483,647 (inclusive). For e.g: 1.0.0, 2018.12.1 etc.",
    "galleryImageVersionName",
)
_PUBLISHING = "galleryImageVersion.properties.publishingProfile"
SOURCE_REGION_NOT_TARGETED = ErrorKind(
    400,
    "InvalidParameter",
    "Gallery image version publishing profile regions '{regions}' must contain the location of image version "
    "'{location}'.",
    f"{_PUBLISHING}.targetRegions",
    unverified=("target",),
)
DUPLICATE_REGIONS = ErrorKind(
    400,
    "InvalidParameter",
    "Duplicate regions are not allowed in target publishing regions.",
    f"{_PUBLISHING}.targetRegions",
    unverified=("target",),
)
REPLICA_COUNT_OUT_OF_RANGE = ErrorKind(
    400,
    "InvalidParameter",
    "The value {value} of parameter 'galleryArtifactVersion.properties.publishingProfile.targetRegions."
    "regionalReplicaCount' is out of range. The value must be between {lowest} and {highest}, inclusive.",
    "galleryArtifactVersion.properties.publishingProfile.targetRegions.regionalReplicaCount",
    unverified=("target",),
)
ZRS_NOT_SUPPORTED = ErrorKind(
    400,
    "InvalidParameter",
    "ZRS storage account type is not supported in this region.",
    f"{_PUBLISHING}.targetRegions.storageAccountType",
    unverified=("status", "code", "target"),
)
TYPE_BESIDE_STRATEGY = ErrorKind(
    400,
    "InvalidParameter",
    "Parameter 'storageAccountType' cannot be specified along with parameter 'storageAccountStrategy'.",
    f"{_PUBLISHING}.storageAccountStrategy",
    unverified=("status", "code", "message", "target"),
)
STRATEGY_NOT_KNOWN_YET = ErrorKind(
    400,
    "InvalidParameter",
    "Could not find member 'storageAccountStrategy' on object of api-version '{version}'.",
    f"{_PUBLISHING}.storageAccountStrategy",
    unverified=("status", "code", "message", "target"),
)
MARKED_FOR_DELETION = ErrorKind(
    409,
    "OperationNotAllowed",
    "Operation 'Update Gallery Image Version' is not on allowed on {name}; since it is marked for deletion.",
    unverified=("status", "code"),
)
DELETION_BLOCKED_BEFORE_END_OF_LIFE = ErrorKind(
    409,
    "DeleteGalleryImageVersionBlockedBeforeEndOfLife",
    "Deletion of Gallery image version is not allowed because the image is enabled for "
    "blockDeletionBeforeEndOfLife and its endOfLifeDate has not reached yet",
    unverified=("status",),
)
ENCRYPTED_SOURCE_ELSEWHERE = ErrorKind(
    400,
    "InvalidParameter",
    "Encrypted source: '{id}' is in a different subscription ID than the current gallery image version subscription "
    "'{subscription}'.",
    unverified=("status", "code"),
)
ENCRYPTION_SET_NOT_FOUND = ErrorKind(
    404,
    "NotFound",
    "The disk encryption set '{id}' cannot be found.",
    f"{_PUBLISHING}.targetRegions.encryption",
    unverified=("status", "code", "message", "target"),
)
ENCRYPTION_SET_IN_ANOTHER_REGION = ErrorKind(
    400,
    "InvalidParameter",
    "The disk encryption set '{id}' is in region '{location}' and cannot encrypt a replica in region '{region}'.",
    f"{_PUBLISHING}.targetRegions.encryption",
    unverified=("status", "code", "message", "target"),
)
ENCRYPTION_SET_IN_ANOTHER_SUBSCRIPTION = ErrorKind(
    400,
    "InvalidParameter",
    "The disk encryption set '{id}' is not in subscription '{subscription}', which the image version is in.",
    f"{_PUBLISHING}.targetRegions.encryption",
    unverified=("status", "code", "message", "target"),
)
ENCRYPTED_IN_SOME_REGIONS = ErrorKind(
    400,
    "InvalidParameter",
    "Either every target region names a disk encryption set, or none does.",
    f"{_PUBLISHING}.targetRegions.encryption",
    unverified=("status", "code", "message", "target"),
)
TOO_MANY_REQUESTS_ON_SOURCE = ErrorKind(
    429,
    "TooManyRequests",
    "Too many requests on source '{id}'. Please reduce the number of requests on the source or wait some time "
    "before retrying",
    unverified=("status", "code"),
)
SOURCE_NOT_FOUND = ErrorKind(
    404,
    "NotFound",
    "Source '{id}' is not found. Please check source exists, and is in the same region as gallery image version "
    "being created",
    arrives="operation",
    unverified=("arrives", "code"),
)
GENERATION_MISMATCH = ErrorKind(
    409,
    "Conflict",
    "The resource with id '{id}' has a different Hypervisor generation ['{source}'] than the parent gallery image "
    "Hypervisor generation ['{definition}'].",
    arrives="operation",
)
OS_TYPE_MISMATCH = ErrorKind(
    409,
    "Conflict",
    "The resource with id '{id}' has a different OS type ['{source}'] than the parent gallery image OS type "
    "generation ['{definition}']",
    arrives="operation",
    unverified=("arrives", "code"),
)
OS_STATE_MISMATCH = ErrorKind(
    409,
    "Conflict",
    "Cannot create Gallery Image Version from: {id} since the OS State in the parent gallery image "
    "({definition}) is not {source}",
    arrives="operation",
    unverified=("arrives", "code"),
)
PLAN_MISMATCH = ErrorKind(
    409,
    "Conflict",
    "The resource with id '{id}' has a different plan ['{source}'] than the parent gallery image plan ['{definition}']",
    arrives="operation",
    unverified=("arrives", "code"),
)
REPLICATION_FAILED = ErrorKind(
    409,
    "Conflict",
    "Gallery replication jobs failed in one or more regions. The failing regions' details are as follows: "
    "'{regions}'. If retry does not work, then please do an update by removing the failed regions and update again "
    "by adding them back.",
    arrives="operation",
    unverified=("code",),
)

# Why a region does not complete: `details` of its replication status, and a detail of the operation's failure.
EXCEEDS_MAX_SIZE = "GallerySourceResourceExceedsMaxSize"
EXCEEDS_MAX_SIZE_DETAILS = (
    "Replication failed in this region due to 'The GalleryImageVersion source resource size {size} exceeds the max "
    "size {limit} supported.'"
)
