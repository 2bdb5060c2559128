"""Event Grid: deliveries are retried by the schedule, given up, sent again, and go wrong on request."""

import pytest

from dev.emulator import ControlRefusedError, Emulator
from tests.emulator.event_receiver import Receiver, attempts, record, running_receiver, tag
from tests.support.documents import Arm, seed_image
from tests.support.waiting import eventually


def test_every_subscription_gets_every_event_and_the_same_endpoint_only_one(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    with running_receiver() as other:
        for url in (receiver.url, receiver.url, other.url):
            emulator.control.subscribe(url)
        tag(arm, image, a="1")
        other.wait_for(1)
        delivered = attempts(emulator, 2)
    assert sorted(attempt["endpoint"] for attempt in delivered) == sorted([receiver.url, other.url])


def test_a_failed_delivery_is_tried_again_by_the_schedule(emulator: Emulator, arm: Arm, image: str, receiver: Receiver):
    receiver.answers.extend([500, 502, 500, 202])
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    for count, seconds in ((1, 10), (2, 30), (3, 60)):
        assert len(attempts(emulator, count)) == count
        emulator.control.advance(seconds - 1)
        assert len(record(emulator)["deliveries"]) == count
        emulator.control.advance(1)
    assert [attempt["status"] for attempt in attempts(emulator, 4)] == [500, 502, 500, 202]
    assert [received.headers["aeg-delivery-count"] for received in receiver.notifications] == ["0", "1", "2", "3"]
    assert len({received.body[0]["id"] for received in receiver.notifications}) == 1
    assert record(emulator)["deadLetters"] == []


@pytest.mark.parametrize("status", [400, 403, 413])
def test_some_answers_end_in_the_dead_letters_at_once(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver, status: int
):
    receiver.answers.append(status)
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    [dead] = eventually(lambda: record(emulator)["deadLetters"])
    assert (dead["endpoint"], dead["lastDeliveryOutcome"], dead["deliveryAttempts"]) == (receiver.url, status, 1)
    emulator.control.advance(24 * 3600)
    assert len(record(emulator)["deliveries"]) == 1


def test_an_endpoint_that_came_back_gets_the_event_late(emulator: Emulator, arm: Arm, image: str):
    with running_receiver() as receiver:
        emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    [failed] = attempts(emulator, 1)
    assert failed["status"] is None
    assert failed["error"]
    with running_receiver(receiver.port) as again:
        emulator.control.advance(10)
        again.wait_for(1)


def test_an_event_is_given_up_after_a_day(emulator: Emulator, arm: Arm, image: str, receiver: Receiver):
    receiver.answers.extend([500] * 50)
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    count = 0
    while not record(emulator)["deadLetters"]:
        count = len(attempts(emulator, count + 1))
        emulator.control.advance(12 * 3600)
    [dead] = record(emulator)["deadLetters"]
    assert dead["deadLetterReason"] == "TimeToLiveExceeded"


def test_an_event_is_delivered_again_on_request_with_the_same_id(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    receiver.wait_for(1)
    emulator.control.redeliver(record(emulator)["event"]["id"], times=3)
    received = receiver.wait_for(4)
    assert len({notification.body[0]["id"] for notification in received}) == 1


def test_an_unknown_event_cannot_be_delivered_again(emulator: Emulator):
    with pytest.raises(ControlRefusedError) as refusal:
        emulator.control.redeliver("no-such-event")
    assert refusal.value.status == 404


def test_reset_forgets_events_subscriptions_and_what_waited(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    receiver.answers.append(500)
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    attempts(emulator, 1)
    emulator.control.reset()
    assert emulator.control.events() == []
    tag(arm, seed_image(emulator), b="2")
    emulator.control.advance(3600)
    assert record(emulator)["deliveries"] == []
    assert len(receiver.notifications) == 1


def tags_received(receiver: Receiver, count: int) -> list[str]:
    """The subjects of the notifications in the order they came, by the image's name."""
    return [received.body[0]["subject"].split("/")[8] for received in receiver.wait_for(count)]


def test_events_come_in_copies_with_the_same_id_on_request(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    emulator.control.settings(eventCopies=3)
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    assert len({received.body[0]["id"] for received in receiver.wait_for(3)}) == 1
    assert len(attempts(emulator, 3)) == 3


def test_events_come_late_and_in_another_order_on_request(emulator: Emulator, arm: Arm, image: str, receiver: Receiver):
    emulator.control.settings(eventDelaysSeconds=[60, 0])
    emulator.control.subscribe(receiver.url)
    tag(arm, image, a="1")
    tag(arm, seed_image(emulator, "other"), a="1")
    assert tags_received(receiver, 1) == ["other"]
    emulator.control.advance(59)
    assert len(receiver.notifications) == 1
    emulator.control.advance(1)
    assert tags_received(receiver, 2) == ["other", "web"]


def test_events_come_before_a_write_has_ended_on_request_and_not_again(
    emulator: Emulator, arm: Arm, image: str, receiver: Receiver
):
    emulator.control.settings(eventsBeforeTheEnd=True, durationsSeconds={"imageUpdate": 600})
    emulator.control.subscribe(receiver.url)
    assert arm("PATCH", image, {"tags": {"a": "1"}}).status_code == 200
    receiver.wait_for(1)
    assert arm("GET", image).json()["properties"]["provisioningState"] == "Updating"
    emulator.control.advance(600)
    assert arm("GET", image).json()["properties"]["provisioningState"] == "Succeeded"
    assert len(receiver.notifications) == 1
