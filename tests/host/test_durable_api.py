"""The durable HTTP API: shapes and status codes as the extension documents them."""

from urllib.parse import quote

import pytest

from tests.host.client import wait_for


def url(app, *parts):
    return "/".join([app.durable_url, *parts])


def post(app, *parts, **more):
    return app.post(url(app, *parts), **more)


@pytest.fixture
def waiting(durable_app):
    """An instance that waits for its Approval event; terminated afterwards if it still does."""
    instance = durable_app.start("wait_for_event")
    wait_for(lambda: durable_app.status(instance).json()["customStatus"] == "waiting")
    yield instance
    post(durable_app, "instances", instance, "terminate")


def test_every_operation_needs_the_system_key(durable_app):
    for method, path in [
        ("GET", "instances"),
        ("GET", "instances/x"),
        ("POST", "orchestrators/v1_chain"),
        ("DELETE", "instances/x"),
        ("GET", "nonsense"),
    ]:
        for key in ("", "wrong"):
            response = durable_app.request(method, url(durable_app, path), key=key)
            assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        other = durable_app.request(method, url(durable_app, path), key=durable_app.host.function_key)
        assert (other.status_code, other.content) == (403, b"")
    by_query = durable_app.request(
        "GET", url(durable_app, "instances"), key="", params={"code": durable_app.host.durable_key}
    )
    assert by_query.status_code == 200


def test_what_does_not_exist_is_not_found(durable_app):
    for method, path in [
        ("GET", "instances/none"),
        ("POST", "instances/none/terminate"),
        ("POST", "instances/none/suspend"),
        ("POST", "instances/none/resume"),
        ("DELETE", "instances/none"),
        ("POST", "instances/none/raiseEvent/E"),
        ("GET", "entities/counter/none"),
        ("GET", "nonsense"),
        ("PUT", "instances/none"),
        ("GET", "orchestrators/v1_chain"),
        ("GET", "instances/a/b/c/d"),
        ("GET", "instances//terminate"),
        ("POST", "instances/none/nonsense"),
        ("GET", "instances/none/terminate"),
        ("POST", "orchestrators"),
        ("POST", "orchestrators/v1_chain/a%2Fb"),
        ("OPTIONS", "instances"),
        ("HEAD", "instances"),
    ]:
        response = durable_app.request(method, url(durable_app, path))
        assert (response.status_code, response.content) == (404, b""), path


def test_verbs_that_no_webhook_takes_are_not_found_even_without_a_key(durable_app):
    for method in ("PUT", "PATCH", "HEAD"):
        assert durable_app.request(method, url(durable_app, "instances"), key="").status_code == 404


def test_errors_are_json_with_a_message(durable_app, waiting):
    def message(response):
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        return response.status_code, response.json()["Message"]

    details = {"Message", "ExceptionMessage", "ExceptionType", "StackTrace"}
    no_json = post(durable_app, "orchestrators", "v1_chain", data="{no json")
    assert message(no_json) == (400, "Invalid JSON content")
    assert no_json.json().keys() == details
    restart = post(durable_app, "instances", "none", "restart")
    assert message(restart) == (400, "InstanceId does not match a valid orchestration instance.")
    assert restart.json().keys() == details
    again = post(durable_app, "orchestrators", "wait_for_event", waiting)
    assert message(again) == (409, "An Orchestration instance with the status Running already exists.")
    event = ("instances", waiting, "raiseEvent", "Approval")
    for more in ({}, {"data": "1", "headers": {"Content-Type": "text/plain"}}, {"data": {"a": "1"}}):
        refused = post(durable_app, *event, **more)
        assert message(refused) == (400, "Only application/json request content is supported")
    empty = post(durable_app, *event, headers={"Content-Type": "application/json"})
    assert message(empty) == (400, "Invalid JSON content")
    impatient = post(durable_app, "orchestrators", "v1_chain", params={"timeout": 1, "pollingInterval": 2})
    assert message(impatient) == (400, "Total timeout 1 should be bigger than retry timeout 2")
    purge = durable_app.request("DELETE", url(durable_app, "instances"))
    assert (purge.status_code, purge.json()) == (400, "Please provide value for 'createdTimeFrom' parameter.")


def test_another_task_hub_is_not_found(durable_app):
    other = durable_app.get(url(durable_app, "instances"), params={"taskHub": "Other"})
    assert (other.status_code, other.content) == (404, b"")
    assert durable_app.get(url(durable_app, "instances"), params={"taskHub": " "}).status_code == 200
    assert durable_app.get(url(durable_app, "instances"), params={"taskHub": "samplehub"}).status_code == 200


def test_start_answers_with_the_management_links(durable_app):
    response = post(durable_app, "orchestrators", "v1_chain", "my-id", json=["Ada"])
    links = response.json()
    assert response.status_code == 202
    assert response.headers["Location"] == links["statusQueryGetUri"]
    assert response.headers["Retry-After"] == "10"
    assert list(links) == [
        "id",
        "statusQueryGetUri",
        "sendEventPostUri",
        "terminatePostUri",
        "purgeHistoryDeleteUri",
        "restartPostUri",
        "suspendPostUri",
        "resumePostUri",
    ]
    assert links["id"] == "my-id"
    query = f"taskHub=SampleHub&connection=Storage&code={durable_app.host.durable_key}"
    assert links["statusQueryGetUri"] == f"{durable_app.durable_url}/instances/my-id?{query}"
    assert durable_app.finished("my-id")["output"] == ["Hello Ada"]


def test_start_can_wait_for_the_result(durable_app):
    params = {"timeout": "10", "pollingInterval": "0.05"}
    response = post(durable_app, "orchestrators", "v1_chain", json=["Ada"], params=params)
    assert (response.status_code, response.json()) == (200, ["Hello Ada"])


@pytest.mark.parametrize("name", ["unknown", "greet", "Counter"])
def test_what_is_no_orchestrator_is_started_and_fails(durable_app, name):
    instance = durable_app.start(name)
    ended = durable_app.finished(instance)
    assert (ended["runtimeStatus"], ended["name"]) == ("Failed", name)
    expected = f"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info:"
    assert ended["output"]["message"].startswith(expected)


@pytest.mark.parametrize("more", [{}, {"data": " \n"}, {"data": '["Ada"]', "headers": {"Content-Type": "text/plain"}}])
def test_start_asks_for_no_content_type(durable_app, more):
    assert post(durable_app, "orchestrators", "V1_CHAIN", **more).status_code == 202


@pytest.mark.parametrize("instance_id", ["@x", "a\x01b", "l" * 110, "white space", "a+b", "ünlaut"])
def test_start_takes_odd_ids(durable_app, instance_id):
    assert durable_app.start("v1_chain", ["Ada"], quote(instance_id, safe="")) == instance_id
    link = durable_app.status(quote(instance_id, safe=""))
    assert link.json()["instanceId"] == instance_id


def test_a_plus_in_a_path_is_a_space(durable_app):
    assert durable_app.start("v1_chain", ["Ada"], "one+two") == "one two"


def test_an_id_may_be_used_again_once_its_instance_has_ended(durable_app):
    for name in ("Ada", "Grace"):
        durable_app.start("v1_chain", [name], "again")
        assert durable_app.finished("again")["output"] == [f"Hello {name}"]


def test_a_running_instance_is_202_with_its_own_location(durable_app, waiting):
    response = durable_app.status(waiting)
    assert response.status_code == 202
    assert response.headers["Location"] == response.url
    assert response.headers["Retry-After"] == "5"
    assert response.json()["runtimeStatus"] == "Running"
    assert response.json()["name"] == "wait_for_event"


def test_input_and_history_are_shown_as_asked(durable_app):
    instance = durable_app.start("v1_chain", ["Ada"])
    durable_app.finished(instance)
    assert durable_app.status(instance).json()["input"] == ["Ada"]
    assert durable_app.status(instance, showInput="false").json()["input"] is None
    assert "historyEvents" not in durable_app.status(instance).json()
    events = durable_app.status(instance, showHistory="true", showHistoryOutput="true").json()["historyEvents"]
    assert [event["EventType"] for event in events] == ["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"]
    assert (events[0]["FunctionName"], events[0]["Input"]) == ("v1_chain", '["Ada"]')
    assert (events[1]["FunctionName"], events[1]["Input"], events[1]["Result"]) == ("greet", '"Ada"', "Hello Ada")
    assert events[2]["FailureDetails"] is None
    without = durable_app.status(instance, showHistory="true").json()["historyEvents"]
    assert "Result" not in without[1]


def test_a_failed_instance_is_200_or_500_as_asked(durable_app):
    instance = durable_app.start("calls_what_is_missing")
    assert durable_app.finished(instance)["runtimeStatus"] == "Failed"
    assert durable_app.status(instance).status_code == 200
    asked = durable_app.status(instance, returnInternalServerErrorOnFailure="true")
    assert (asked.status_code, asked.json()["runtimeStatus"]) == (500, "Failed")


def test_a_failure_is_described_in_the_history(durable_app):
    instance = durable_app.start("calls_what_is_missing")
    durable_app.finished(instance)
    events = durable_app.status(instance, showHistory="true").json()["historyEvents"]
    failed = {event["EventType"]: event["FailureDetails"] for event in events[1:]}
    assert failed.keys() == {"TaskFailed", "ExecutionCompleted"}
    for details in failed.values():
        assert details.keys() >= {"ErrorType", "ErrorMessage", "InnerFailure", "IsNonRetriable", "Properties"}


def test_an_event_reaches_the_instance(durable_app, waiting):
    response = post(durable_app, "instances", waiting, "raiseEvent", "Approval", json={"ok": True})
    assert response.status_code == 202
    assert durable_app.finished(waiting)["output"] == {"ok": True}
    late = post(durable_app, "instances", waiting, "raiseEvent", "Approval", json=1)
    assert (late.status_code, late.content) == (410, b"")


def test_an_event_is_known_by_its_name_in_any_case(durable_app, waiting):
    assert post(durable_app, "instances", waiting, "RAISEEVENT", "APPROVAL", json={"ok": True}).status_code == 202
    assert durable_app.finished(waiting)["output"] == {"ok": True}
    (event,) = [
        event
        for event in durable_app.status(waiting, showHistory="true").json()["historyEvents"]
        if event["EventType"] == "EventRaised"
    ]
    assert (event["Name"], event["Input"]) == ("APPROVAL", '{"ok": true}')


def test_an_event_must_be_json(durable_app, waiting):
    path = ("instances", waiting, "raiseEvent", "Approval")
    assert post(durable_app, *path, data="text", headers={"Content-Type": "text/plain"}).status_code == 400
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": }', b""):
        response = post(durable_app, *path, data=body, headers={"Content-Type": "application/json; charset=odd"})
        assert response.status_code == 400
    assert durable_app.status(waiting).json()["runtimeStatus"] == "Running"


def test_terminate_ends_an_instance_once(durable_app, waiting):
    assert post(durable_app, "instances", waiting, "terminate", params={"reason": "enough"}).status_code == 202
    ended = durable_app.finished(waiting)
    assert (ended["runtimeStatus"], ended["output"]) == ("Terminated", "enough")
    events = durable_app.status(waiting, showHistory="true").json()["historyEvents"]
    assert {"EventType": "ExecutionTerminated", "Timestamp": events[-2]["Timestamp"], "Input": "enough"} in events
    for operation in ("terminate", "suspend", "resume"):
        assert post(durable_app, "instances", waiting, operation).status_code == 410


def test_a_suspended_instance_waits_to_be_resumed(durable_app, waiting):
    assert post(durable_app, "instances", waiting, "suspend", params={"reason": "lunch"}).status_code == 202
    wait_for(lambda: durable_app.status(waiting).json()["runtimeStatus"] == "Suspended")
    assert durable_app.status(waiting).json()["output"] == "lunch"
    assert post(durable_app, "instances", waiting, "suspend").status_code == 202
    assert post(durable_app, "instances", waiting, "raiseEvent", "Approval", json="yes").status_code == 202
    assert durable_app.status(waiting).status_code == 202
    assert post(durable_app, "instances", waiting, "resume").status_code == 202
    assert durable_app.finished(waiting)["output"] == "yes"
    events = durable_app.status(waiting, showHistory="true").json()["historyEvents"]
    reasons = {event["EventType"]: event["Reason"] for event in events if "Reason" in event}
    assert reasons == {"ExecutionSuspended": "lunch", "ExecutionResumed": None}


def test_a_child_names_its_parent(durable_app):
    parent = durable_app.start("renamed_parent", [["Ada"]])
    durable_app.finished(parent)
    listed = durable_app.get(url(durable_app, "instances"), params={"top": 1000}).json()
    assert "parentInstanceId" not in next(one for one in listed if one["instanceId"] == parent)
    (child,) = [one["instanceId"] for one in listed if one.get("parentInstanceId") == parent]
    assert durable_app.status(child).json()["parentInstanceId"] == parent


def test_rewind_repeats_only_what_failed(durable_app, tmp_path):
    path = tmp_path / "late"
    instance = durable_app.start("fails_until_file_exists", str(path))
    assert durable_app.finished(instance)["runtimeStatus"] == "Failed"
    path.write_text("content")
    assert post(durable_app, "instances", instance, "rewind", params={"reason": "file is there"}).status_code == 202
    wait_for(lambda: durable_app.status(instance).json()["runtimeStatus"] == "Completed")
    assert durable_app.status(instance).json()["output"] == ["Hello Ada", "content"]
    again = post(durable_app, "instances", instance, "rewind")
    assert (again.status_code, type(again.json())) == (412, str)
    unknown = post(durable_app, "instances", "none", "rewind")
    assert (unknown.status_code, type(unknown.json())) == (404, str)


def test_restart_runs_the_same_input_again(durable_app):
    instance = durable_app.start("v1_chain", ["Ada"])
    durable_app.finished(instance)
    anew = post(durable_app, "instances", instance, "restart")
    assert anew.status_code == 202
    assert anew.json()["id"] != instance
    assert durable_app.finished(anew.json()["id"])["output"] == ["Hello Ada"]
    same = post(durable_app, "instances", instance, "restart", params={"restartWithNewInstanceId": "false"})
    assert same.json()["id"] == instance
    assert durable_app.finished(instance)["output"] == ["Hello Ada"]


def test_a_running_instance_cannot_be_started_again_as_itself_or_purged(durable_app, waiting):
    same = post(durable_app, "instances", waiting, "restart", params={"restartWithNewInstanceId": "false"})
    assert same.status_code == 409
    assert same.json()["Message"] == "A non-terminal instance with this instance ID already exists."
    anew = post(durable_app, "instances", waiting, "restart")
    assert anew.status_code == 202
    post(durable_app, "instances", anew.json()["id"], "terminate")
    purge = durable_app.request("DELETE", url(durable_app, "instances", waiting))
    assert (purge.status_code, type(purge.json())) == (412, str)


def test_instances_are_listed_by_page_and_filter(durable_app):
    for number in (3, 1, 4, 0, 2):
        durable_app.finished(durable_app.start("v1_chain", ["Ada"], f"page-{number}"))
    query = {"instanceIdPrefix": "page-", "top": 2, "showInput": "false"}
    seen, token = [], ""
    while True:
        page = durable_app.get(url(durable_app, "instances"), params=query, headers={"x-ms-continuation-token": token})
        seen += page.json()
        if not (token := page.headers.get("x-ms-continuation-token")):
            break
    assert [one["instanceId"] for one in seen] == [f"page-{number}" for number in range(5)]
    assert all(one["input"] is None and one["output"] == ["Hello Ada"] for one in seen)

    def listed(**more):
        return len(durable_app.get(url(durable_app, "instances"), params={"instanceIdPrefix": "page-", **more}).json())

    assert listed(runtimeStatus="Running,Failed") == listed(runtimeStatus="0") == listed(runtimeStatus="Canceled") == 0
    assert listed(runtimeStatus="Running,Completed") == listed(runtimeStatus="1") == 5
    assert listed(runtimeStatus="completed,Nonsense", createdTimeFrom="never", top="all") == 5
    assert listed(runtimeStatus="Completed") == 5
    assert listed(createdTimeFrom="2099-01-01T00:00:00Z") == 0
    assert listed(createdTimeTo="2099-01-01T00:00:00Z") == 5


def test_purge_forgets_instances_that_have_ended(durable_app):
    durable_app.finished(durable_app.start("v1_chain", ["Ada"], "purge-one"))
    response = durable_app.request("DELETE", url(durable_app, "instances", "purge-one"))
    assert (response.status_code, response.json()) == (200, {"instancesDeleted": 1})
    assert durable_app.status("purge-one").status_code == 404


def test_purge_by_filter_needs_a_start(durable_app, waiting):
    started = durable_app.start("v1_chain", ["Ada"])
    durable_app.finished(started)
    instances = url(durable_app, "instances")
    assert durable_app.request("DELETE", instances).status_code == 400
    nothing = {"createdTimeFrom": "2099-01-01T00:00:00Z"}
    assert durable_app.request("DELETE", instances, params=nothing).status_code == 404
    response = durable_app.request("DELETE", instances, params={"createdTimeFrom": "2020-01-01T00:00:00Z"})
    assert response.json()["instancesDeleted"] >= 1
    left = [one["instanceId"] for one in durable_app.get(instances, params={"top": 1000}).json()]
    assert waiting in left
    assert started not in left
    assert durable_app.request("DELETE", url(durable_app, "instances", "@gone")).json() == {"instancesDeleted": 0}


def test_entities_are_signalled_read_and_listed(durable_app):
    entity = url(durable_app, "entities", "Counter", "by-http")
    assert durable_app.get(entity).status_code == 404
    unknown = durable_app.get(url(durable_app, "entities", "unknown", "key"))
    assert unknown.status_code == 400
    assert "is not an entity function" in unknown.json()["Message"]
    assert durable_app.post(entity, params={"op": "add"}, json=4).status_code == 202
    assert (
        durable_app.post(
            entity, params={"op": "add"}, data="{", headers={"Content-Type": "application/json"}
        ).status_code
        == 400
    )
    wait_for(lambda: durable_app.get(entity).status_code == 200)
    assert durable_app.get(entity).json() == 4
    listed = durable_app.get(url(durable_app, "entities", "counter"), params={"fetchState": "true"}).json()
    assert {"name": "counter", "key": "by-http"} in [one["entityId"] for one in listed]
    assert [one["state"] for one in listed if one["entityId"]["key"] == "by-http"] == [4]
    assert "state" not in durable_app.get(url(durable_app, "entities")).json()[0]
