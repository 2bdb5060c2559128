"""Event Grid deliveries, timers, functions run by hand, and a function that takes too long."""

import json

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
    assert (response.status_code, response.text) == (200, '{"validationResponse":"c0de"}')
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    cloud = {"data": json.dumps({"validationCode": "c1de"})}
    assert deliver(app, "on_event", cloud, **{"aeg-event-type": "SubscriptionValidation"}).json() == {
        "validationResponse": "c1de"
    }
    for nothing in ([{}], [], {}, 7, "text", None):
        refused = deliver(app, "on_event", nothing, **{"aeg-event-type": "SubscriptionValidation"})
        assert refused.status_code == 500, nothing


def test_the_cloud_events_handshake_allows_the_origin(app):
    url = app.host.event_grid_url("on_cloud_event")
    for headers in ({"WebHook-Request-Origin": "example.org", "WebHook-Request-Rate": "9"}, {}):
        response = app.request("OPTIONS", url, key="", headers=headers)
        assert response.status_code == 200
        assert response.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"
        assert "WebHook-Allowed-Rate" not in response.headers


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
    failed = deliver(app, "on_event", [event(1), event(2, fail=True)])
    assert (failed.status_code, failed.text) == (500, "Exception while executing function: Functions.on_event")
    assert deliver(app, "on_event", [event(2)]).status_code == 202


def test_wrong_key_function_or_body_are_refused(app):
    right = app.host.event_grid_url("on_event")
    wrong = app.post(right.replace("code=", "code=x"), key="", json=[event(1)])
    assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert app.post(right, key=app.host.durable_key, json=[event(1)]).status_code == 403
    for name in ("unknown", "On_Event", ""):
        unknown = app.post(right.replace("on_event", name), key="", json=[event(1)])
        assert (unknown.status_code, unknown.text) == (404, f"cannot find function: '{name}'")
        assert unknown.headers["Content-Type"] == "text/plain; charset=utf-8"
    for body in ("{", "no json", "", "7"):
        assert app.post(right, key="", data=body, headers={"aeg-event-type": "Notification"}).status_code == 500
    assert deliver(app, "on_event", ["text"]).status_code == 500


def test_a_delivery_is_known_by_its_header_alone(app, notes):
    url = app.host.event_grid_url("on_event")
    for headers in ({}, {"aeg-event-type": "Nonsense"}, {"Content-Type": "application/cloudevents+json"}):
        refused = app.post(url, key="", json=[event(1)], headers=headers)
        assert (refused.status_code, refused.content) == (400, b"")
    assert app.get(url, key="").status_code == 400
    assert app.request("DELETE", url, key="").status_code == 400
    assert app.request("PUT", url, key="").status_code == 404
    assert deliver(app, "on_event", [event(1)], **{"aeg-event-type": "Unsubscribe"}).status_code == 202
    assert of(notes, "on_event") == []


def test_a_delivery_may_be_one_event_none_or_one_without_an_id(app, notes):
    nameless = {name: value for name, value in event(3).items() if name != "id"}
    assert deliver(app, "on_event", []).status_code == 202
    assert deliver(app, "on_event", event(1)).status_code == 202
    assert deliver(app, "on_event", [nameless]).status_code == 202
    assert [note["id"] for note in of(notes, "on_event")] == ["event-1", None]


def test_the_webhooks_own_name_may_be_written_in_any_case(app):
    url = app.host.event_grid_url("on_event").replace("webhooks/eventgrid", "WebHooks/EventGrid")
    assert app.post(url, key="", json=[], headers={"aeg-event-type": "Notification"}).status_code == 202


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


def test_a_function_beyond_its_time_fails_and_the_worker_is_replaced(app):
    assert app.get("/api/sleep/30").status_code == 500
    assert app.get("/api/sleep/0").text == "awake"
