"""Event Grid deliveries, timers, functions run by hand, and a function that takes too long."""

import pytest

from dev.host import running_host
from tests.host.client import APPS, Client, read_notes, wait_for


@pytest.fixture
def app(notes):
    settings = {"NOTES": str(notes), "EVERY_SECOND": "* * * * * *"}
    with running_host(APPS / "events", environment=settings) as host:
        yield Client(host)


def event(number, **data):
    return {
        "id": f"event-{number}",
        "topic": "/subscriptions/x",
        "subject": "/images/a",
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": "2026-01-01T00:00:00.1234567Z",
        "data": data,
        "dataVersion": "2",
        "metadataVersion": "1",
    }


def cloud_event(number, **data):
    return {"specversion": "1.0", "id": f"cloud-{number}", "source": "/s", "type": "t", "data": data}


def deliver(app, function, body, content_type="application/json", **headers):
    headers = {"aeg-event-type": "Notification", "Content-Type": content_type, **headers}
    return app.post(app.host.event_grid_url(function), key="", json=body, headers=headers)


def of(notes, function):
    return [note for note in read_notes(notes) if note["function"] == function]


def test_the_subscription_handshake_echoes_the_code(app):
    validation = {
        "id": "1",
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "data": {"validationCode": "c0de"},
    }
    response = deliver(app, "on_event", [validation], **{"aeg-event-type": "SubscriptionValidation"})
    assert (response.status_code, response.json()) == (200, {"validationResponse": "c0de"})
    assert deliver(app, "on_event", [{}], **{"aeg-event-type": "SubscriptionValidation"}).status_code == 400


def test_the_cloud_events_handshake_allows_the_origin(app):
    url = app.host.event_grid_url("on_cloud_event")
    response = app.request("OPTIONS", url, key="", headers={"WebHook-Request-Origin": "eventgrid.azure.net"})
    assert response.status_code == 200
    assert response.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"
    assert app.request("OPTIONS", url, key="").status_code == 400


def test_every_event_of_a_delivery_is_one_invocation(app, notes):
    assert deliver(app, "on_event", [event(1, a=1), event(2, a=2)]).status_code == 202
    seen = sorted(of(notes, "on_event"), key=lambda note: note["id"])
    assert [note["id"] for note in seen] == ["event-1", "event-2"]
    assert seen[0]["data"] == {"a": 1}
    assert seen[0]["subject"] == "/images/a"


def test_cloud_events_arrive_single_and_in_batches(app, notes):
    single, batch = "application/cloudevents+json", "application/cloudevents-batch+json"
    assert deliver(app, "on_cloud_event", cloud_event(1, a=1), single).status_code == 202
    assert deliver(app, "on_cloud_event", [cloud_event(2), cloud_event(3)], batch).status_code == 202
    assert {note["id"] for note in of(notes, "on_cloud_event")} == {"cloud-1", "cloud-2", "cloud-3"}


def test_a_failing_event_fails_the_delivery_so_that_it_is_sent_again(app, notes):
    assert deliver(app, "on_event", [event(1), event(2, fail=True)]).status_code == 500
    assert deliver(app, "on_event", [event(2)]).status_code == 202


def test_wrong_key_function_or_body_are_refused(app):
    right = app.host.event_grid_url("on_event")
    assert app.post(right.replace("code=", "code=x"), key="", json=[event(1)]).status_code == 401
    assert app.post(right.replace("on_event", "unknown"), key="", json=[event(1)]).status_code == 404
    assert app.post(right, key="", data="{", headers={"aeg-event-type": "Notification"}).status_code == 400
    assert deliver(app, "on_event", ["text"]).status_code == 400
    assert deliver(app, "on_event", [event(1)], **{"aeg-event-type": "Nonsense"}).status_code == 400


def test_timers_run_at_startup_and_by_schedule(app, notes):
    wait_for(lambda: of(notes, "at_startup") and len(of(notes, "every_second")) >= 2)
    assert of(notes, "at_startup") == [{"function": "at_startup", "past_due": False}]
    first, second = (note["next"] for note in of(notes, "every_second")[:2])
    assert first < second
    assert of(notes, "once_a_year") == []


def test_timers_queue_and_event_functions_can_be_run_by_hand(app, notes):
    assert app.post("/admin/functions/once_a_year", json={}).status_code == 202
    assert app.post("/admin/functions/on_message", json={"input": "hello"}).status_code == 202
    wait_for(lambda: of(notes, "once_a_year") and of(notes, "on_message"))
    assert of(notes, "on_message")[0]["body"] == "hello"
    assert app.post("/admin/functions/once_a_year", key=app.host.function_key).status_code == 403
    assert app.post("/admin/functions/on_message", data="[]").status_code == 400


def test_a_function_beyond_its_time_fails_and_the_worker_is_replaced(app):
    assert app.get("/api/sleep/30").status_code == 500
    assert app.get("/api/sleep/0").text == "awake"
