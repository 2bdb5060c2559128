"""Who holds a place among the versions being made, whose turn it is, and how soon to ask again."""

from datetime import timedelta

import pytest

from migration.course.places import (
    Holder,
    Places,
    Waiter,
    counts,
    counts_unread,
    in_line,
    needs_place,
    pause_seconds,
    queued_in_words,
    to_be_woken,
)
from migration.record.run import Queued
from migration.values.outcome import Phase
from tests.support.samples import NOW, make_ended, make_record, make_run

MINUTE = timedelta(minutes=1)


def holder(number: int, by: str = "", held: timedelta = MINUTE) -> Holder:
    return Holder(migration_id=f"migrate-{number}", run=f"run {number}", since=NOW - held, by=by)


def waiter(number: int, due_in: timedelta = MINUTE) -> Waiter:
    return Waiter(key=f"{number:015d}", migration_id=f"migrate-{number}", run=f"run {number}", due_at=NOW + due_in)


@pytest.mark.parametrize("phase", Phase)
def test_only_what_is_being_made_needs_a_place(phase: Phase):
    run = make_run(phase)
    assert needs_place(make_record(run), run.id) is (phase in {Phase.CREATING, Phase.REPLICATING})


def test_what_has_its_outcome_or_is_another_run_or_has_no_record_needs_no_place():
    run = make_run(Phase.REPLICATING)
    assert not needs_place(make_record(run), "another run")
    assert not needs_place(make_record(make_ended()), make_ended().id)
    assert not needs_place(None, run.id)


@pytest.mark.parametrize("phase", [Phase.CREATING, Phase.REPLICATING])
def test_a_suspended_migration_holds_its_place_as_long_as_its_patience_and_not_for_ever(phase: Phase):
    begun = holder(1).changed(run=make_run().id)
    run = make_run(phase, replication_since=begun.since if phase is Phase.REPLICATING else None)
    patience = run.start.patience.replication
    assert counts(begun, make_record(run), NOW + patience)
    assert not counts(begun, make_record(run), NOW + patience + timedelta(hours=1))
    assert not counts(begun.changed(since=NOW + timedelta(days=365)), make_record(make_run(Phase.CREATING)), NOW)


def test_what_was_asked_for_late_is_made_from_then_on():
    begun = holder(1, held=timedelta(days=2)).changed(run=make_run().id)
    assert counts(begun, make_record(make_run(Phase.REPLICATING, replication_since=NOW)), NOW)


def test_a_cap_that_was_lowered_leaves_no_place_free():
    places = Places(holders=[holder(number) for number in range(5)])
    assert [places.free(cap) for cap in (2, 5, 6)] == [-3, 0, 1]


def test_a_place_that_another_execution_goes_on_with_is_not_given_back_by_the_first():
    first = holder(1, by="first")
    taken_over = Places(holders=[first]).taken_over(first)
    assert taken_over.without([first]).holders == [first.changed(by="")]


def test_two_runs_of_one_image_hold_two_places_until_one_is_looked_at():
    again = holder(1).changed(run="run 2")
    assert len(Places(holders=[holder(1)]).with_holder(again, is_waited_for=False).holders) == 2


@pytest.mark.parametrize(("due_in", "late"), [(-2 * MINUTE, True), (MINUTE, False), (timedelta(days=365), True)])
def test_a_waiter_that_does_not_come_is_passed_over_whatever_its_clock_said(due_in: timedelta, late: bool):
    assert waiter(1, due_in).is_late(NOW) is late
    assert in_line([waiter(1, due_in)], Places(), NOW) == ([] if late else [waiter(1, due_in)])


def test_a_waiter_that_holds_a_place_by_now_keeps_nobody_waiting():
    assert in_line([waiter(1), waiter(2)], Places(holders=[holder(1)]), NOW) == [waiter(2)]


def test_as_many_are_woken_as_find_a_place_and_two_more_and_nobody_twice():
    asleep = [waiter(number) for number in range(1, 9)]
    assert to_be_woken(asleep, 3, NOW) == asleep[:5]
    assert to_be_woken([waiter(1, timedelta(0)), *asleep[1:]], 0, NOW) == asleep[1:2]


@pytest.mark.parametrize("held", [timedelta(0), 20 * MINUTE, timedelta(hours=11)])
def test_those_in_front_ask_within_two_minutes_and_nobody_less_than_every_ten(held: timedelta):
    places = Places(holders=[holder(1, held=held)])
    pauses = [pause_seconds(position, places, NOW) for position in range(1, 1000)]
    assert pauses == sorted(pauses)
    assert 10 <= pauses[0] == pauses[1] <= 120
    assert pauses[-1] == 600


def test_a_clock_that_ran_ahead_keeps_nobody_from_looking_at_the_holders():
    ahead = Places(full_at=NOW + timedelta(days=365))
    assert (ahead.is_look_due(NOW), ahead.may_be_waited_for(NOW)) == (True, False)


def test_five_hundred_holders_are_looked_at_less_often_than_twenty():
    many = Places(holders=[holder(number) for number in range(500)], full_at=NOW)
    few = many.changed(holders=many.holders[:20])
    later = NOW + timedelta(seconds=30)
    assert (few.is_look_due(later), many.is_look_due(later)) == (True, False)


def test_a_holder_that_cannot_be_read_counts_for_a_day_and_not_for_ever():
    assert counts_unread(holder(1), NOW)
    assert not counts_unread(holder(1, held=timedelta(days=2)), NOW)


def test_a_waiter_reads_how_many_are_in_front():
    queued = Queued(since=NOW, position=7, waiting=30, making=20)
    assert queued_in_words(queued) == "7 of 30 in line for a place; 20 versions are being made"
    assert "cannot be read" in queued_in_words(Queued(since=NOW))
