"""Refusals: how they are described and written, and the table of those that any resource provider may give.

A new error is one more `ErrorKind` line here or in the provider's own table (`subscription/errors.py`, …), raised as
`ArmError(KIND, placeholder=value)`. tests/emulator/test_…_errors.py hold one test for each line of each table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class ErrorKind:
    """`message` and `target` are format templates; `headers` travel with a synchronous answer.

    `arrives` says where clients meet it: as the answer of the "call", or as the end of the "operation" it started.
    `unverified` names the fields that no record of the real service shows: chosen by analogy, not known.
    """

    status: int
    code: str
    message: str
    target: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    arrives: str = "call"
    unverified: tuple[str, ...] = ()


class ArmError(Exception):
    """A refusal: raised by handlers (synchronous) or returned by the effect of a long-running operation."""

    def __init__(
        self,
        kind: ErrorKind,
        *,
        details: Sequence[Mapping[str, object]] = (),
        inner_error: Mapping[str, str] | None = None,
        more_headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        self.status = kind.status
        self.code = kind.code
        self.message = kind.message.format(**values)
        self.target = kind.target.format(**values) if kind.target else None
        self.headers = {**kind.headers, **(more_headers or {})}
        self._details, self._inner_error = [dict(detail) for detail in details], inner_error
        super().__init__(f"{self.code}: {self.message}")

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target:
            error["target"] = self.target
        if self._details:
            error["details"] = self._details
        if self._inner_error:
            error["innererror"] = dict(self._inner_error)
        return error


FROM_GATEWAY = {"x-ms-failure-cause": "gateway"}

# The gateway: answers given before a resource provider is asked.
AUTHENTICATION_FAILED = ErrorKind(
    401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
)
MISSING_API_VERSION = ErrorKind(
    400,
    "MissingApiVersionParameter",
    "The api-version query parameter (?api-version=) is required for all requests.",
)
INVALID_REQUEST_CONTENT = ErrorKind(
    400, "InvalidRequestContent", "The request content was invalid and could not be deserialized: '{reason}'."
)
REQUEST_TOO_LARGE = ErrorKind(
    413, "RequestEntityTooLarge", "The request content exceeds the {limit_bytes} bytes the emulator accepts."
)
NOT_EMULATED = ErrorKind(501, "NotEmulated", "The emulator does not answer {method} {url} ({why}).")
INTERNAL_SERVER_ERROR = ErrorKind(500, "InternalServerError", "The emulator failed on {method} {url}.")
SUBSCRIPTION_NOT_FOUND = ErrorKind(
    404, "SubscriptionNotFound", "The subscription '{name}' could not be found.", headers=FROM_GATEWAY
)
RESOURCE_GROUP_NOT_FOUND = ErrorKind(
    404, "ResourceGroupNotFound", "Resource group '{name}' could not be found.", headers=FROM_GATEWAY
)
RESOURCE_NOT_FOUND = ErrorKind(
    404,
    "ResourceNotFound",
    "The Resource '{type}/{name}' under resource group '{resource_group}' was not found. "
    "For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    headers=FROM_GATEWAY,
)
SCOPE_LOCKED = ErrorKind(
    409,
    "ScopeLocked",
    "The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: '{locked}'. "
    "Please remove the lock and try again.",
    headers=FROM_GATEWAY,
)
AUTHORIZATION_FAILED = ErrorKind(
    403,
    "AuthorizationFailed",
    "The client '{client}' with object id '{client}' does not have authorization to perform action '{action}' over "
    "scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.",
    headers=FROM_GATEWAY,
)
DISALLOWED_BY_POLICY = ErrorKind(
    403,
    "RequestDisallowedByPolicy",
    "Resource '{resource}' was disallowed by policy. Policy identifiers: "
    '\'[{{"policyAssignment":{{"name":"{policy}","id":"{scope}/providers/Microsoft.Authorization/policyAssignments/'
    "{policy}\"}}}}]'.",
    "{resource}",
)
LINKED_TENANT_NOT_AUTHORIZED = ErrorKind(
    403,
    "LinkedAuthorizationFailed",
    "The client has permission to perform action '{action}' on scope '{scope}', however the current tenant "
    "'{tenant}' is not authorized to access linked subscription '{subscription}'.",
    headers=FROM_GATEWAY,
)
INVALID_RESOURCE_ID = ErrorKind(400, "InvalidResourceId", "'{value}' is not a valid resource id.")

# Any resource provider: shape, names and places.
INVALID_PARAMETER = ErrorKind(
    400, "InvalidParameter", "The value of parameter '{parameter}' is invalid: {reason}.", "{parameter}"
)
REQUIRED_PARAMETER_MISSING = ErrorKind(
    400, "InvalidParameter", "Required parameter '{parameter}' is missing (null).", "{parameter}"
)
INVALID_ENTITY_NAME = ErrorKind(
    400,
    "InvalidParameter",
    "The entity name '{parameter}' is invalid according to its validation rule: {rule}.",
    "{parameter}",
)
LOCATION_REQUIRED = ErrorKind(
    400, "LocationRequired", "The location property is required for this definition.", headers=FROM_GATEWAY
)
LOCATION_NOT_AVAILABLE = ErrorKind(
    400,
    "LocationNotAvailableForResourceType",
    "The provided location '{location}' is not available for resource type '{type}'. "
    "List of available regions for the resource type is '{available}'.",
    headers=FROM_GATEWAY,
)
INVALID_RESOURCE_LOCATION = ErrorKind(
    409,
    "InvalidResourceLocation",
    "The resource '{name}' already exists in location '{existing}' in resource group '{resource_group}'. "
    "A resource with the same name cannot be created in location '{location}'. "
    "Please select a new resource name.",
    headers=FROM_GATEWAY,
)
PROPERTY_CHANGE_NOT_ALLOWED = ErrorKind(
    409, "PropertyChangeNotAllowed", "Changing property '{property}' is not allowed.", "{property}"
)
OPERATION_PREEMPTED = ErrorKind(
    409,
    "OperationPreempted",
    "The operation has been preempted by a more recent operation.",
    arrives="operation",
    unverified=("code", "message"),
)

# Tags of any resource.
TAG_COUNT_EXCEEDED = ErrorKind(
    400, "TagCountExceeded", "The number of tags '{count}' exceeds the limit of '{most}' tags."
)
TAG_NAME_CHARACTERS_INVALID = ErrorKind(
    400,
    "InvalidTagNameCharacters",
    "The tag names '{name}' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
)
TAG_NAME_TOO_LONG = ErrorKind(
    400,
    "InvalidTagName",
    "Tag key too large. Following tag name '{name}' exceeded the maximum length. "
    "Maximum allowed length for tag name - '{most}' characters.",
)
TAG_VALUE_TOO_LONG = ErrorKind(
    400,
    "InvalidTagValueLength",
    "Tag value too large. Following tag value '{value}' exceeded the maximum length. "
    "Maximum allowed length for tag value - '{most}' characters.",
)
