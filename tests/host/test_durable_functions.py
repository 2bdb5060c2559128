"""Orchestrations, activities and entities of a sample app, run by the host over its real channels."""

from tests.host.client import wait_for


def test_v1_style_orchestrators_call_activities_in_turn(durable_app):
    ended = durable_app.run("v1_chain", ["Ada", "Grace"])
    assert ended["runtimeStatus"] == "Completed"
    assert ended["output"] == ["Hello Ada", "Hello Grace"]
    assert ended["customStatus"] == {"greeted": 2}


def test_native_orchestrators_fan_out_to_async_activities(durable_app):
    assert durable_app.run("native_fan_out", [1, 2, 3])["output"] == 14


def test_sub_orchestrations_run_under_the_name_they_were_given(durable_app):
    assert durable_app.run("renamed_parent", ["Ada", "Bo"])["output"] == ["Hello Ada", "Hello Bo"]


def test_an_activitys_exception_reaches_the_orchestrator_with_type_and_message(durable_app):
    assert durable_app.run("catches_failure", "no image")["output"] == {"type": "LookupError", "message": "no image"}


def test_calling_an_activity_that_does_not_exist_fails_the_orchestration(durable_app):
    ended = durable_app.run("calls_what_is_missing")
    assert ended["runtimeStatus"] == "Failed"
    assert "no_such_activity" in ended["output"]


def test_absent_inputs_and_outputs_are_none(durable_app):
    ended = durable_app.run("passes_nothing")
    assert (ended["runtimeStatus"], ended["input"], ended["output"]) == ("Completed", None, None)


def test_continue_as_new_starts_a_fresh_history(durable_app):
    instance = durable_app.start("counts_up", 1)
    ended = durable_app.finished(instance)
    assert (ended["input"], ended["output"]) == (5, 5)
    history = durable_app.status(instance, showHistory="true").json()["historyEvents"]
    assert [event["EventType"] for event in history] == ["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"]


def test_timers_fire(durable_app):
    assert durable_app.run("short_timer", 200)["output"] == "done"


def test_entities_keep_state_between_orchestrations(durable_app):
    first = durable_app.run("asks_entity", 2)["output"]
    assert durable_app.run("asks_entity", 3)["output"] == first + 3


def test_the_durable_client_starts_and_waits_for_orchestrations(durable_app):
    response = durable_app.post("/api/run/v1_chain", json=["Ada"])
    assert (response.status_code, response.json()) == (200, ["Hello Ada"])


def test_the_clients_check_status_response_leads_to_the_instance(durable_app):
    response = durable_app.post("/api/start/native_fan_out", json=[3])
    assert response.status_code == 202
    links = response.json()
    assert response.headers["Location"] == links["statusQueryGetUri"]
    assert links["statusQueryGetUri"].endswith(f"/instances/{links['id']}?code={durable_app.host.durable_key}")
    assert "rewindPostUri" in links
    location = response.headers["Location"]
    wait_for(lambda: durable_app.get(location, key="").status_code == 200)
    assert durable_app.get(location, key="").json()["output"] == 9


def test_functions_that_are_not_async_get_a_client_too(durable_app):
    response = durable_app.post("/api/start_sync/v1_chain", json=["Ada"])
    assert response.status_code == 202
    assert durable_app.finished(response.json()["id"])["output"] == ["Hello Ada"]


def test_orchestrators_call_http_through_the_built_in_activity(durable_app):
    url = f"{durable_app.host.url}/admin/host/ping?code={durable_app.host.key}"
    assert durable_app.run("calls_http", url)["output"] == [200, ""]


def test_two_hundred_orchestrations_of_several_activities_finish(durable_app):
    names = ["a", "b", "c", "d"]
    ids = [durable_app.start("v1_chain", names, f"load-{number}") for number in range(200)]
    query = {"instanceIdPrefix": "load-", "runtimeStatus": "Completed", "top": 1000}
    wait_for(lambda: len(durable_app.get(f"{durable_app.durable_url}/instances", params=query).json()) == len(ids))
    ended = durable_app.get(f"{durable_app.durable_url}/instances", params=query).json()
    assert all(one["output"] == [f"Hello {name}" for name in names] for one in ended)


def test_a_large_payload_passes_every_channel_but_the_clients(durable_app):
    name = "x" * 6_000_000
    assert durable_app.run("v1_chain", [name])["output"] == [f"Hello {name}"]
