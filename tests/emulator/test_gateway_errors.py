"""Every refusal that any provider may give: one provocation each, compared word for word."""

import pytest

from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from dev.emulator.vocabulary import errors
from dev.emulator.vocabulary.regions import REGIONS
from dev.emulator.vocabulary.tokens import TENANT_ID
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import (
    DEFINITION_ID,
    GALLERY_ID,
    SOME_OBJECT_ID,
    definition_body,
    image_id,
    version_body,
)

refusals = Refusals()
NEVER_PROVOKED = {errors.INTERNAL_SERVER_ERROR}  # the emulator's own failure; the fuzzing tests look for it
ELSEWHERE = "/subscriptions/0badcafe-0000-4000-8000-000000000009"
IMAGE = image_id("ubuntu-web")
TAGS = f"{IMAGE}/providers/Microsoft.Resources/tags/default"
LOCKS = "/providers/Microsoft.Authorization/locks"
EVERYWHERE = ",".join(REGIONS)


@pytest.mark.parametrize("kind", lines_of(errors))
def test_every_refusal_comes_as_recorded(kind, arm, control):
    if kind not in NEVER_PROVOKED:
        refusals.check(kind, arm, control)


@refusals.expect(
    errors.AUTHENTICATION_FAILED,
    401,
    "AuthenticationFailed",
    "Authentication failed. The 'Authorization' header is missing.",
)
def no_token(arm, control):
    del arm.session.headers["Authorization"]
    return arm("GET", IMAGE)


@refusals.expect(
    errors.MISSING_API_VERSION,
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
)
def no_api_version(arm, control):
    return arm("GET", arm.url + IMAGE)


@refusals.expect(
    errors.INVALID_REQUEST_CONTENT,
    400,
    "InvalidRequestContent",
    "The request content was invalid and could not be deserialized: 'a JSON object is expected'.",
)
def a_list_for_a_body(arm, control):
    return arm("PUT", IMAGE, [])


@refusals.expect(
    errors.REQUEST_TOO_LARGE,
    413,
    "RequestEntityTooLarge",
    "The request content exceeds the 4194304 bytes the emulator accepts.",
)
def five_megabytes(arm, control):
    return arm("PUT", IMAGE, {"location": "x" * 5_000_000})


@refusals.expect(
    errors.NOT_EMULATED,
    501,
    "NotEmulated",
    "The emulator does not answer POST https://localhost/subscriptions/x (unknown route).",
)
def an_unknown_method(arm, control):
    arm.session.headers["Host"] = "localhost"
    return arm("POST", "/subscriptions/x", {})


@refusals.expect(
    errors.SUBSCRIPTION_NOT_FOUND,
    404,
    "SubscriptionNotFound",
    "The subscription '0badcafe-0000-4000-8000-000000000009' could not be found.",
)
def another_subscription(arm, control):
    return arm("GET", f"{ELSEWHERE}/providers/Microsoft.Compute/images")


@refusals.expect(
    errors.RESOURCE_GROUP_NOT_FOUND, 404, "ResourceGroupNotFound", "Resource group 'sdk-test' could not be found."
)
def a_missing_group(arm, control):
    return arm("GET", f"{SUBSCRIPTION}/resourceGroups/sdk-test/providers/Microsoft.Compute/images/x")


@refusals.expect(
    errors.RESOURCE_NOT_FOUND,
    404,
    "ResourceNotFound",
    "The Resource 'Microsoft.Compute/images/x' under resource group 'images' was not found. "
    "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
)
def a_missing_image(arm, control):
    return arm("GET", image_id("x"))


@refusals.expect(
    errors.SCOPE_LOCKED,
    409,
    "ScopeLocked",
    f"The scope '{IMAGE}' cannot perform delete operation because following scope(s) are locked: "
    f"'{IMAGES_GROUP.lower()}'. Please remove the lock and try again.",
)
def a_locked_group(arm, control):
    arm("PUT", f"{IMAGES_GROUP}{LOCKS}/keep", {"properties": {"level": "CanNotDelete"}})
    return arm("DELETE", IMAGE)


@refusals.expect(
    errors.AUTHORIZATION_FAILED,
    403,
    "AuthorizationFailed",
    f"The client '{SOME_OBJECT_ID}' with object id '{SOME_OBJECT_ID}' does not have authorization to perform action "
    f"'Microsoft.Compute/images/read' over scope '{IMAGE}' or the scope is invalid. If access was recently granted, "
    "please refresh your credentials.",
)
def no_read_on_the_source(arm, control):
    control.settings(deniedActions={"Microsoft.Compute/images/read": IMAGES_GROUP})
    arm("PUT", DEFINITION_ID, definition_body())
    return arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", version_body())


@refusals.expect(
    errors.LINKED_TENANT_NOT_AUTHORIZED,
    403,
    "LinkedAuthorizationFailed",
    "The client has permission to perform action 'Microsoft.Compute/images/read' on scope "
    f"'{DEFINITION_ID}/versions/1.0.0', however the current tenant '{TENANT_ID}' is not authorized to access linked "
    "subscription '0badcafe-0000-4000-8000-000000000009'.",
)
def a_source_of_another_tenant(arm, control):
    control.put_resource({"id": ELSEWHERE, "tenantId": "11111111-0000-4000-8000-000000000009"})
    arm("PUT", DEFINITION_ID, definition_body())
    body = version_body()
    body["properties"]["storageProfile"]["source"]["id"] = IMAGE.replace(SUBSCRIPTION, ELSEWHERE)
    return arm("PUT", f"{DEFINITION_ID}/versions/1.0.0", body)


@refusals.expect(errors.INVALID_RESOURCE_ID, 400, "InvalidResourceId", "'/nothing' is not a valid resource id.")
def tags_of_no_scope(arm, control):
    return arm("GET", "/nothing/providers/Microsoft.Resources/tags/default")


@refusals.expect(
    errors.INVALID_PARAMETER,
    400,
    "InvalidParameter",
    "The value of parameter '$expand' is invalid: 'Everything' is not supported.",
    "$expand",
)
def an_unknown_expansion(arm, control):
    return arm("GET", f"{GALLERY_ID}/images/ubuntu-base/versions/1.0.0", expand="Everything")


@refusals.expect(
    errors.REQUIRED_PARAMETER_MISSING,
    400,
    "InvalidParameter",
    "Required parameter 'galleryImage.properties.osType' is missing (null).",
    "galleryImage.properties.osType",
)
def a_definition_without_a_platform(arm, control):
    body = definition_body()
    del body["properties"]["osType"]
    return arm("PUT", DEFINITION_ID, body)


@refusals.expect(
    errors.INVALID_ENTITY_NAME,
    400,
    "InvalidParameter",
    r"The entity name 'imageName' is invalid according to its validation rule: ^[^_\W][\w.\-]{0,79}(?<![-.])$.",
    "imageName",
)
def an_impossible_name(arm, control):
    return arm("PUT", image_id("_x"), {"location": "eastus2"})


@refusals.expect(
    errors.LOCATION_REQUIRED, 400, "LocationRequired", "The location property is required for this definition."
)
def no_location(arm, control):
    return arm("PUT", f"{GALLERY_ID}_2", {"tags": {}})


@refusals.expect(
    errors.LOCATION_NOT_AVAILABLE,
    400,
    "LocationNotAvailableForResourceType",
    "The provided location 'atlantis' is not available for resource type 'Microsoft.Compute/galleries'. "
    f"List of available regions for the resource type is '{EVERYWHERE}'.",
)
def an_unknown_region(arm, control):
    return arm("PUT", f"{GALLERY_ID}_2", {"location": "atlantis"})


@refusals.expect(
    errors.INVALID_RESOURCE_LOCATION,
    409,
    "InvalidResourceLocation",
    "The resource 'contoso_gallery' already exists in location 'eastus2' in resource group 'galleries'. "
    "A resource with the same name cannot be created in location 'westus'. Please select a new resource name.",
)
def another_location(arm, control):
    return arm("PUT", GALLERY_ID, {"location": "westus"})


@refusals.expect(
    errors.PROPERTY_CHANGE_NOT_ALLOWED,
    409,
    "PropertyChangeNotAllowed",
    "Changing property 'galleryImage.properties.eula' is not allowed.",
    "galleryImage.properties.eula",
)
def another_eula(arm, control):
    arm("PUT", DEFINITION_ID, definition_body())
    return arm("PUT", DEFINITION_ID, definition_body(eula="new"))


@refusals.expect(
    errors.OPERATION_PREEMPTED,
    409,
    "OperationPreempted",
    "The operation has been preempted by a more recent operation.",
)
def a_write_overtaken_by_another(arm, control):
    first = arm("PATCH", IMAGE, {"tags": {"a": "1"}})
    arm("PATCH", IMAGE, {"tags": {"a": "2"}})
    control.advance(1)
    return first


def tagged(**tags):
    return {"properties": {"tags": tags}}


@refusals.expect(
    errors.TAG_COUNT_EXCEEDED, 400, "TagCountExceeded", "The number of tags '51' exceeds the limit of '50' tags."
)
def too_many_tags(arm, control):
    return arm("PUT", TAGS, tagged(**{f"t{number}": "" for number in range(51)}))


@refusals.expect(
    errors.TAG_NAME_CHARACTERS_INVALID,
    400,
    "InvalidTagNameCharacters",
    "The tag names 'a/b' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
)
def a_reserved_character(arm, control):
    return arm("PUT", TAGS, tagged(**{"a/b": ""}))


@refusals.expect(
    errors.TAG_NAME_TOO_LONG,
    400,
    "InvalidTagName",
    f"Tag key too large. Following tag name '{'n' * 513}' exceeded the maximum length. "
    "Maximum allowed length for tag name - '512' characters.",
)
def a_long_tag_name(arm, control):
    return arm("PUT", TAGS, tagged(**{"n" * 513: ""}))


@refusals.expect(
    errors.TAG_VALUE_TOO_LONG,
    400,
    "InvalidTagValueLength",
    f"Tag value too large. Following tag value '{'v' * 257}' exceeded the maximum length. "
    "Maximum allowed length for tag value - '256' characters.",
)
def a_long_tag_value(arm, control):
    return arm("PUT", TAGS, tagged(n="v" * 257))


@refusals.expect(
    errors.DISALLOWED_BY_POLICY,
    403,
    "RequestDisallowedByPolicy",
    'Resource \'ubuntu-web\' was disallowed by policy. Policy identifiers: \'[{"policyAssignment":{"name":"no-images",'
    f'"id":"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/no-images"}}}}]\'.',
    "ubuntu-web",
)
def a_type_that_a_policy_forbids(arm, control):
    control.settings(policies={"no-images": {"scope": SUBSCRIPTION, "types": ["microsoft.compute/images"]}})
    return arm("PATCH", IMAGE, {"tags": {}})
