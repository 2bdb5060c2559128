"""What is left of what Azure allows: whoever lists much stops before migrations are refused."""

import pytest

from arm.transport import allowance
from arm.transport.allowance import get_leave_to_list, get_wait_seconds, note_left
from arm.transport.errors import ArmThrottledError

OWN, OTHER = "c0ffee00-0000-4000-8000-000000000001", "c0ffee00-0000-4000-8000-000000000002"
LIST = "Microsoft.Compute/ListGalleryImageVersionsInGalleryImage3Min"


@pytest.fixture
def at(monkeypatch):
    """A clock that stands where it is put."""
    now = [1000.0]
    monkeypatch.setattr(allowance, "monotonic", lambda: now[0])

    def put(seconds):
        now[0] = 1000.0 + seconds

    return put


def say(left, name=LIST, subscription=OWN):
    url = f"https://management.azure.com/subscriptions/{subscription.upper()}/providers/Microsoft.Compute/galleries"
    note_left(url, {"x-ms-ratelimit-remaining-resource": f"{name};{left},Microsoft.Compute/GetGallery3Min;349"})


def test_while_enough_is_left_nobody_waits(at):
    for left in (1500, 800, 150):
        say(left)
        assert get_wait_seconds(OWN) == 0


def test_the_last_tenth_is_left_to_others(at):
    say(1500)
    say(149)
    assert get_wait_seconds(OWN.upper()) == 60
    assert get_wait_seconds(OTHER) == 0
    with pytest.raises(ArmThrottledError) as told:
        get_leave_to_list(OWN)
    assert told.value.retry_after_seconds == 60


def test_after_a_minute_it_is_tried_again(at):
    say(1500)
    say(10)
    at(59)
    assert get_wait_seconds(OWN) == 1
    at(60)
    get_leave_to_list(OWN)


def test_it_fills_up_again(at):
    say(1500)
    say(10)
    say(1400)
    assert get_wait_seconds(OWN) == 0


@pytest.mark.parametrize("name", ["Microsoft.Compute/GetOperationResource", "Microsoft.Compute/PutVMResource"])
def test_what_is_left_for_one_resource_keeps_nobody_from_lists(at, name):
    say(40, name)
    say(1, name)
    assert get_wait_seconds(OWN) == 0


@pytest.mark.parametrize("header", ["", "nonsense", "Microsoft.Compute/ListX3Min;many", ";;;", f"{LIST};"])
def test_a_header_that_says_nothing_is_passed_over(header):
    note_left(f"https://management.azure.com/subscriptions/{OWN}/x", {"x-ms-ratelimit-remaining-resource": header})
    note_left("https://management.azure.com/providers/x", {"x-ms-ratelimit-remaining-resource": f"{LIST};1"})
    assert allowance._left == {}


def test_the_subscriptions_that_were_called_last_are_remembered(monkeypatch):
    monkeypatch.setattr(allowance, "MOST_SUBSCRIPTIONS", 1)
    say(9, subscription=OWN)
    say(9, subscription=OTHER)
    assert list(allowance._left) == [OTHER]
