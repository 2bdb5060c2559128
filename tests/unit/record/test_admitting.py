"""Which run may live: one, of this very image, and everything else is told which one that is."""

from typing import Any

import pytest

from migration.asking.request import DeleteSource
from migration.record.admitting import admitted, ended, finished
from migration.record.image_record import Answered, ImageRecord
from migration.record.question import LIVE, MAY_BE_SENT, Stage
from migration.record.run import MOST_REQUESTERS, Person, Run, RunStage
from migration.values.answer import Refusal
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import (
    NOW,
    OWN_ID,
    SOURCE,
    VERSION,
    changed,
    make_copied,
    make_ended,
    make_outcome,
    make_plan,
    make_record,
    make_run,
    make_start,
)
from tests.unit.stages import LATER, at_stage, code, of, run_of

START = make_start(requested_by="Bob", requester_ids=["bob@example.com"])
ASKED = make_ended(requesters=[Person(name="Eve", ids=["eve@example.com"])])


def admit(record: ImageRecord | None, run_id: str = "run 2", **more: Any) -> ImageRecord | Refusal:
    return admitted(record, START, run_id, LATER, **more)


def test_a_first_run_holds_all_that_it_begins_with():
    record = of(admit(None))
    run = run_of(record.run_of("run 2"))
    assert (record.migration_id, record.source_image_id, record.created_at) == (OWN_ID, SOURCE, LATER)
    assert (run.number, run.stage, run.phase, run.start) == (1, RunStage.ADMITTED, Phase.PLANNING, START)
    assert run.requesters == [Person(name="Bob", ids=["bob@example.com"])]
    assert [(entry.event, entry.by, entry.via) for entry in run.audit] == [("requested", "Bob", "request")]


@pytest.mark.parametrize("stage", [RunStage.ADMITTED, RunStage.BEGUN, RunStage.ENDING])
def test_where_a_run_lives_no_other_is_admitted(stage: RunStage):
    record = make_record(make_run(stage=stage))
    assert code(admit(record)) == "UnderWay"
    assert record.run_of("run 1") == record.run


def test_whoever_admits_a_run_again_whose_answer_was_lost_is_told_that_it_is_admitted():
    record = of(admit(make_record(make_ended())))
    assert admit(record) == record
    assert record.run is not None
    assert record.run.number == 2


def test_a_record_of_another_image_admits_nothing():
    """Two images whose ids met shared a record, and one was deleted by the other's approval."""
    record = make_record(make_ended(), source_image_id=f"{SOURCE}2")
    assert code(admit(record)) == "OtherImage"
    assert of(admit(make_record(make_ended(), source_image_id=SOURCE.upper())))


def test_asking_again_takes_up_the_version_of_the_run_before_and_all_who_ever_asked():
    run = run_of(of(admit(make_record(ASKED), before=ASKED)).run_of("run 2"))
    assert (run.before, run.phase, run.image_version_id, run.plan) == ("run 1", Phase.VERIFYING, VERSION, make_plan())
    assert [one.name for one in run.requesters] == ["Eve", "Bob"]
    assert (run.question, run.outcome, run.links, run.decisions) == (None, None, [], [])
    assert [entry.event for entry in run.audit] == ["requested", "asked again"]


@pytest.mark.parametrize(("delete_source", "known"), [(DeleteSource.NEVER, True), (DeleteSource.AFTER_APPROVAL, False)])
def test_asking_again_knows_the_version_as_it_was_only_where_nobody_is_shown_it(
    delete_source: DeleteSource, known: bool
):
    before = changed(ASKED, {"plan": make_plan(delete_source=delete_source), "copied": make_copied()})
    run = run_of(of(admit(make_record(before), before=before)).run_of("run 2"))
    assert run.copied == (make_copied() if known else None)


@pytest.mark.parametrize("missing", [{"image_version_id": None}, {"plan": None}])
def test_asking_again_what_has_no_version_begins_from_planning_and_remembers_who_asked(missing: dict[str, None]):
    before = changed(ASKED, missing)
    run = run_of(of(admit(make_record(before), before=before)).run_of("run 2"))
    assert (run.before, run.phase, run.image_version_id, run.plan) == ("run 1", Phase.PLANNING, None, None)
    assert [one.name for one in run.requesters] == ["Eve", "Bob"]


def test_a_wish_asked_again_for_years_keeps_a_bounded_number_of_requesters():
    """Every run of a chain carried everybody who had asked before it, without end."""
    record = of(admit(make_record(ASKED), before=ASKED))
    for number in range(2 * MOST_REQUESTERS):
        assert record.run is not None
        over = record.run.changed(stage=RunStage.ENDED, outcome=make_outcome(), image_version_id=VERSION)
        record = of(admit(record.changed(run=over), f"run {number + 3}", before=over))
    assert record.run is not None
    assert len(record.run.requesters) <= MOST_REQUESTERS
    assert record.run.requesters[0].name == "Eve"


def test_a_start_without_asking_again_is_nobody_elses_wish():
    run = run_of(of(admit(make_record(ASKED))).run_of("run 2"))
    assert (run.before, [one.name for one in run.requesters]) == (None, ["Bob"])


# How a run ends


def test_an_end_is_written_down_and_then_told_and_lets_others_begin():
    """People were told of an end before anybody had looked, and never heard that the version was the only copy."""
    record = of(ended(make_record(make_run(Phase.CREATING)), "run 1", make_outcome(OutcomeKind.FAILED, "X"), LATER))
    run = run_of(record.run_of("run 1"))
    assert (run.stage, run.phase, run.ended_at) == (RunStage.ENDING, Phase.DONE, LATER)
    assert run.owed == []
    assert (run.audit[-1].event, run.audit[-1].kind) == ("ended", "Failed")
    assert code(admit(record)) == "UnderWay"
    over = finished(run, LATER)
    assert [notice.occasion for notice in over.owed] == [Occasion.FAILED]
    assert finished(over, LATER) == over, "it is owed once"
    following = of(admit(record.changed(run=over))).run
    assert following is not None
    assert [(notice.occasion, notice.run) for notice in following.all_owed] == [(Occasion.FAILED, 1)]


def test_finishing_what_is_not_ending_changes_nothing():
    for run in (make_run(), make_run(stage=RunStage.ADMITTED), make_ended()):
        assert finished(run, LATER) == run


@pytest.mark.parametrize("stage", sorted(LIVE))
def test_whatever_ends_a_run_closes_its_question(stage: Stage):
    record = of(ended(at_stage(stage), "run 1", make_outcome(OutcomeKind.FAILED, "X"), LATER))
    assert record.run is not None
    assert record.run.question is not None
    assert record.run.question.stage is (Stage.UNKNOWN if stage in MAY_BE_SENT else Stage.KEPT)


def by_tag(phase: Phase = Phase.PLANNING, **changes: object) -> Run:
    return make_run(phase, **{"start": make_start(asked_by="tag")} | changes)


def test_a_request_that_ends_answers_no_wish_of_a_tag_unless_the_image_is_gone():
    """A request that failed used up the wish of a tag that had been there all the time."""
    known = Answered(fingerprint="f", content="c")
    record = make_record(make_run(Phase.CREATING), answered=known)
    assert of(ended(record, "run 1", make_outcome(OutcomeKind.FAILED, "X"), LATER)).answered == known
    gone = of(ended(record, "run 1", make_outcome(OutcomeKind.MIGRATED, "Migrated"), LATER)).answered
    assert gone is not None
    assert gone.deleted


def test_the_wish_that_a_run_was_for_is_answered_by_its_end():
    record = of(ended(make_record(by_tag(Phase.CREATING)), "run 1", make_outcome(), LATER))
    assert record.answered is not None
    assert (record.answered.fingerprint, record.answered.content) == (make_start().fingerprint, "first")
    assert (record.answered.deleted, record.answered.off, record.answered.refused_at) == (False, False, None)


@pytest.mark.parametrize("kind", OutcomeKind)
def test_only_a_refused_plan_is_tried_again_and_only_a_migrated_image_is_gone(kind: OutcomeKind):
    refused = {OutcomeKind.REFUSED, OutcomeKind.FAILED, OutcomeKind.UNKNOWN}  # while planning
    for step in (Phase.PLANNING, Phase.REPLICATING):
        outcome = make_outcome(kind, "X").changed(step=step)
        record = of(ended(make_record(by_tag()), "run 1", outcome, LATER))
        assert record.answered is not None
        assert record.answered.deleted is (kind is OutcomeKind.MIGRATED)
        assert record.answered.refused_at == (LATER if kind in refused and step is Phase.PLANNING else None)


def test_tags_that_make_no_sense_are_not_tried_again_as_they_are():
    senseless = make_record(by_tag(start=make_start(request=None, asked_by="tag")))
    record = of(ended(senseless, "run 1", make_outcome(OutcomeKind.REFUSED, "X").changed(step=Phase.PLANNING), LATER))
    assert record.answered is not None
    assert record.answered.refused_at is None


def test_an_end_after_the_end_is_refused():
    record = of(ended(make_record(make_run()), "run 1", make_outcome(), LATER))
    assert code(ended(record, "run 1", make_outcome(OutcomeKind.MIGRATED, "Migrated"), LATER)) == "RunEnded"
    assert code(ended(make_record(make_ended()), "run 1", make_outcome(), NOW)) == "RunEnded"
