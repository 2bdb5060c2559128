"""Headers as recorded: what every answer carries, and what says how many calls remain."""

import pytest

from dev.emulator.seed import IMAGES_GROUP
from tests.emulator.documents import GALLERY_ID, definition_body, image_id

IDS = ("x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id")
LEFT = "x-ms-ratelimit-remaining-"
NO_IMAGE = image_id("nothing")


def test_every_answer_has_ids_of_its_own(arm):
    first, second, refused = (arm("GET", path) for path in (IMAGES_GROUP, IMAGES_GROUP, NO_IMAGE))
    for name in IDS:
        assert len({answer.headers[name] for answer in (first, second, refused)}) == 3
    assert first.headers["x-ms-routing-request-id"].endswith(first.headers["x-ms-correlation-request-id"])


@pytest.mark.parametrize(
    ("method", "path", "body", "calls"),
    [
        ("GET", IMAGES_GROUP, None, "subscription-reads"),
        ("PATCH", IMAGES_GROUP, {}, "subscription-writes"),
        ("DELETE", image_id("ubuntu-web"), None, "subscription-deletes"),
        ("GET", "/subscriptions", None, "tenant-reads"),
    ],
)
def test_reads_writes_and_deletes_each_say_how_many_remain(arm, method, path, body, calls):
    answer = arm(method, path, body)
    said = {name.lower() for name in answer.headers if name.lower().startswith(LEFT)}
    of_all_callers = {LEFT + calls.replace("subscription", "subscription-global")}
    assert said - {LEFT + "resource"} == {LEFT + calls} | of_all_callers


def test_what_the_gateway_refuses_counts_for_nobody(arm):
    answer = arm("GET", NO_IMAGE)
    assert answer.headers["x-ms-failure-cause"] == "gateway"
    assert not [name for name in answer.headers if name.lower().startswith(LEFT)]


def test_what_the_provider_refuses_is_counted(arm):
    answer = arm("PUT", f"{GALLERY_ID}/images/x", definition_body(osType="BeOS"))
    assert answer.status_code == 400
    assert {LEFT + "resource", LEFT + "subscription-writes"} <= {name.lower() for name in answer.headers}
