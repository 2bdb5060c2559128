"""What Azure answers when it does not do what was asked, sorted by what the caller can do about it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azure.core.exceptions import HttpResponseError

LONGEST_WAIT_SECONDS = 86_400.0  # whoever asks for more means no number of seconds, and some are too many for a timer
DEFAULT_THROTTLE_SECONDS = 60.0  # some 429 answers carry no Retry-After
_UNREGISTERED = {"MissingSubscriptionRegistration", "SubscriptionNotRegistered"}
_REGISTER = "Have the resource provider Microsoft.Compute registered in that subscription: the app registers none."
BUSY = {"OperationNotAllowed", "Conflict", "AnotherOperationInProgress"}  # no for a while, where it is not for good
BUSY_SECONDS = 30.0
QUOTA_EXCEEDED = "QuotaExceeded"
_ANOTHER_TENANT = "InvalidAuthenticationTokenTenant"  # a 401 that no other token cures


class ArmError(Exception):
    """Azure Resource Manager did not do what was asked."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{code}: {message}")


class ArmNotFoundError(ArmError):
    """404: the resource, or its parent, does not exist."""


class ArmRefusedError(ArmError):
    """A 4xx that asking again will not change: conflict, validation, rights, lock."""


class ArmUnreadableError(ArmRefusedError):
    """What Azure shows of a resource cannot be understood, now or later."""

    def __init__(self, message: str) -> None:
        super().__init__("ResourceUnreadable", message)


class UsersNotVisibleError(ArmRefusedError):
    """Lists of machines or galleries may be parts of what there is: whoever uses an image may be in the rest."""

    def __init__(self, message: str) -> None:
        super().__init__("UsersNotVisible", message)


class ArmThrottledError(ArmError):
    """429: ask again after `retry_after_seconds`, and not earlier, which would extend the throttle."""

    def __init__(self, code: str, message: str, retry_after_seconds: float) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(code, message)


class ArmUnavailableError(ArmError):
    """No usable answer: a network failure, a 5xx, or no token. A retry may cure it."""


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After in seconds; ARM never sends the date form."""
    try:
        seconds = float(headers.get("Retry-After", ""))
    except ValueError:
        return None
    return min(max(0.0, seconds), LONGEST_WAIT_SECONDS) if isfinite(seconds) else None


@asynccontextmanager
async def arm_errors() -> AsyncIterator[None]:
    """Turn the SDK's exceptions into ours. A success whose body is no JSON comes from whatever stands in between."""
    from azure.core.exceptions import AzureError, HttpResponseError

    try:
        yield
    except HttpResponseError as error:
        raise _translate(error) from error
    except AzureError as error:
        raise ArmUnavailableError(type(error).__name__, str(error)) from error
    except ValueError as error:
        raise ArmUnavailableError("UselessAnswer", f"the answer could not be read ({type(error).__name__})") from error


def _translate(error: "HttpResponseError") -> ArmError:
    status = error.status_code or 0
    code, message = error_of(_body(error), default=(f"Http{status}", str(error.message)))
    if status == 404:
        return ArmNotFoundError(code, message)
    if code in _UNREGISTERED:
        message = f"{message} {_REGISTER}"
    if status == 429:
        headers: Mapping[str, str] = getattr(error.response, "headers", {})
        after = retry_after_seconds(headers)
        return ArmThrottledError(code, message, DEFAULT_THROTTLE_SECONDS if after is None else after)
    if 400 <= status < 500 and (status not in {401, 408} or code == _ANOTHER_TENANT):
        return ArmRefusedError(*_quota(code, message))
    return ArmUnavailableError(code, message)


def _quota(code: str, message: str) -> tuple[str, str]:
    """Azure refuses what is over a quota under several codes, and tells it by the word alone."""
    if code == QUOTA_EXCEEDED or "quota" not in message.lower():
        return code, message
    return QUOTA_EXCEEDED, f"{message} ({code})"


def _body(error: "HttpResponseError") -> Any:
    try:
        return json.loads(error.response.text()) if error.response is not None else None
    except ValueError:
        return None


def error_of(body: Any, default: tuple[str, str]) -> tuple[str, str]:
    """Return code and message of an ARM error body, the details' first entry included where the top says little."""
    found = body.get("error") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return default
    code, message = str(found.get("code") or default[0]), str(found.get("message") or default[1])
    details = [detail for detail in found.get("details") or [] if isinstance(detail, dict) and detail.get("message")]
    if details and str(details[0]["message"]) not in message:
        message = f"{message} ({details[0]['message']})"
    return code, message
