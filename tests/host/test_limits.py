"""What the real engine refuses or leaves open, seen by an app through its durable client."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dev.host import Limits, running_host
from tests.host.client import APPS, Client, wait_for

MIB = 1024 * 1024
ROOMY = {"AzureFunctionsJobHost__extensions__durableTask__maxGrpcMessageSizeInBytes": str(64 * MIB)}
LONG_START = Limits(start_seconds=4)  # longer than eight calls need to come in, however slow the machine


@pytest.fixture(scope="module")
def app():
    with running_host(APPS / "client") as host:
        yield Client(host)


def refused(response):
    return (response.status_code, response.text) == (502, "RESOURCE_EXHAUSTED")


def start_elsewhere(app, name, value, instance_id):
    """Start over the HTTP API, which has no such limit, and wait for the end."""
    app.start(name, value, instance_id)
    return app.finished(instance_id)


def test_an_app_cannot_send_a_message_of_more_than_four_mib(app):
    app.start("waits", None, "too-much")
    assert refused(app.post("/api/start/waits/large", json="x" * 5 * MIB))
    assert refused(app.post("/api/raise/too-much", json="x" * 5 * MIB))
    assert app.status("large").status_code == 404
    assert app.post("/api/raise/too-much", json="x" * 3 * MIB).status_code == 200
    assert app.finished("too-much")["output"] == 3 * MIB


def test_an_app_cannot_receive_a_message_of_more_than_four_mib(app):
    for number in range(3):
        start_elsewhere(app, "gives_back", 2 * MIB, f"sum-{number}")
    assert refused(app.get("/api/states?prefix=sum-&payloads"))
    assert refused(app.get("/api/states?prefix=sum-"))
    assert [one[0] for one in app.get("/api/states?prefix=sum-&page=1").json()] == ["sum-0", "sum-1", "sum-2"]


def test_the_limit_of_a_message_is_a_setting_of_host_json():
    with running_host(APPS / "client", environment=ROOMY) as host:
        app = Client(host)
        assert app.post("/api/start/waits/large", json="x" * 5 * MIB).status_code == 200
        assert app.get("/api/states?prefix=large&payloads").json()[0][:2] == ["large", True]


def test_a_query_without_payloads_leaves_out_only_the_input(app):
    start_elsewhere(app, "gives_back", 3, "query")
    assert app.get("/api/states?prefix=query").json() == [["query", False, True, True]]
    assert app.get("/api/states?prefix=query&payloads").json() == [["query", True, True, True]]


def test_one_instance_without_payloads_has_none(app):
    start_elsewhere(app, "gives_back", 3, "single")
    assert app.get("/api/state/single").json() == ["single", False, False, False]
    assert app.get("/api/state/single?payloads").json() == ["single", True, True, True]


def test_pages_come_in_the_order_of_instance_ids_until_the_last(app):
    for letter in "cab":
        start_elsewhere(app, "gives_back", 3, f"order-{letter}")
    assert [one[0] for one in app.get("/api/states?prefix=order-&page=2").json()] == ["order-a", "order-b", "order-c"]


def test_ended_instances_are_listed_by_their_end_with_a_token():
    with running_host(APPS / "client") as host:
        app = Client(host)
        for letter in "cab":
            start_elsewhere(app, "gives_back", 3, letter)
        app.start("waits", None, "live")
        first, token = app.get("/api/ended").json()
        assert first == ["c", "a"]
        assert app.get("/api/ended", params={"token": token}).json() == [["b"], None]


def test_a_custom_status_beyond_16_kb_of_utf_16_fails_the_orchestration(app):
    largest = 16 * 1024 // 2 - len('""')
    assert start_elsewhere(app, "sets_status", largest, "just-fits")["output"] == "set"
    failed = start_elsewhere(app, "sets_status", largest + 1, "too-large")
    assert failed["runtimeStatus"] == "Failed"
    assert "CustomStatus is too large: limit = 16 KB (UTF-16), actual = 16.00 KB" in str(failed["output"])
    assert failed["customStatus"] is None


@pytest.mark.parametrize("path", ["/api/start/waits/same", "/runtime/webhooks/durabletask/orchestrators/waits/same"])
def test_everyone_who_starts_an_instance_at_once_is_told_that_they_did(path):
    with running_host(APPS / "client", limits=LONG_START) as host, ThreadPoolExecutor(8) as callers:
        app = Client(host)
        codes = list(callers.map(lambda number: app.post(path, json=number).status_code, range(8)))
        assert len(set(codes)) == 1
        assert codes[0] in (200, 202)
        assert len(app.get("/api/states?prefix=same").json()) == 1
        assert app.post(path, json=9).status_code in (409, 502)


def test_deleting_an_entity_leaves_nothing_of_it(app):
    assert app.get("/api/entity/gone").json() is None
    app.post("/api/entity/gone/add")
    wait_for(lambda: app.get("/api/entity/gone").json() == 1)
    app.post("/api/entity/gone/delete")
    wait_for(lambda: app.get("/api/entity/gone").json() is None)
    listed = app.get(f"{app.durable_url}/entities/counter").json()
    assert "gone" not in [one["entityId"]["key"] for one in listed]
