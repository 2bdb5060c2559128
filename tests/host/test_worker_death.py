"""A worker that dies: a new one takes over, and what it had not finished is done again."""

import pytest


def lines(notes):
    return notes.read_text().splitlines() if notes.exists() else []


def test_an_activity_killed_before_it_ran_runs_once(fresh_durable_app, notes):
    fresh_durable_app.host.crash_worker_on("greet", when="before")
    assert fresh_durable_app.run("v1_chain", ["Ada"])["output"] == ["Hello Ada"]
    assert lines(notes) == ["greet Ada"]
    log = fresh_durable_app.host.log_path.read_text()
    assert "Traceback" not in log


def test_an_activity_killed_before_its_result_counted_runs_again(fresh_durable_app, notes):
    fresh_durable_app.host.crash_worker_on("greet", when="after", times=2)
    assert fresh_durable_app.run("v1_chain", ["Ada", "Bo"])["output"] == ["Hello Ada", "Hello Bo"]
    assert lines(notes) == ["greet Ada"] * 3 + ["greet Bo"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_orchestrator_killed_at_any_turn_ends_with_the_right_result(fresh_durable_app, notes, when):
    fresh_durable_app.host.crash_worker_on("v1_chain", when=when, times=2)
    assert fresh_durable_app.run("v1_chain", ["Ada", "Bo"])["output"] == ["Hello Ada", "Hello Bo"]
    assert lines(notes) == ["greet Ada", "greet Bo"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_entity_killed_loses_no_operation(fresh_durable_app, when):
    fresh_durable_app.host.crash_worker_on("count", when=when)
    assert fresh_durable_app.run("asks_entity", 5)["output"] == 5


def test_parallel_work_survives_the_death_of_its_worker(fresh_durable_app):
    fresh_durable_app.host.crash_worker_on("square", when="after", times=3)
    assert fresh_durable_app.run("native_fan_out", list(range(20)))["output"] == sum(n * n for n in range(20))


def test_a_request_whose_worker_dies_is_an_error_and_the_next_one_succeeds(fresh_durable_app):
    fresh_durable_app.host.crash_worker_on("run", when="before")
    assert fresh_durable_app.post("/api/run/v1_chain", json=["Ada"]).status_code == 500
    assert fresh_durable_app.post("/api/run/v1_chain", json=["Ada"]).json() == ["Hello Ada"]
