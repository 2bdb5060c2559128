"""A function that an app setting disables: what set it off finds nobody, as in Azure; the master key still runs it."""

import pytest

from dev.host import running_host
from dev.host.settings import is_disabled
from tests.host.client import APPS, Client, read_notes, wait_for

HANDSHAKE = [{"id": "1", "data": {"validationCode": "c0de"}}]


def handshake(app, name):
    headers = {"aeg-event-type": "SubscriptionValidation"}
    return app.post(app.host.event_grid_url(name), key="", json=HANDSHAKE, headers=headers)


@pytest.fixture(params=["AzureWebJobs.{}.Disabled", "AzureWebJobs__{}__Disabled"])
def app(request, notes):
    off = {request.param.format(name): "true" for name in ("on_event", "at_startup", "once_a_year", "sleep")}
    settings = {"NOTES": str(notes), "EVERY_SECOND": "* * * * * *"}
    with running_host(APPS / "events", environment=settings | off) as host:
        yield Client(host)


def test_nothing_but_the_master_key_reaches_it(app, notes):
    refused = handshake(app, "on_event")
    assert (refused.status_code, refused.text) == (404, "cannot find function: 'on_event'")
    webhook = app.host.event_grid_url("on_event")
    assert app.post(webhook, key="", json=[], headers={"aeg-event-type": "Notification"}).status_code == 404
    assert app.request("OPTIONS", webhook, key="").status_code == 404
    for key in ("", app.host.function_key):
        response = app.get("/api/sleep/0", key=key)
        assert (response.status_code, response.content) == (404, b"")
    assert app.get("/api/sleep/0").text == "awake"
    assert app.post("/admin/functions/once_a_year", json={}).status_code == 202
    wait_for(lambda: "once_a_year" in {note["function"] for note in read_notes(notes)})


def test_its_timer_does_not_fire_and_the_others_do(app, notes):
    wait_for(lambda: len(read_notes(notes)) >= 2)
    assert {note["function"] for note in read_notes(notes)} == {"every_second"}
    assert handshake(app, "on_cloud_event").status_code == 200


def test_the_list_of_functions_says_so(app):
    listed = {one["name"]: one["isDisabled"] for one in app.get("/admin/functions").json()}
    assert {name for name, is_off in listed.items() if is_off} == {"on_event", "at_startup", "once_a_year", "sleep"}
    assert app.get("/admin/functions/on_event").json()["isDisabled"] is True


def test_a_function_that_asks_for_a_key_asks_first():
    with running_host(APPS / "http", environment={"AzureWebJobs.with_function_key.Disabled": "1"}) as host:
        app = Client(host)
        codes = [app.get("/api/with_function_key", key=key).status_code for key in ("", "wrong", host.function_key)]
        assert codes == [401, 401, 404]
        assert app.get("/api/with_function_key").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("AzureWebJobs.tagged.Disabled", "true", True),
        ("azurewebjobs.TAGGED.disabled", "True", True),
        ("AzureWebJobs__tagged__Disabled", "1", True),
        ("AzureWebJobs.tagged.Disabled", "false", False),
        ("AzureWebJobs.tagged.Disabled", "0", False),
        ("AzureWebJobs.tagged.Disabled", "yes", False),
        ("AzureWebJobs.other.Disabled", "true", False),
        ("tagged.Disabled", "true", False),
    ],
)
def test_the_setting_is_read_as_the_platform_reads_it(name, value, expected):
    assert is_disabled("tagged", {name: value}) is expected
