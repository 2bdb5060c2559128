"""A worker that dies: a new one takes over, and what it had not finished is done again."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.host.client import wait_for


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


@pytest.mark.parametrize("name", ["greet", "v1_chain"])
def test_a_worker_killed_while_it_is_at_something_does_that_again(fresh_durable_app, name):
    fresh_durable_app.host.crash_worker_on(name, when="during")
    assert fresh_durable_app.run("v1_chain", ["Ada", "Bo"])["output"] == ["Hello Ada", "Hello Bo"]
    assert fresh_durable_app.host.pending_crashes() == 0


def test_a_crash_that_is_meant_for_one_instance_meets_no_other(fresh_durable_app):
    host = fresh_durable_app.host
    host.crash_worker_on("greet", when="before", about="another-instance")
    fresh_durable_app.run("v1_chain", ["Ada"])
    assert host.pending_crashes("another-instance") == 1
    fresh_durable_app.finished(fresh_durable_app.start("v1_chain", ["Ada"], "just-another-instance-1"))
    assert host.pending_crashes("another-instance") == 0


def test_worker_after_worker_killed_on_purpose_is_followed_at_once(fresh_durable_app):
    """An app that kills its workers itself is started anew after longer and longer pauses."""
    fresh_durable_app.host.crash_worker_on("greet", when="after", times=9)
    assert fresh_durable_app.run("v1_chain", ["Ada"])["output"] == ["Hello Ada"]
    assert fresh_durable_app.host.pending_crashes() == 0


@pytest.mark.parametrize("name", ["greet", "v1_chain"])
@pytest.mark.parametrize("when", ["before", "during", "after"])
def test_a_host_that_dies_at_something_does_that_again_once_it_is_visible(fresh_durable_app, name, when):
    host, hidden = fresh_durable_app.host, timedelta(seconds=1)
    host.fall_over_on(name, when, hidden)
    instance = fresh_durable_app.start("v1_chain", ["Ada", "Bo"])
    wait_for(lambda: host.pending_crashes() == 0)
    fell = datetime.now(UTC)
    wait_for(lambda: host.instance(instance)["runtimeStatus"] == "Completed")
    assert host.instance(instance)["output"] == ["Hello Ada", "Hello Bo"]
    assert datetime.now(UTC) - fell > hidden


def test_a_host_that_comes_back_on_an_empty_hub_knows_of_nothing(fresh_durable_app):
    host = fresh_durable_app.host
    host.fall_over_on("greet", "before", hidden=None)
    instance = fresh_durable_app.start("v1_chain", ["Ada"])
    wait_for(lambda: host.pending_crashes() == 0 and host.instance(instance) is None)
    assert host.instance(instance) is None


def test_what_a_host_was_at_when_it_died_is_done_all_the_same(fresh_durable_app, notes):
    names = [f"Ada {number}" for number in range(20)]
    fresh_durable_app.host.fall_over_on("greet", "before", timedelta(seconds=1))
    started = [fresh_durable_app.start("v1_chain", [name, "Bo"]) for name in names]
    outputs = [fresh_durable_app.finished(one)["output"] for one in started]
    assert outputs == [[f"Hello {name}", "Hello Bo"] for name in names]
    assert fresh_durable_app.host.pending_crashes() == 0
    assert {f"greet {name}" for name in names} <= set(lines(notes))
