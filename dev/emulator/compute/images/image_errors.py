"""The refusals of managed images, in the words that public records show."""

from dev.emulator.vocabulary.errors import ErrorKind

SOURCE_VM_NOT_FOUND = ErrorKind(
    404, "NotFound", "The Virtual Machine '{id}' cannot be found.", unverified=("status", "code", "message")
)
IMAGE_BEING_PROVISIONED = ErrorKind(
    409,
    "OperationNotAllowed",
    "Operation 'Image Delete' is not allowed since the Virtual Machines '{machines}' are being provisioned using "
    "the Image '{image}'.",
    arrives="operation",
)
