"""A soak in the record: it begins by an accepted question alone, and no delete is sent before it is over."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from migration.approval.soak import Soak
from migration.record.admitting import admitted
from migration.record.asking import asked_anew
from migration.record.closing import decided
from migration.record.deletion import sending
from migration.record.question import Decided, Stage
from migration.record.run import Run
from migration.record.soaking.moves import looked_at, postponed, served, soaking
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from migration.values.value import OLDEST_READER, SOAK_READER
from tests.support.samples import (
    NOW,
    SOURCE,
    changed,
    make_approval,
    make_copied,
    make_ended,
    make_person,
    make_plan,
    make_question,
    make_record,
    make_request,
    make_run,
    make_start,
)
from tests.unit.stages import VALIDITY, code, of, run_of

DAYS = timedelta(days=14)
OVER = NOW + DAYS
SOAK = Soak(began_at=NOW, until=OVER, copied=make_copied())
WHY = Refusal(code="SourceInUse", message="a machine uses it")


def promoting(**changes: Any) -> Run:
    question = make_question(**{"precedes_soak": True, "stage": Stage.ACCEPTED} | changes)
    return make_run(Phase.PROMOTING, plan=make_plan(soak=DAYS), question=question)


def in_soak(**changes: Any) -> Run:
    run = make_run(Phase.SOAKING, plan=make_plan(soak=DAYS), soak=SOAK, question=promoting().question)
    return changed(run, changes)


def test_it_begins_with_the_version_that_was_accepted_and_lasts_as_planned():
    run = run_of(soaking(promoting(), NOW))
    assert (run.phase, run.soak) == (Phase.SOAKING, SOAK)


@pytest.mark.parametrize(
    "changes",
    [{"precedes_soak": False}, *({"stage": stage} for stage in Stage if stage is not Stage.ACCEPTED)],
    ids=str,
)
def test_it_begins_by_an_accepted_first_question_alone(changes: dict[str, Any]):
    assert code(soaking(promoting(**changes), NOW)) == "NotApproved"


def test_it_is_not_over_before_its_time():
    assert code(served(in_soak(), OVER - timedelta(seconds=1))) == "OtherPhase"
    run = run_of(served(in_soak(promoted=True, operation_url="https://x/old", stays_excluded="older"), OVER))
    assert run.soak is not None
    assert (run.phase, run.soak.served) == (Phase.VERIFYING, True)
    assert (run.promoted, run.operation_url, run.stays_excluded) == (False, None, None)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.SOAKING])
def test_in_no_other_phase_is_there_a_soak_to_be_changed(phase: Phase):
    run = make_run(phase, soak=SOAK)
    moves = [served(run, OVER), looked_at(run, OVER), postponed(run, WHY, OVER, OVER, is_known=True)]
    assert [code(one) for one in moves] == ["OtherPhase"] * 3


def reminders(run: Run, at: datetime, *, is_known: bool = True) -> Run:
    return run_of(postponed(run, WHY, at, at + timedelta(days=1), is_known=is_known)).changed(owed=[])


def owed_by(run: Run, at: datetime, *, is_known: bool = True) -> int:
    return len(run_of(postponed(run, WHY, at, at + timedelta(days=1), is_known=is_known)).owed)


def test_people_are_reminded_once_an_interval_and_not_at_every_look():
    assert owed_by(in_soak(), OVER) == 1
    told = reminders(in_soak(), OVER)
    assert owed_by(told, OVER + timedelta(hours=23)) == 0
    assert owed_by(told, OVER + timedelta(hours=24)) == 1


def test_nobody_is_told_of_an_azure_that_was_away_for_a_moment():
    assert owed_by(in_soak(), OVER, is_known=False) == 0
    told = reminders(in_soak(), OVER, is_known=False)
    assert owed_by(told, OVER + timedelta(hours=24), is_known=False) == 1


def test_a_reminder_that_is_owed_still_is_not_owed_twice():
    run = run_of(postponed(in_soak(), WHY, OVER, OVER, is_known=True))
    again = run_of(postponed(run, WHY, OVER + timedelta(days=2), OVER, is_known=True))
    assert len(again.owed) == 1
    assert run_of(served(again, OVER + timedelta(days=3))).owed == []


def test_asked_again_in_a_soak_it_is_said_until_when_it_lasts():
    refusal = asked_anew(in_soak(), "question 1", make_person("Bob"), NOW)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, f"{OVER:%Y-%m-%d %H:%M}" in refusal.message) == ("Soaking", True)


def test_an_answer_to_the_first_question_is_none_to_the_second():
    second = make_question(id="question 2", soaked_since=NOW, allows=["approve", "reject"])
    run = make_run(Phase.AWAITING_APPROVAL, plan=make_plan(soak=DAYS), soak=SOAK.changed(served=True), question=second)
    record = make_record(run)
    assert code(decided(record, "run 1", "question 1", make_approval(), NOW)) == "OtherQuestion"
    assert code(decided(record, "run 1", "question 2", make_approval(decision="accept"), NOW)) == "QuestionClosed"


def approved(**changes: Any) -> Run:
    known = Decided(approval=make_approval(), at=OVER)
    question = make_question(stage=Stage.APPROVED, decided=known, soaked_since=NOW)
    plan = make_plan(soak=DAYS)
    run = make_run(Phase.DELETING_SOURCE, plan=plan, question=question, soak=SOAK.changed(served=True))
    return changed(run, changes)


def test_a_delete_is_sent_after_the_soak():
    assert code(sending(make_record(approved()), "run 1", "question 1", "attempt", OVER, VALIDITY)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"soak": None},
        {"soak": SOAK},
        {"question": make_question(stage=Stage.APPROVED, decided=Decided(approval=make_approval(), at=OVER))},
    ],
    ids=["no soak", "not over", "asked before it"],
)
def test_no_delete_is_sent_of_a_plan_with_a_soak_before_it_was_over(changes: dict[str, Any]):
    """Whatever the question allowed, and whoever approved it."""
    record = make_record(approved(**changes))
    assert code(sending(record, "run 1", "question 1", "attempt", OVER, VALIDITY)) == "NotApproved"


def test_a_run_that_asks_again_has_what_was_soaked_and_no_more():
    over, short = SOAK.changed(served=True), make_ended(soak=SOAK, plan=make_plan(soak=DAYS))
    for before, soak in ((short, None), (short.changed(soak=over), over)):
        run = of(admitted(make_record(before), make_start(), "run 2", OVER, before=before)).run
        assert run is not None
        assert (run.phase, run.soak) == (Phase.VERIFYING, soak)


def test_a_record_asks_for_a_reader_that_knows_soaks_as_soon_as_one_is_wished_and_from_then_on():
    assert make_record(make_run()).oldest_reader == OLDEST_READER
    wished = make_start(request=make_request(soak="P14D"))
    record = make_record(make_run(start=wished))
    assert record.oldest_reader == SOAK_READER
    assert record.changed(run=make_run()).oldest_reader == SOAK_READER
    for run in (make_run(plan=make_plan(soak=DAYS)), make_run(soak=SOAK)):
        assert make_record(run).oldest_reader == SOAK_READER
    assert make_record(make_run(start=wished), oldest_reader=99).oldest_reader == 99


def test_of_an_old_run_no_soak_is_kept():
    assert in_soak().as_a_line().soak is None
    assert SOURCE in in_soak().as_a_line().start.source_image_id
