"""The refusals of managed images and the machines that use them, in the words that public records show."""

from dev.emulator.vocabulary.errors import ErrorKind

SOURCE_VM_NOT_FOUND = ErrorKind(
    404, "NotFound", "The Virtual Machine '{id}' cannot be found.", unverified=("status", "code", "message")
)
IMAGE_CANNOT_BE_FOUND = ErrorKind(404, "NotFound", "The Image '{id}' cannot be found.")
TRUSTED_LAUNCH_NEEDS_GALLERY = ErrorKind(
    400,
    "BadRequest",
    "Managed Images are not supported for virtual machines with security type TrustedLaunch.",
)
SECURITY_TYPE_OF_MANAGED_IMAGE = ErrorKind(
    400,
    "BadRequest",
    "The security type of a model that was made from a managed image can be changed only along with its image "
    "reference.",
    unverified=("code", "message"),
)
IMAGE_BEING_PROVISIONED = ErrorKind(
    409,
    "OperationNotAllowed",
    "Operation 'Image Delete' is not allowed since the Virtual Machines '{machines}' are being provisioned using "
    "the Image '{image}'.",
    arrives="operation",
)
