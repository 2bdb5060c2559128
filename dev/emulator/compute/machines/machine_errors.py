"""The refusals of machines that are made from a managed image, in the words that public records show."""

from dev.emulator.vocabulary.errors import ErrorKind

IMAGE_CANNOT_BE_FOUND = ErrorKind(404, "NotFound", "The Image '{id}' cannot be found.")
MANAGED_IMAGE_NOT_SUPPORTED = ErrorKind(
    400,
    "BadRequest",
    "Managed Images are not supported for virtual machines with security type {security_type}.",
)
