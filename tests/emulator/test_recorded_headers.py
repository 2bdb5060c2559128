"""Headers as recorded: what every answer carries, and what says how many calls remain."""

import pytest

from dev.emulator.seed import IMAGES_GROUP, SHOP_GROUP
from tests.support.documents import GALLERY_ID, definition_body, image_id

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
    of_all_callers = calls.replace("subscription-", "subscription-global-")
    assert said - {LEFT + "resource"} == {LEFT + calls, LEFT + of_all_callers}


def test_older_answers_do_not_say_what_is_left_to_all_callers_together(arm):
    said = arm("GET", IMAGES_GROUP, api="2021-04-01").headers
    assert LEFT + "subscription-reads" in said
    assert LEFT + "subscription-global-reads" not in said


def policies_of(answer):
    return [part.partition(";")[0] for part in answer.headers[LEFT + "resource"].split(",")]


@pytest.mark.parametrize(
    ("api", "windows", "windows_of_polls"),
    [
        ("2021-11-01", ["3Min", "30Min"], ["3Min", "30Min"]),
        ("2022-11-01", ["SubscriptionMaximum"], ["Resource", "SubscriptionMaximum"]),
        ("2024-07-01", ["SubscriptionMaximum"], ["Resource", "SubscriptionMaximum"]),
    ],
)
def test_older_api_versions_name_the_limits_of_three_and_thirty_minutes(arm, api, windows, windows_of_polls):
    begun = arm("PATCH", image_id("ubuntu-web"), {"tags": {}}, api=api)
    poll = arm("GET", begun.headers["Azure-AsyncOperation"])
    assert policies_of(begun) == [f"Microsoft.Compute/CreateImages{window}" for window in windows]
    assert policies_of(poll) == [f"Microsoft.Compute/GetOperation{window}" for window in windows_of_polls]


@pytest.mark.parametrize(("api", "counted"), [("2018-06-01", False), ("2019-03-01", True)])
def test_galleries_were_not_counted_in_2018(arm, api, counted):
    assert (LEFT + "resource" in arm("GET", GALLERY_ID, api=api).headers) == counted


@pytest.mark.parametrize(("method", "policy"), [("GET", "LowCostGet"), ("DELETE", "DeleteVM")])
def test_reads_and_deletes_of_a_machine_are_counted_for_it_too(arm, control, method, policy):
    machine = f"{SHOP_GROUP}/providers/Microsoft.Compute/virtualMachines/vm1"
    control.put_resource({"id": machine, "location": "westeurope"})
    said = policies_of(arm(method, machine))
    assert said == [f"Microsoft.Compute/{policy}{window}" for window in ("SubscriptionMaximum", "Resource")]


def test_what_the_gateway_refuses_counts_for_nobody(arm):
    answer = arm("GET", NO_IMAGE)
    assert answer.headers["x-ms-failure-cause"] == "gateway"
    assert not [name for name in answer.headers if name.lower().startswith(LEFT)]


def test_what_the_provider_refuses_is_counted(arm):
    answer = arm("PUT", f"{GALLERY_ID}/images/x", definition_body(osType="BeOS"))
    assert answer.status_code == 400
    assert {LEFT + "resource", LEFT + "subscription-writes"} <= {name.lower() for name in answer.headers}
