"""The refusals of machines that are made from a managed image, in the words that public records show."""

from dev.emulator.vocabulary.errors import ErrorKind

IMAGE_CANNOT_BE_FOUND = ErrorKind(404, "NotFound", "The Image '{id}' cannot be found.")
MANAGED_IMAGE_NOT_SUPPORTED = ErrorKind(
    400,
    "BadRequest",
    "Managed Images are not supported for virtual machines with security type {security_type}.",
)
SIZE_CANNOT_BOOT = ErrorKind(
    400,
    "InvalidParameter",
    "The VM size '{size}' cannot boot with OS image or disk. Please check that disk controller types supported by the "
    "OS image or disk is one of the supported disk controller types for the VM size '{size}'. Please query sku api at "
    "https://aka.ms/azure-compute-skus  to determine supported disk controller types for the VM size.",
    "vmSize",
)
