"""Refusals of table storage: code, status and words of the service, and the JSON they are written in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Refusal:
    """One line of the table below; `message` and `headers` are format templates."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


class StorageError(Exception):
    """A refusal, as an operation raises it."""

    def __init__(self, refusal: Refusal, **values: object) -> None:
        self.status, self.code = refusal.status, refusal.code
        self.message = refusal.message.format(**values)
        self.headers = {name: value.format(**values) for name, value in refusal.headers.items()}
        super().__init__(f"{self.code}: {self.message}")

    def body(self, request_id: str, time: str) -> dict[str, Any]:
        words = f"{self.message}\nRequestId:{request_id}\nTime:{time}"
        return {"odata.error": {"code": self.code, "message": {"lang": "en-US", "value": words}}}


# Who asks. The challenge tells clients which tenant and which resource a token must be for.
_CHALLENGE = {
    "WWW-Authenticate": "Bearer authorization_uri=https://login.microsoftonline.com/{tenant}/oauth2/authorize "
    "resource_id=https://storage.azure.com"
}
NO_TOKEN = Refusal(
    401,
    "NoAuthenticationInformation",
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    _CHALLENGE,
)
WRONG_TOKEN = Refusal(
    401,
    "InvalidAuthenticationInfo",
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    _CHALLENGE,
)
KEYS_NOT_PERMITTED = Refusal(
    403,
    "KeyBasedAuthenticationNotPermitted",
    "Key based authentication is not permitted on this storage account.",
)

# Requests that make no sense, or that nobody emulates.
NOT_EMULATED = Refusal(501, "NotImplemented", "The emulator does not answer {method} {url} of table storage.")
INTERNAL_ERROR = Refusal(500, "InternalError", "The emulator failed on {method} {url}.")
BODY_TOO_LARGE = Refusal(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum limit.")
INVALID_INPUT = Refusal(400, "InvalidInput", "One of the request inputs is not valid.")
INVALID_QUERY = Refusal(400, "InvalidInput", "Bad Request - Error in query syntax.")
OUT_OF_RANGE = Refusal(400, "OutOfRangeInput", "One of the request inputs is out of range.")
MISSING_HEADER = Refusal(
    400, "MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified."
)

# Tables.
TABLE_NAME_INVALID = Refusal(
    400, "InvalidResourceName", "The specifed resource name contains invalid characters."
)  # the service's own spelling
TABLE_NAME_LENGTH = Refusal(
    400, "OutOfRangeInput", "The specified resource name length is not within the permissible limits."
)
TABLE_EXISTS = Refusal(409, "TableAlreadyExists", "The table specified already exists.")
TABLE_BEING_DELETED = Refusal(409, "TableBeingDeleted", "The specified table is being deleted. Try operation later.")
TABLE_NOT_FOUND = Refusal(404, "TableNotFound", "The table specified does not exist.")

# Entities.
RESOURCE_NOT_FOUND = Refusal(404, "ResourceNotFound", "The specified resource does not exist.")
ENTITY_EXISTS = Refusal(409, "EntityAlreadyExists", "The specified entity already exists.")
CONDITION_NOT_SATISFIED = Refusal(
    412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied."
)
KEYS_MISSING = Refusal(400, "PropertiesNeedValue", "The values are not specified for all properties in the entity.")
ENTITY_TOO_LARGE = Refusal(400, "EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).")
VALUE_TOO_LARGE = Refusal(
    400,
    "PropertyValueTooLarge",
    "The property value exceeds the maximum allowed size (64KB). If the property value is a string, it is UTF-16 "
    "encoded and the maximum number of characters should be 32K or less.",
)
KEY_TOO_LARGE = Refusal(400, "KeyValueTooLarge", "The key value exceeds the maximum allowed size (1KB).")
TOO_MANY_PROPERTIES = Refusal(400, "TooManyProperties", "The entity contains more properties than allowed.")
NAME_TOO_LONG = Refusal(400, "PropertyNameTooLong", "The property name exceeds the maximum allowed length.")
NAME_INVALID = Refusal(400, "PropertyNameInvalid", "The property name is invalid.")
