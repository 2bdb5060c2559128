"""Orchestrations on the stage: real engine, real worker code, virtual time."""

from datetime import UTC, datetime, timedelta

import pytest
from durabletask import task

from dev.host.stage import Stage, StageFunctionUnknownError, StageInstanceUnknownError, StageStuckError
from dev.host.stage.history import replay

START = datetime(2026, 1, 1, tzinfo=UTC)


def wait_for_approval(ctx, request):
    approval = ctx.wait_for_external_event("Approval")
    expiry = ctx.create_timer(timedelta(days=7))
    ctx.set_custom_status({"waitingFor": "approval"})
    winner = yield task.when_any([approval, expiry])
    if winner is expiry:
        return {"outcome": "expired", "at": ctx.current_utc_datetime.isoformat()}
    return {"outcome": approval.get_result(), "request": request}


def test_a_seven_day_timer_fires_when_seven_days_have_passed():
    stage = Stage({"wait": wait_for_approval})
    stage.start("wait", input={"image": "a"}, instance_id="x")
    stage.run()
    assert stage.instance("x").runtime_status == "RUNNING"
    assert stage.instance("x").custom_status == {"waitingFor": "approval"}

    stage.advance(timedelta(days=7) - timedelta(seconds=1))
    assert stage.instance("x").runtime_status == "RUNNING"

    stage.advance(timedelta(seconds=1))
    assert stage.instance("x").runtime_status == "COMPLETED"
    assert stage.instance("x").output == {"outcome": "expired", "at": "2026-01-08T00:00:00"}
    assert stage.now == START + timedelta(days=7)


def test_an_event_wins_against_the_timer_and_carries_its_data():
    stage = Stage({"wait": wait_for_approval})
    stage.start("wait", input={"image": "a"}, instance_id="x")
    stage.run()
    stage.raise_event("x", "Approval", {"approver": "Ada"})
    stage.run()
    assert stage.instance("x").output == {"outcome": {"approver": "Ada"}, "request": {"image": "a"}}


def test_an_event_raised_before_anyone_waits_is_kept():
    stage = Stage({"wait": wait_for_approval})
    stage.start("wait", instance_id="x")
    stage.raise_event("x", "Approval", "yes")
    stage.run()
    assert stage.instance("x").output["outcome"] == "yes"


def call_with_retries(ctx, number):
    policy = task.RetryPolicy(
        first_retry_interval=timedelta(minutes=1), max_number_of_attempts=4, backoff_coefficient=2
    )
    return (yield ctx.call_activity("flaky", input=number, retry_policy=policy))


def test_retries_wait_on_virtual_time():
    attempts = []

    def flaky(number):
        attempts.append(stage.now - START)
        if len(attempts) < 4:
            raise ConnectionError("not yet")
        return number * 2

    stage = Stage({"retry": call_with_retries}, {"flaky": flaky}, now=START)
    stage.start("retry", input=21, instance_id="x")
    stage.advance(timedelta(hours=1))
    assert stage.instance("x").output == 42
    assert attempts == [timedelta(minutes=minutes) for minutes in (0, 1, 3, 7)]
    assert stage.calls == [("flaky", 21)] * 4


def test_a_failed_activity_carries_error_type_and_message():
    def explode(_):
        raise ValueError("colon: inside")

    def orchestrator(ctx, _):
        try:
            yield ctx.call_activity("explode")
        except task.TaskFailedError as error:
            return [error.details.error_type, error.details.message]

    stage = Stage({"o": orchestrator}, {"explode": explode})
    stage.start("o", instance_id="x")
    stage.run()
    assert stage.instance("x").output == ["ValueError", "colon: inside"]


def test_an_exception_without_a_message_is_still_a_failure():
    def explode(_):
        raise ValueError

    def orchestrator(ctx, _):
        yield ctx.call_activity("explode")

    stage = Stage({"o": orchestrator}, {"explode": explode})
    stage.start("o", instance_id="x")
    stage.run()
    assert stage.instance("x").runtime_status == "FAILED"
    assert stage.instance("x").failure.errorMessage


def poll(ctx, state):
    progress = yield ctx.call_activity("progress", input=state["polls"])
    ctx.set_custom_status({"progress": progress})
    if progress >= 100:
        return state["polls"]
    yield ctx.create_timer(timedelta(minutes=1))
    ctx.continue_as_new({"polls": state["polls"] + 1})


def test_a_six_hour_polling_loop_keeps_its_history_short():
    stage = Stage({"poll": poll}, {"progress": lambda polls: polls * 100 / 360})
    stage.start("poll", input={"polls": 0}, instance_id="x")
    stage.advance(timedelta(hours=3))
    assert stage.instance("x").runtime_status == "RUNNING"
    assert stage.instance("x").custom_status == {"progress": 50.0}
    stage.advance(timedelta(hours=3))
    assert stage.instance("x").output == 360
    assert stage.instance("x").longest_history < 15
    assert len(stage.calls) == 361


def test_the_custom_status_survives_continue_as_new_until_it_is_set_again():
    def orchestrator(ctx, generation):
        if generation == 0:
            ctx.set_custom_status("first")
            ctx.continue_as_new(1)
            return
        yield ctx.wait_for_external_event("E")
        ctx.set_custom_status("second")

    stage = Stage({"o": orchestrator})
    stage.start("o", input=0, instance_id="x")
    stage.run()
    assert stage.instance("x").custom_status == "first"
    stage.raise_event("x", "E")
    stage.run()
    assert stage.instance("x").custom_status == "second"


def test_results_of_an_earlier_execution_do_not_reach_the_next_one():
    def orchestrator(ctx, generation):
        if generation == 0:
            ctx.create_timer(timedelta(minutes=5))
            ctx.call_activity("echo", input="old")
            yield ctx.create_timer(timedelta(0))
            ctx.continue_as_new(1)
            return None
        winner = ctx.create_timer(timedelta(hours=1))
        yield winner
        return (yield ctx.call_activity("echo", input="new"))

    stage = Stage({"o": orchestrator}, {"echo": lambda text: text})
    stage.start("o", input=0, instance_id="x")
    stage.advance(timedelta(minutes=30))
    assert stage.instance("x").runtime_status == "RUNNING"
    stage.advance(timedelta(minutes=30))
    assert stage.instance("x").output == "new"


def test_events_survive_continue_as_new():
    def orchestrator(ctx, seen):
        seen = [*(seen or []), (yield ctx.wait_for_external_event("E"))]
        if len(seen) == 3:
            return seen
        ctx.continue_as_new(seen, save_events=True)

    stage = Stage({"o": orchestrator})
    stage.start("o", instance_id="x")
    for number in (1, 2, 3):
        stage.raise_event("x", "E", number)
    stage.run()
    assert stage.instance("x").output == [1, 2, 3]


def parent(ctx, items):
    children = [ctx.call_sub_orchestrator("child", input=item, instance_id=f"child-{item}") for item in items]
    return (yield task.when_all(children))


def test_sub_orchestrations_may_take_days():
    def child(ctx, item):
        yield ctx.create_timer(timedelta(days=item))
        return f"{item} of {ctx.parent_instance_id}"

    stage = Stage({"parent": parent, "child": child})
    stage.start("parent", input=[1, 3], instance_id="x")
    stage.advance(timedelta(days=2))
    assert stage.instance("child-1").runtime_status == "COMPLETED"
    assert stage.instance("x").runtime_status == "RUNNING"
    stage.advance(timedelta(days=1))
    assert stage.instance("x").output == ["1 of x", "3 of x"]


def test_a_failing_sub_orchestration_fails_its_parent_with_the_reason():
    def child(ctx, _):
        raise LookupError("no such image")

    stage = Stage({"parent": parent, "child": child})
    stage.start("parent", input=[1], instance_id="x")
    stage.run()
    assert stage.instance("x").runtime_status == "FAILED"
    assert "no such image" in str(stage.instance("x").failure)


def test_a_terminated_sub_orchestration_fails_its_parent():
    def child(ctx, _):
        yield ctx.wait_for_external_event("never")

    stage = Stage({"parent": parent, "child": child})
    stage.start("parent", input=[1], instance_id="x")
    stage.run()
    stage.terminate("child-1", "enough")
    stage.run()
    assert stage.instance("child-1").runtime_status == "TERMINATED"
    assert stage.instance("child-1").output == "enough"
    assert stage.instance("x").runtime_status == "FAILED"


def counter(ctx, value):
    current = ctx.get_state(int, 0)
    if ctx.operation == "add":
        ctx.set_state(current + value)
        return current + value
    if ctx.operation == "fail":
        raise RuntimeError("no")
    return current


def test_entities_keep_state_and_answer_calls():
    from durabletask.entities import EntityInstanceId

    def orchestrator(ctx, _):
        entity = EntityInstanceId("counter", "a")
        ctx.signal_entity(entity, "add", 2)
        total = yield ctx.call_entity(entity, "add", 3)
        with pytest.raises(task.TaskFailedError):
            yield ctx.call_entity(entity, "fail")
        return total

    stage = Stage({"o": orchestrator}, entities={"Counter": counter})
    stage.signal_entity("Counter", "a", "add", 10)
    stage.start("o", instance_id="x")
    stage.run()
    assert stage.instance("x").output == 15
    assert stage.entity_state("counter", "a") == 15


def test_a_locked_entity_serves_only_the_owner_of_the_lock():
    from durabletask.entities import EntityInstanceId

    entity = EntityInstanceId("counter", "a")

    def holder(ctx, _):
        with (yield ctx.lock_entities([entity])):
            before = yield ctx.call_entity(entity, "get")
            yield ctx.create_timer(timedelta(hours=1))
            after = yield ctx.call_entity(entity, "get")
        return [before, after]

    stage = Stage({"holder": holder}, entities={"counter": counter})
    stage.start("holder", instance_id="x")
    stage.advance(timedelta(minutes=1))
    stage.signal_entity("counter", "a", "add", 5)
    stage.advance(timedelta(minutes=1))
    assert stage.entity_state("counter", "a") is None
    stage.advance(timedelta(hours=1))
    assert stage.instance("x").output == [0, 0]
    assert stage.entity_state("counter", "a") == 5


def test_a_terminated_orchestration_releases_its_locks():
    from durabletask.entities import EntityInstanceId

    entity = EntityInstanceId("counter", "a")

    def holder(ctx, _):
        with (yield ctx.lock_entities([entity])):
            yield ctx.wait_for_external_event("never")

    stage = Stage({"holder": holder}, entities={"counter": counter})
    stage.start("holder", instance_id="x")
    stage.run()
    stage.signal_entity("counter", "a", "add", 5)
    stage.run()
    assert stage.entity_state("counter", "a") is None
    stage.terminate("x")
    stage.run()
    assert stage.entity_state("counter", "a") == 5


def test_a_lock_is_not_granted_to_an_orchestration_that_has_ended_meanwhile():
    from durabletask.entities import EntityInstanceId

    entity = EntityInstanceId("counter", "a")

    def holder(ctx, _):
        with (yield ctx.lock_entities([entity])):
            yield ctx.wait_for_external_event("Release")

    stage = Stage({"holder": holder}, entities={"counter": counter})
    stage.start("holder", instance_id="first")
    stage.run()
    stage.start("holder", instance_id="second")
    stage.run()
    stage.terminate("second")
    stage.run()
    stage.raise_event("first", "Release")
    stage.signal_entity("counter", "a", "add", 5)
    stage.run()
    assert stage.entity_state("counter", "a") == 5


def test_a_delayed_signal_arrives_on_virtual_time():
    from durabletask.entities import EntityInstanceId

    def orchestrator(ctx, _):
        due = ctx.current_utc_datetime + timedelta(hours=2)
        ctx.signal_entity(EntityInstanceId("counter", "a"), "add", 1, signal_time=due)
        yield ctx.create_timer(timedelta(0))

    stage = Stage({"o": orchestrator}, entities={"counter": counter})
    stage.start("o", instance_id="x")
    stage.advance(timedelta(hours=1))
    assert stage.entity_state("counter", "a") is None
    stage.advance(timedelta(hours=1))
    assert stage.entity_state("counter", "a") == 1


def test_a_suspended_instance_keeps_what_arrives_until_it_is_resumed():
    stage = Stage({"wait": wait_for_approval})
    stage.start("wait", instance_id="x")
    stage.run()
    stage.suspend("x")
    stage.run()
    stage.raise_event("x", "Approval", "yes")
    stage.run()
    assert stage.instance("x").runtime_status == "SUSPENDED"
    stage.resume("x")
    stage.run()
    assert stage.instance("x").output["outcome"] == "yes"


def test_a_suspended_instance_can_be_terminated():
    stage = Stage({"wait": wait_for_approval})
    stage.start("wait", instance_id="x")
    stage.suspend("x")
    stage.run()
    stage.terminate("x")
    stage.run()
    assert stage.instance("x").runtime_status == "TERMINATED"


def test_what_arrives_after_the_end_changes_nothing():
    stage = Stage({"wait": wait_for_approval})
    stage.start("wait", instance_id="x")
    stage.run()
    stage.raise_event("x", "Approval", "yes")
    stage.run()
    history = len(stage.instance("x").history)
    stage.raise_event("x", "Approval", "no")
    stage.terminate("x")
    stage.advance(timedelta(days=30))
    assert stage.instance("x").output["outcome"] == "yes"
    assert len(stage.instance("x").history) == history


def test_an_instance_id_can_be_used_again_after_the_end():
    stage = Stage({"wait": wait_for_approval})
    for answer in ("first", "second"):
        stage.start("wait", instance_id="x")
        stage.raise_event("x", "Approval", answer)
        stage.run()
        assert stage.instance("x").output["outcome"] == answer


def test_v1_style_orchestrators_and_async_activities_work():
    def orchestrator(context):
        name = context.get_input()
        return (yield context.call_activity("greet", name))

    async def greet(name):
        return f"Hello {name}"

    stage = Stage({"o": orchestrator}, {"greet": greet})
    stage.start("o", input="Ada", instance_id="x")
    stage.run()
    assert stage.instance("x").output == "Hello Ada"


def test_time_in_the_orchestration_is_virtual_time():
    def orchestrator(ctx, _):
        times = [ctx.current_utc_datetime.isoformat()]
        yield ctx.create_timer(timedelta(hours=5))
        return [*times, ctx.current_utc_datetime.isoformat()]

    stage = Stage({"o": orchestrator}, now=START)
    stage.start("o", instance_id="x")
    stage.advance(timedelta(hours=5))
    assert stage.instance("x").output == ["2026-01-01T00:00:00", "2026-01-01T05:00:00"]
    assert all(event.timestamp.ToDatetime(tzinfo=UTC) >= START for event in stage.instance("x").history)


def test_calling_what_is_not_on_stage_is_an_error_of_the_test():
    def orchestrator(ctx, _):
        yield ctx.call_activity("mispelt")

    stage = Stage({"o": orchestrator})
    stage.start("o", instance_id="x")
    with pytest.raises(StageFunctionUnknownError, match="mispelt"):
        stage.run()
    with pytest.raises(StageInstanceUnknownError):
        stage.instance("y")


def test_an_orchestration_that_never_waits_is_reported():
    stage = Stage({"o": lambda ctx, _: ctx.continue_as_new(None)}, step_limit=100)
    stage.start("o", instance_id="x")
    with pytest.raises(StageStuckError):
        stage.run()


def two_steps(ctx, value):
    first = yield ctx.call_activity("first", input=value)
    yield ctx.create_timer(timedelta(hours=1))
    return (yield ctx.call_activity("second", input=first))


@pytest.fixture
def stored_history():
    stage = Stage({"two": two_steps}, {"first": lambda n: n + 1, "second": lambda n: n * 2})
    stage.start("two", input=1, instance_id="x")
    stage.advance(timedelta(hours=1))
    assert stage.instance("x").output == 4
    return stage.export_history("x")


def test_replay_of_unchanged_code_has_no_problem(stored_history):
    assert replay(two_steps, stored_history) == []


def test_replay_finds_a_renamed_activity(stored_history):
    def changed(ctx, value):
        first = yield ctx.call_activity("renamed", input=value)
        yield ctx.create_timer(timedelta(hours=1))
        return (yield ctx.call_activity("second", input=first))

    assert "renamed" in replay(changed, stored_history)[0]


def test_replay_finds_changed_order(stored_history):
    def changed(ctx, value):
        yield ctx.create_timer(timedelta(hours=1))
        first = yield ctx.call_activity("first", input=value)
        return (yield ctx.call_activity("second", input=first))

    assert replay(changed, stored_history)


def test_replay_finds_an_added_step_at_the_end(stored_history):
    def changed(ctx, value):
        second = yield from two_steps(ctx, value)
        return (yield ctx.call_activity("third", input=second))

    assert replay(changed, stored_history) == [
        "asks for what the history does not have: scheduleTask third",
        "does not end, the history does",
    ]


def test_replay_finds_a_removed_step(stored_history):
    def changed(ctx, value):
        return (yield ctx.call_activity("first", input=value))

    assert replay(changed, stored_history)


def test_replay_finds_another_result(stored_history):
    def changed(ctx, value):
        return -(yield from two_steps(ctx, value))

    assert replay(changed, stored_history) == ["returns -4, not 4"]


def test_the_history_of_a_waiting_instance_can_be_replayed():
    stage = Stage({"two": two_steps}, {"first": lambda n: n + 1, "second": lambda n: n * 2})
    stage.start("two", input=1, instance_id="x")
    stage.run()
    history = stage.export_history("x")
    assert replay(two_steps, history) == []
    assert replay(wait_for_approval, history)
