"""What Azure answers when it says no, sorted by what the caller can do about it; answers are made by hand."""

import json
from typing import Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)

from arm.transport.errors import (
    ArmError,
    ArmNotFoundError,
    ArmRefusedError,
    ArmThrottledError,
    ArmUnavailableError,
    arm_errors,
    error_of,
    retry_after_seconds,
)

THROTTLED_BY_COMPUTE = {
    "code": "OperationNotAllowed",
    "message": "The server rejected the request because too many requests have been received for this subscription.",
    "details": [{"code": "TooManyRequests", "target": "HighCost3Min", "message": '{"allowedRequestCount":162}'}],
}


class HandMadeResponse:
    """As much of an SDK response as an error looks at."""

    reason = "a reason"

    def __init__(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        self.status_code = status
        self.headers = headers or {}
        self._text = body if isinstance(body, str) else json.dumps({"error": body})

    def text(self) -> str:
        return self._text


async def translated(error: Exception) -> ArmError:
    with pytest.raises(ArmError) as caught:
        async with arm_errors():
            raise error
    assert caught.value.__cause__ is error
    return caught.value


async def refused(status: int, body: Any = None, headers: dict[str, str] | None = None) -> ArmError:
    response: Any = HandMadeResponse(status, body, headers)
    return await translated(HttpResponseError(message="what the SDK says", response=response))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "ResourceNotFound", ArmNotFoundError),
        (404, "ParentResourceNotFound", ArmNotFoundError),
        (400, "InvalidParameter", ArmRefusedError),
        (403, "AuthorizationFailed", ArmRefusedError),
        (409, "PropertyChangeNotAllowed", ArmRefusedError),
        (409, "ScopeLocked", ArmRefusedError),
        (409, "OperationNotAllowed", ArmRefusedError),
        (412, "PreconditionFailed", ArmRefusedError),
        (429, "SubscriptionRequestsThrottled", ArmThrottledError),
        (401, "ExpiredAuthenticationToken", ArmUnavailableError),
        (408, "RequestTimeout", ArmUnavailableError),
        (500, "InternalServerError", ArmUnavailableError),
        (503, "ServerBusy", ArmUnavailableError),
    ],
)
async def test_an_answer_is_sorted_by_its_status(status: int, code: str, kind: type[ArmError]):
    error = await refused(status, {"code": code, "message": "because"})
    assert type(error) is kind
    assert (error.code, error.message) == (code, "because")


@pytest.mark.parametrize(("header", "seconds"), [("324", 324.0), ("1", 1.0), ("0", 0.0), ("-5", 0.0), ("soon", 60.0)])
async def test_a_throttle_is_waited_out_as_long_as_azure_says(header: str, seconds: float):
    error = await refused(429, {"code": "TooManyRequests", "message": "slow down"}, {"Retry-After": header})
    assert isinstance(error, ArmThrottledError)
    assert error.retry_after_seconds == seconds


async def test_a_throttle_that_names_no_time_is_waited_out_a_minute():
    error = await refused(429, THROTTLED_BY_COMPUTE)
    assert isinstance(error, ArmThrottledError)
    assert error.retry_after_seconds == 60


@pytest.mark.parametrize(
    "body", ["", "<html>Bad gateway</html>", "null", "[]", '{"error": "text"}', '{"message": "x"}']
)
@pytest.mark.parametrize("status", [404, 409, 429, 502])
async def test_a_body_that_says_nothing_leaves_the_status(status: int, body: str):
    assert (await refused(status, body)).code == f"Http{status}"


async def test_the_first_detail_is_told_where_the_top_says_little():
    details = [{"code": "Conflict", "message": "has a different Hypervisor generation ['V2']"}, {"message": "more"}]
    error = await refused(409, {"code": "Conflict", "message": "Multiple errors occurred.", "details": details})
    assert error.message == "Multiple errors occurred. (has a different Hypervisor generation ['V2'])"


@pytest.mark.parametrize("details", [None, [], [None], ["text"], [{"code": "x"}], [{"message": None}]])
def test_details_of_any_shape_do_no_harm(details: Any):
    assert error_of({"error": {"code": "C", "message": "m", "details": details}}, ("d", "e")) == ("C", "m")


def test_an_error_without_code_or_message_gets_the_defaults():
    assert error_of({"error": {}}, ("Http409", "said")) == ("Http409", "said")


@pytest.mark.parametrize(
    "error",
    [ServiceRequestError("no route to host"), ServiceResponseError("reset"), ClientAuthenticationError("no token")],
)
async def test_an_azure_that_cannot_be_reached_is_unavailable(error: Exception):
    assert type(await translated(error)) is ArmUnavailableError


async def test_a_bug_of_ours_stays_a_bug():
    with pytest.raises(KeyError):
        async with arm_errors():
            raise KeyError("name")


def test_no_retry_after_is_none():
    assert retry_after_seconds({}) is None


@pytest.mark.parametrize("said", ["inf", "nan", "1e400"])
def test_a_wait_without_end_is_no_wait_that_azure_asked_for(said: str):
    """It cannot be written as JSON: the migration ended as a bug, and the API answered 500."""
    assert retry_after_seconds({"Retry-After": said}) is None


@pytest.mark.parametrize("said", ["99999999999999", "1e20"])
def test_a_wait_of_millions_of_years_ends_after_a_day(said: str):
    """No timer is as long: the migration ended as a bug."""
    assert retry_after_seconds({"Retry-After": said}) == 24 * 60 * 60
