"""Rate limits: what remains is said, what is too much is refused, per policy, subscription and region."""

import json

import pytest

from dev.emulator.seed import IMAGES_GROUP, SUBSCRIPTION
from dev.emulator.wishes import throttling_errors
from dev.emulator.wishes.rate_limits import RECORDED_LIMITS, policy_of
from tests.emulator.refusals import Refusals, lines_of
from tests.support.documents import DEFINITION_ID, GALLERY_ID, definition_body, image_id, version_body

refusals = Refusals()
IMAGE = image_id("ubuntu-web")
IMAGES = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images"
REMAINING = "x-ms-ratelimit-remaining-resource"
VERSION = f"{GALLERY_ID}/images/ubuntu-base/versions/1.0.0"


@pytest.fixture
def recorded_limits(control):
    control.settings(rateLimitFactor=1)


def exhaust(arm, times=2, path=IMAGE):
    return [arm("GET", path) for _ in range(times)]


def test_answers_say_what_remains_of_both_windows(arm, recorded_limits):
    first, second = exhaust(arm, path=VERSION)
    assert (
        first.headers[REMAINING]
        == "Microsoft.Compute/GetGalleryImageVersion3Min;1999,Microsoft.Compute/GetGalleryImageVersion30Min;9999"
    )
    assert (
        second.headers[REMAINING]
        == "Microsoft.Compute/GetGalleryImageVersion3Min;1998,Microsoft.Compute/GetGalleryImageVersion30Min;9998"
    )


@pytest.mark.parametrize(
    ("method", "path", "policy"),
    [
        ("PUT", GALLERY_ID, "CreateUpdateGallery"),
        ("PATCH", DEFINITION_ID, "CreateUpdateGalleryImage"),
        ("PUT", VERSION, "CreateUpdateGalleryImageVersion"),
        ("DELETE", VERSION, "DeleteGalleryImageVersion"),
        ("GET", VERSION, "GetGalleryImageVersion"),
        ("GET", DEFINITION_ID, "GetGalleryImage"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Compute/locations/x/capsOperations/y", "GetOperationStatus"),
        ("PATCH", IMAGE, "CreateImages"),
        ("DELETE", IMAGE, "DeleteImages"),
        ("GET", IMAGE, "GetImages"),
        ("GET", IMAGES, "HighCostGetImages"),
        ("GET", GALLERY_ID, "GetGallery"),
        ("DELETE", GALLERY_ID, "DeleteGallery"),
        ("GET", GALLERY_ID.rpartition("/")[0], "ListGalleryInResourceGroup"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Compute/galleries", "ListGalleryInSubscription"),
        ("DELETE", DEFINITION_ID, "DeleteGalleryImage"),
        ("GET", f"{GALLERY_ID}/images", "ListGalleryImagesInGallery"),
        ("GET", f"{DEFINITION_ID}/versions", "ListGalleryImageVersionsInGalleryImage"),
        ("GET", f"{SUBSCRIPTION}/providers/Microsoft.Compute/locations/x/operations/y", "GetOperation"),
        (
            "GET",
            f"{GALLERY_ID}/softDeletedArtifactTypes/images/artifacts/x/versions",
            "ListSoftDeletedResourcesInGallery",
        ),
    ],
)
def test_every_recorded_policy_counts_its_calls(method, path, policy):
    assert policy_of(method, path, "2024-07-01") == policy
    assert policy in RECORDED_LIMITS


def test_what_no_policy_was_recorded_for_is_not_counted(arm):
    assert policy_of("GET", f"{IMAGE}/providers/Microsoft.Resources/tags/default", "2024-07-01") is None
    assert REMAINING not in arm("GET", IMAGES_GROUP).headers


def test_normal_use_is_far_from_every_limit(arm):
    assert all(answer.status_code == 200 for answer in exhaust(arm, times=400))


def test_too_many_calls_are_refused_until_the_window_has_passed(arm, control, recorded_limits):
    control.settings(rateLimits={"GetGalleryImageVersion": [2, 100]})
    allowed = exhaust(arm, path=VERSION)
    assert [answer.status_code for answer in allowed] == [200, 200]
    control.advance(60)
    refused = arm("GET", VERSION)
    assert refused.status_code == 429
    [detail] = refused.json()["error"]["details"]
    assert (detail["code"], detail["target"]) == ("TooManyRequests", "GetGalleryImageVersion3Min")
    usage = json.loads(detail["message"])
    assert (usage["allowedRequestCount"], usage["measuredRequestCount"]) == (2, 3)
    assert refused.json()["error"]["innererror"] == {"internalErrorCode": "TooManyRequestsReceived"}
    control.advance(180)
    assert arm("GET", VERSION).status_code == 200


def test_asking_again_too_early_keeps_the_window_full(arm, control, recorded_limits):
    control.settings(rateLimits={"GetGalleryImageVersion": [1, 100]})
    exhaust(arm, path=VERSION)
    control.advance(120)
    assert arm("GET", VERSION).status_code == 429
    control.advance(120)
    assert arm("GET", VERSION).status_code == 429


def test_the_longer_window_has_a_limit_of_its_own(arm, control, recorded_limits):
    control.settings(rateLimits={"GetGalleryImageVersion": [100, 1]})
    exhaust(arm, path=VERSION)
    control.advance(600)
    assert arm("GET", VERSION).json()["error"]["details"][0]["target"] == "GetGalleryImageVersion30Min"


def test_retry_after_is_the_rest_of_the_window_or_is_left_out(arm, control, recorded_limits):
    control.settings(rateLimits={"GetGalleryImageVersion": [1, 100]})
    control.set_speed(1)
    exhaust(arm, times=1, path=VERSION)
    assert 170 <= int(arm("GET", VERSION).headers["Retry-After"]) <= 180
    control.settings(throttledWithRetryAfter=False)
    refused = arm("GET", VERSION)
    assert (refused.status_code, "Retry-After" in refused.headers) == (429, False)


def test_images_are_counted_for_the_subscription_in_one_window(arm, control, recorded_limits):
    control.settings(rateLimits={"GetImages": [1]})
    first, second = exhaust(arm)
    assert first.headers[REMAINING] == "Microsoft.Compute/GetImagesSubscriptionMaximum;0"
    assert (second.status_code, second.json()["error"]["details"][0]["target"]) == (429, "GetImagesSubscriptionMaximum")
    control.advance(60)
    assert arm("GET", IMAGE).status_code == 200


def test_polls_are_counted_for_their_operation_and_for_the_subscription(arm, control, recorded_limits):
    control.settings(rateLimits={"GetOperation": [1, 3]})
    first, second = (
        arm("PATCH", IMAGE, {"tags": {"a": str(change)}}).headers["Azure-AsyncOperation"] for change in "12"
    )
    shown = arm("GET", first).headers[REMAINING]
    assert shown == "Microsoft.Compute/GetOperationResource;0,Microsoft.Compute/GetOperationSubscriptionMaximum;2"
    assert [arm("GET", poll).status_code for poll in (first, second)] == [429, 200]


def test_regions_and_subscriptions_are_counted_apart(arm, control, recorded_limits):
    control.settings(rateLimits={"GetImages": [1], "HighCostGetImages": [1]})
    elsewhere = "/subscriptions/0badcafe-0000-4000-8000-000000000009"
    control.put_resource({"id": elsewhere})
    for path in (IMAGE, image_id("debian-legacy"), f"{elsewhere}/providers/Microsoft.Compute/images"):
        assert [answer.status_code for answer in exhaust(arm, path=path)] == [200, 429]


def test_a_new_resource_counts_in_the_region_it_asks_for(arm, control, recorded_limits):
    control.settings(rateLimits={"CreateUpdateGallery": [1, 100]})
    for number, location in enumerate(("westus", "eastus", "westus")):
        answer = arm("PUT", f"{GALLERY_ID}_{number}", {"location": location})
    assert answer.status_code == 429


def test_limits_hold_for_writes_of_versions_too(arm, control, definition, recorded_limits):
    control.settings(rateLimits={"CreateUpdateGalleryImageVersion": [1, 100]})
    assert arm("PUT", f"{definition}/versions/1.0.0", version_body()).status_code == 201
    assert arm("PATCH", f"{definition}/versions/1.0.0", {"tags": {}}).status_code == 429
    assert arm("PUT", f"{GALLERY_ID}/images/other", definition_body()).status_code == 409


@pytest.mark.parametrize("kind", lines_of(throttling_errors))
def test_every_recorded_form_of_a_429_comes_on_request(kind, arm, control):
    refusals.check(kind, arm, control)


def throttled(arm, control, form, **fault):
    control.add_fault(path="/images/", throttle=form, **fault)
    return arm("GET", IMAGE)


@refusals.expect(
    throttling_errors.COMPUTE_REQUESTS_THROTTLED,
    429,
    "OperationNotAllowed",
    "The server rejected the request because too many requests have been received for this subscription.",
    details=[{"code": "TooManyRequests", "target": "GET"}],
    innererror={"internalErrorCode": "TooManyRequestsReceived"},
)
def by_the_provider(arm, control):
    return throttled(arm, control, "compute")


@refusals.expect(
    throttling_errors.SUBSCRIPTION_REQUESTS_THROTTLED,
    429,
    "SubscriptionRequestsThrottled",
    f"Number of requests for subscription '{SUBSCRIPTION.rpartition('/')[2]}' and operation 'GET {IMAGE}' exceeded the "
    "backend storage limit. Please try again after '6' seconds.",
)
def by_the_subscription(arm, control):
    return throttled(arm, control, "subscription", retryAfterSeconds=6)


@refusals.expect(
    throttling_errors.RESOURCE_REQUESTS_THROTTLED,
    429,
    "ResourceRequestsThrottled",
    f"Number of requests for action 'GET {IMAGE}' exceeded the limit of '150' for time interval '01:00:00'. "
    "Please try again after '324' seconds.",
)
def by_the_action(arm, control):
    response = throttled(arm, control, "resource", retryAfterSeconds=324)
    assert response.headers["Retry-After"] == "324"
    return response


@refusals.expect(
    throttling_errors.TOO_MANY_REQUESTS,
    429,
    "TooManyRequests",
    f"The request is being throttled as the limit has been reached for operation type 'GET {IMAGE}'.",
)
def plainly(arm, control):
    response = throttled(arm, control, "plain")
    assert "Retry-After" not in response.headers
    return response
