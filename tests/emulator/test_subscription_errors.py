"""Every refusal of resource groups, providers and locks: one provocation each, compared word for word."""

import pytest

from dev.emulator.authorization import errors as authorization
from dev.emulator.seed import GALLERIES_GROUP, SUBSCRIPTION
from dev.emulator.subscription import errors as subscription
from dev.emulator.vocabulary.regions import REGIONS
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import image_id

refusals = Refusals()
IMAGE = image_id("ubuntu-web")
LOCKS = "/providers/Microsoft.Authorization/locks"
EVERYWHERE = ",".join(REGIONS)


@pytest.mark.parametrize("kind", lines_of(authorization, subscription))
def test_every_refusal_comes_as_recorded(kind, arm, control):
    refusals.check(kind, arm, control)


@refusals.expect(authorization.LOCK_NOT_FOUND, 404, "LockNotFound", "The lock 'none' could not be found.")
def a_missing_lock(arm, control):
    return arm("GET", f"{IMAGE}{LOCKS}/none")


@refusals.expect(
    authorization.LOCK_LEVEL_INVALID,
    400,
    "InvalidLockLevel",
    "The lock level 'Loose' is not one of CanNotDelete, ReadOnly, NotSpecified.",
)
def an_unknown_level(arm, control):
    return arm("PUT", f"{IMAGE}{LOCKS}/loose", {"properties": {"level": "Loose"}})


@refusals.expect(
    subscription.RESOURCE_GROUP_NAME_INVALID,
    400,
    "InvalidResourceGroup",
    "The provided resource group name 'a*' has invalid characters. "
    "The name can only be a letter, digit, '-', '.', '(', ')' or '_', of at most 90 characters, and not end in '.'.",
)
def an_impossible_group_name(arm, control):
    return arm("PUT", f"{SUBSCRIPTION}/resourceGroups/a*", {"location": "eastus2"})


@refusals.expect(
    subscription.RESOURCE_GROUP_LOCATION_NOT_AVAILABLE,
    400,
    "LocationNotAvailableForResourceGroup",
    "The provided location 'atlantis' is not available for resource group. "
    f"List of available regions is '{EVERYWHERE}'.",
)
def a_group_nowhere(arm, control):
    return arm("PUT", f"{SUBSCRIPTION}/resourceGroups/new", {"location": "atlantis"})


@refusals.expect(
    subscription.RESOURCE_GROUP_LOCATION_CHANGED,
    409,
    "InvalidResourceGroupLocation",
    "Invalid resource group location 'westus'. The Resource group already exists in location 'eastus2'.",
)
def a_group_that_moves(arm, control):
    return arm("PUT", GALLERIES_GROUP, {"location": "westus"})


@refusals.expect(subscription.OPERATION_RESULT_NOT_FOUND, 404, "NotFound", "The operation result 'none' was not found.")
def an_unknown_operation_result(arm, control):
    return arm("GET", f"{SUBSCRIPTION}/operationresults/none")


@refusals.expect(
    subscription.PROVIDER_NOT_FOUND,
    404,
    "InvalidResourceNamespace",
    "The resource namespace 'Contoso.Nothing' is invalid.",
)
def an_unknown_provider(arm, control):
    return arm("GET", f"{SUBSCRIPTION}/providers/Contoso.Nothing", api="2024-07-01")


@refusals.expect(
    subscription.FILTER_INVALID,
    400,
    "InvalidFilterInQueryString",
    "Invalid $filter 'substringof' specified in the query string.",
)
def an_unknown_filter(arm, control):
    return arm("GET", f"{SUBSCRIPTION}/resources", filter="substringof")
