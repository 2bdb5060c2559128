"""The refusals of managed images and the machines that use them, in the words that public records show."""

from dev.emulator.vocabulary.errors import ErrorKind

SOURCE_VM_NOT_FOUND = ErrorKind(
    404, "NotFound", "The Virtual Machine '{id}' cannot be found.", unverified=("status", "code", "message")
)
IMAGE_CANNOT_BE_FOUND = ErrorKind(404, "NotFound", "The Image '{id}' cannot be found.")
MANAGED_IMAGE_NOT_SUPPORTED = ErrorKind(
    400,
    "BadRequest",
    "Managed Images are not supported for virtual machines with security type {security_type}.",
)
IMAGE_BEING_PROVISIONED = ErrorKind(
    409,
    "OperationNotAllowed",
    "Operation 'Image Delete' is not allowed since the Virtual Machines '{machines}' are being provisioned using "
    "the Image '{image}'.",
    arrives="operation",
)
