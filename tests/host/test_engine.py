"""The engine itself: handing work out again, scheduled starts, rewinding, late results."""

from datetime import UTC, datetime, timedelta

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest
from durabletask.internal import helpers

from dev.host.engine.clock import VirtualClock
from dev.host.engine.engine import Engine
from dev.host.engine.failures import failure_from_text
from dev.host.engine.grpc_context import DIRECT_CALL, EngineRefusedError
from dev.host.engine.limits import IN_MEMORY

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock():
    return VirtualClock(START)


@pytest.fixture
def engine(clock):
    return Engine(clock, IN_MEMORY)


def start(engine, **more):
    engine.StartInstance(pb.CreateInstanceRequest(instanceId="x", name="o", **more), DIRECT_CALL)


def respond(engine, work, *actions):
    engine.complete_orchestration(work, pb.OrchestratorResponse(instanceId=work.instance_id, actions=actions))


def activity(number, name="a"):
    return helpers.new_schedule_task_action(number, name, "1", {})


def completed(result):
    return helpers.new_complete_orchestration_action(9, pb.ORCHESTRATION_STATUS_COMPLETED, result)


def new_events(work):
    return [event.WhichOneof("eventType") for event in work.request.newEvents]


def test_work_that_is_put_back_is_handed_out_again_as_it_was(engine):
    start(engine)
    first = engine.take_orchestration()
    assert engine.take_orchestration() is None
    engine.put_back(first)
    again = engine.take_orchestration()
    assert new_events(again) == new_events(first) == ["orchestratorStarted", "executionStarted"]
    respond(engine, again, activity(1))
    call = engine.take_activity()
    assert engine.take_activity() is None
    engine.put_back(call)
    assert engine.take_activity() == call


def test_what_a_dead_host_had_taken_is_handed_out_only_once_it_is_visible_again(engine, clock):
    start(engine)
    respond(engine, engine.take_orchestration(), activity(1), activity(2))
    call, other = engine.take_activity(), engine.take_activity()
    engine.outlive([call], timedelta(minutes=5))
    clock.advance(timedelta(minutes=4))
    engine.fire_due()
    assert engine.take_activity() is None
    engine.complete_activity(other, '"done"')
    turn = engine.take_orchestration()
    engine.outlive([turn], timedelta(minutes=5))
    clock.advance(timedelta(minutes=1))
    engine.fire_due()
    assert engine.take_activity() == call
    assert engine.take_orchestration() is None
    clock.advance(timedelta(minutes=4))
    engine.fire_due()
    assert new_events(engine.take_orchestration()) == new_events(turn)


def test_a_second_answer_to_the_same_turn_changes_nothing(engine):
    start(engine)
    work = engine.take_orchestration()
    respond(engine, work, completed("1"))
    respond(engine, work, completed("2"))
    assert engine.snapshot("x").output == "1"


def test_a_result_for_an_instance_that_was_started_anew_is_dropped(engine):
    start(engine)
    respond(engine, engine.take_orchestration(), activity(1), completed("1"))
    late = engine.take_activity()
    start(engine)
    respond(engine, engine.take_orchestration(), activity(1))
    engine.complete_activity(late, '"late"')
    assert engine.take_orchestration() is None
    engine.complete_activity(engine.take_activity(), '"right"')
    assert engine.take_orchestration().request.newEvents[-1].taskCompleted.result.value == '"right"'


def test_an_instance_starts_when_it_is_scheduled_to(engine, clock):
    start(engine, scheduledStartTimestamp=helpers.new_timestamp(START + timedelta(hours=1)))
    assert engine.take_orchestration() is None
    assert engine.next_due() == START + timedelta(hours=1)
    clock.advance(timedelta(hours=1))
    engine.fire_due()
    assert engine.take_orchestration().request.newEvents[0].timestamp.ToDatetime(tzinfo=UTC) == clock.now()


def test_a_running_instance_is_not_replaced(engine):
    start(engine)
    with pytest.raises(EngineRefusedError, match="already exists"):
        start(engine)


def test_events_of_one_instance_wait_while_another_turn_of_it_runs(engine):
    start(engine)
    work = engine.take_orchestration()
    engine.RaiseEvent(pb.RaiseEventRequest(instanceId="x", name="E"), DIRECT_CALL)
    assert engine.take_orchestration() is None
    respond(engine, work)
    assert new_events(engine.take_orchestration()) == ["orchestratorStarted", "eventRaised"]


def test_rewinding_repeats_what_was_under_way_when_the_instance_failed(engine, clock):
    start(engine)
    failed = helpers.new_complete_orchestration_action(
        9, pb.ORCHESTRATION_STATUS_FAILED, failure_details=failure_from_text("ValueError: no")
    )
    timer = helpers.new_create_timer_action(2, START + timedelta(hours=1))
    respond(engine, engine.take_orchestration(), activity(1, "slow"), timer, failed)
    engine.complete_activity(engine.take_activity(), "1")
    engine.RaiseEvent(pb.RaiseEventRequest(instanceId="x", name="late"), DIRECT_CALL)
    clock.advance(timedelta(hours=2))
    engine.fire_due()
    engine.RewindInstance(pb.RewindInstanceRequest(instanceId="x"), DIRECT_CALL)
    rewind = engine.take_orchestration()
    assert new_events(rewind) == ["orchestratorStarted", "executionRewound"]
    kept = [event for event in rewind.request.pastEvents if not event.HasField("executionCompleted")]
    for event in kept:
        if event.HasField("executionStarted"):
            event.executionStarted.orchestrationInstance.executionId.value = "another execution"
    history = pb.RewindOrchestrationAction(newHistory=[*kept, *rewind.request.newEvents])
    respond(engine, rewind, pb.OrchestratorAction(id=-1, rewindOrchestration=history))
    assert engine.take_activity().name == "slow"
    engine.fire_due()
    assert new_events(engine.take_orchestration()) == ["orchestratorStarted", "timerFired"]


def test_the_wake_call_comes_for_every_kind_of_news(engine, clock):
    calls = []
    engine.on_work(lambda: calls.append(clock.now()))
    start(engine)
    assert calls
    respond(engine, engine.take_orchestration(), helpers.new_create_timer_action(1, START + timedelta(days=1)))
    seen = len(calls)
    assert seen >= 2
    engine.SignalEntity(pb.SignalEntityRequest(instanceId="@e@k", name="op"), DIRECT_CALL)
    assert len(calls) > seen


@pytest.mark.parametrize(
    ("text", "error_type", "message"),
    [
        ("ValueError: text: more", "ValueError", "text: more"),
        ("no type here: text", "(unknown)", "no type here: text"),
        ("ValueError: ", "ValueError", ""),
        ("nothing", "(unknown)", "nothing"),
    ],
)
def test_a_workers_error_text_is_split_as_the_extension_does(text, error_type, message):
    failure = failure_from_text(text)
    assert (failure.errorType, failure.errorMessage) == (error_type, message)
