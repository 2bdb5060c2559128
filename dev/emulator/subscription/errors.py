"""The refusals of Microsoft.Resources, in the form of the table in `dev/emulator/vocabulary/errors.py`."""

from dev.emulator.vocabulary.errors import FROM_GATEWAY, ErrorKind

RESOURCE_GROUP_NAME_INVALID = ErrorKind(
    400,
    "InvalidResourceGroup",
    "The provided resource group name '{name}' has invalid characters. "
    "The name can only be a letter, digit, '-', '.', '(', ')' or '_', of at most 90 characters, and not end in '.'.",
)
RESOURCE_GROUP_LOCATION_NOT_AVAILABLE = ErrorKind(
    400,
    "LocationNotAvailableForResourceGroup",
    "The provided location '{location}' is not available for resource group. "
    "List of available regions is '{available}'.",
)
RESOURCE_GROUP_LOCATION_CHANGED = ErrorKind(
    409,
    "InvalidResourceGroupLocation",
    "Invalid resource group location '{location}'. The Resource group already exists in location '{existing}'.",
)
OPERATION_RESULT_NOT_FOUND = ErrorKind(404, "NotFound", "The operation result '{id}' was not found.")
PROVIDER_NOT_FOUND = ErrorKind(
    404, "InvalidResourceNamespace", "The resource namespace '{name}' is invalid.", headers=FROM_GATEWAY
)
FILTER_INVALID = ErrorKind(
    400, "InvalidFilterInQueryString", "Invalid $filter '{filter}' specified in the query string."
)
