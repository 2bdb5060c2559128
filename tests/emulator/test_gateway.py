"""What every call must bring, and what becomes of calls the emulator does not know."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.support.documents import COMPUTE, image_id

IMAGES = f"{IMAGES_GROUP}/providers/Microsoft.Compute/images"


def error_of(response):
    return response.status_code, response.json()["error"]["code"]


def test_a_call_without_a_token_is_not_authenticated(arm):
    del arm.session.headers["Authorization"]
    assert error_of(arm("GET", IMAGES, api=COMPUTE)) == (401, "AuthenticationFailed")


def test_an_unknown_route_is_not_emulated_and_says_so(arm):
    response = arm("GET", f"{IMAGES_GROUP}/providers/Microsoft.Network/virtualNetworks", api=COMPUTE)
    assert error_of(response) == (501, "NotEmulated")
    assert "GET https://localhost" in response.json()["error"]["message"]
    assert "Microsoft.Network/virtualNetworks" in response.json()["error"]["message"]


def test_an_unknown_method_of_a_known_path_is_not_emulated(arm):
    assert error_of(arm("POST", f"{IMAGES}/x", {}, api=COMPUTE)) == (501, "NotEmulated")


def test_an_unknown_api_version_is_not_emulated_and_is_named(arm):
    response = arm("GET", IMAGES, api="1999-01-01")
    assert error_of(response) == (501, "NotEmulated")
    assert "1999-01-01" in response.json()["error"]["message"]


def test_a_call_without_api_version_is_refused(arm):
    assert error_of(arm("GET", arm.url + IMAGES)) == (400, "MissingApiVersionParameter")


@pytest.mark.parametrize("content", ["{", "[]", '"text"', "", "nul", '{"location": NaN}'])
def test_malformed_content_is_refused(arm, content):
    response = arm.session.put(f"{arm.url}{IMAGES}/x", params={"api-version": COMPUTE}, data=content, timeout=30)
    assert error_of(response) == (400, "InvalidRequestContent")


def test_too_much_content_is_refused(arm):
    content = b'{"tags": "' + b"x" * 5_000_000 + b'"}'
    response = arm.session.put(f"{arm.url}{IMAGES}/x", params={"api-version": COMPUTE}, data=content, timeout=30)
    assert error_of(response) == (413, "RequestEntityTooLarge")


@pytest.mark.parametrize("trick", ["a%2Fb", "..%2F..", "a%2fversions%2f1.0.0"])
def test_encoded_slashes_do_not_reach_another_resource(arm, trick):
    assert error_of(arm("GET", f"{IMAGES}/{trick}", api=COMPUTE)) == (501, "NotEmulated")


def test_another_subscription_does_not_exist(arm):
    path = "/subscriptions/11111111-0000-4000-8000-000000000001/providers/Microsoft.Compute/images"
    assert error_of(arm("GET", path, api=COMPUTE)) == (404, "SubscriptionNotFound")


def test_next_links_continue_where_the_page_ended(arm, control):
    control.settings(pageSize=3)
    first = arm("GET", IMAGES, api=COMPUTE).json()
    assert [image["name"] for image in first["value"]] == ["debian-legacy", "shop-frontend", "ubuntu-web"]
    assert first["nextLink"].startswith(arm.url)
    second = arm("GET", first["nextLink"]).json()
    assert [image["name"] for image in second["value"]] == ["windows-build"]
    assert "nextLink" not in second


def test_a_forged_page_token_is_refused(arm):
    assert error_of(arm("GET", IMAGES, api=COMPUTE, **{"$skiptoken": "%%%"})) == (400, "InvalidParameter")


def test_the_operation_of_somebody_else_is_not_found(arm):
    path = image_id("x").partition("/resourceGroups")[0]
    path += "/providers/Microsoft.Compute/locations/eastus2/operations/none"
    assert arm("GET", path, api=COMPUTE).status_code == 404
