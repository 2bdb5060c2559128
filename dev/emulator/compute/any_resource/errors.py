"""The refusals of galleries and definitions, and of all compute resources, in the words that public records show."""

from dev.emulator.vocabulary.errors import FROM_GATEWAY, ErrorKind

PARENT_RESOURCE_NOT_FOUND = ErrorKind(
    404,
    "ParentResourceNotFound",
    "Can not perform requested operation on nested resource. Parent resource '{name}' not found.",
    headers=FROM_GATEWAY,
)
NESTED_RESOURCES_EXIST = ErrorKind(
    409,
    "CannotDeleteResource",
    "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: '{nested}'. "
    "Please delete all nested resources before deleting this resource.",
    headers=FROM_GATEWAY,
)
IDENTIFIER_TAKEN = ErrorKind(
    409,
    "Conflict",
    "Gallery image: {name} identified by (publisher:{publisher}, offer:{offer}, sku:{sku}) already exists. "
    "Choose a different publisher, offer, sku combination.",
    unverified=("status", "code"),
)
IDENTIFIER_INVALID = ErrorKind(
    400,
    "InvalidParameter",
    "The value of parameter '{part}' is invalid: at most {longest} letters, digits, '-', '_' and '.', which does not "
    "end it.",
    "galleryImage.properties.identifier.{part}",
    unverified=("message",),
)
FEATURE_NOT_OF_GENERATION = ErrorKind(
    400,
    "InvalidParameter",
    "The feature '{feature}' is not supported with the Hyper-V generation '{generation}'.",
    "galleryImage.properties.features",
    unverified=("status", "code", "message", "target"),
)
FEATURES_NOT_KNOWN = ErrorKind(
    400,
    "BadRequest",
    "Could not find member 'features' on object of type 'Properties'.",
    "galleryImage.properties.features",
    unverified=("status", "code", "message", "target"),
)
FAILED_VERSION_UNDER_SOFT_DELETE = ErrorKind(
    409,
    "OperationNotAllowed",
    "The image version '{name}' is in state Failed and cannot be deleted while soft delete is on in its gallery.",
    unverified=("status", "code", "message"),
)
SOFT_DELETE_NEEDS_ONE_PLACE = ErrorKind(
    409,
    "OperationNotAllowed",
    "Soft delete cannot be enabled on gallery '{name}': it, its image definitions and their versions are in different "
    "locations.",
    unverified=("status", "code", "message"),
)
SOFT_DELETED_VERSION_IN_GRACE = ErrorKind(
    409,
    "OperationNotAllowed",
    "The gallery image version '{id}' was deleted and can only be restored.",
    unverified=("status", "code", "message"),
)
NO_LATEST_VERSION = ErrorKind(
    404,
    "ImageNotFound",
    "The gallery image '{id}' has no version that can be used as latest.",
    unverified=("status", "code", "message"),
)
END_OF_LIFE_IN_THE_PAST = ErrorKind(
    400,
    "InvalidParameter",
    "EndOfLifeDate must be set to a future date.",
    "{target}.endOfLifeDate",
    unverified=("status", "code", "target"),
)
QUOTA_EXCEEDED = ErrorKind(
    409,
    "QuotaExceeded",
    "The limit of {limit} {things} per subscription and region is reached in '{location}'.",
    unverified=("status", "code", "message"),
)
