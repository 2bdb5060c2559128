"""The tables of moves, walked whole: what is in them leads where they say, everything else is refused."""

import pytest

from migration.approval.approval import Decision
from migration.record.admitting import advanced, moved_run
from migration.record.question import DECISIONS, LIVE, MAY_BE_SENT, MOVES, Move, Question, Stage, moved
from migration.record.run import PHASE_MOVES, RUN_MOVES, Run, RunMove, RunStage, with_requester
from migration.values.answer import Refusal
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from tests.support.samples import NOW, make_ended, make_person, make_question, make_run


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("move", Move)
def test_a_question_moves_as_its_table_says_and_no_other_way(move: Move, stage: Stage):
    before = make_question(stage=stage)
    after = moved(before, move)
    if (move, stage) in MOVES:
        assert isinstance(after, Question)
        assert after == before.changed(stage=MOVES[move, stage])
    else:
        assert isinstance(after, Refusal)
        assert after.code == "QuestionClosed"


@pytest.mark.parametrize("stage", RunStage)
@pytest.mark.parametrize("move", RunMove)
def test_a_run_moves_as_its_table_says_and_no_other_way(move: RunMove, stage: RunStage):
    before = make_run(stage=stage)
    after = moved_run(before, move)
    if (move, stage) in RUN_MOVES:
        assert isinstance(after, Run)
        assert after == before.changed(stage=RUN_MOVES[move, stage])
    else:
        assert isinstance(after, Refusal)
        assert after.code == "RunEnded"


@pytest.mark.parametrize("to", Phase)
@pytest.mark.parametrize("phase", Phase)
def test_a_run_goes_from_phase_to_phase_as_the_table_says_and_no_other_way(phase: Phase, to: Phase):
    after = advanced(make_run(phase), to)
    if to in PHASE_MOVES[phase]:
        assert isinstance(after, Run)
        assert after.phase is to
    else:
        assert isinstance(after, Refusal)
        assert after.code == "OtherPhase"


@pytest.mark.parametrize("phase", Phase)
def test_of_every_phase_it_is_known_where_it_leads_and_none_leads_on_after_the_outcome(phase: Phase):
    over = make_ended().changed(phase=phase)
    assert all(isinstance(advanced(over, to), Refusal) for to in PHASE_MOVES[phase])


# What the tables must never say, whoever edits them.


def test_only_an_approved_question_comes_to_be_sent_and_only_an_open_one_to_be_approved():
    assert {stage for (_, stage), to in MOVES.items() if to is Stage.SENDING} == {Stage.APPROVED, Stage.SENDING}
    assert {(move, stage) for (move, stage), to in MOVES.items() if to is Stage.APPROVED} == {
        (Move.APPROVE, Stage.OPEN),
        (Move.GIVE_BACK, Stage.SENDING),
    }
    assert {stage for (_, stage), to in MOVES.items() if to is Stage.SENT} == MAY_BE_SENT


def test_nothing_that_may_have_been_sent_is_cancelled():
    assert not {stage for (move, stage) in MOVES if move is Move.CANCEL} & MAY_BE_SENT


def test_nothing_leads_out_of_a_stage_that_is_over():
    over = set(Stage) - LIVE
    assert not {stage for _, stage in MOVES} & over
    assert not {stage for _, stage in RUN_MOVES} & {RunStage.ENDED}


def test_only_what_may_have_been_sent_was_deleted_or_is_unknown():
    sources = {stage for (_, stage), to in MOVES.items() if to in {Stage.DELETED, Stage.UNKNOWN}}
    assert sources == MAY_BE_SENT


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_is_a_move_of_an_open_question(decision: Decision):
    assert [stage for (move, stage) in MOVES if move is DECISIONS[decision]] == [Stage.OPEN]


def test_a_run_ends_and_is_closed_from_these_stages_alone():
    """Said once more by hand: a row that is missing in the table above is missed by nobody who reads the table."""
    moves = {f"{move}: {before} > {after}" for (move, before), after in RUN_MOVES.items()}
    assert moves == {
        *("begin: admitted > begun", "begin: begun > begun"),
        *("end: admitted > ending", "end: begun > ending", "finish: ending > ended"),
        *("close: admitted > ended", "close: begun > ended"),
    }


def test_a_question_is_decided_sent_and_closed_from_these_stages_alone():
    moves = {f"{move}: {before} > {after}" for (move, before), after in MOVES.items()}
    assert moves == {
        *("approve: open > approved", "accept: open > accepted", "reject: open > rejected"),
        *("cancel: open > cancelled", "cancel: approved > cancelled", "cancel: accepted > cancelled"),
        *("expire: open > expired", "replace: open > replaced"),
        *("send: approved > sending", "send: sending > sending", "giveBack: sending > approved"),
        *("take: sending > sent", "take: sent > sent"),
        *("keep: open > kept", "keep: approved > kept", "keep: accepted > kept"),
        *("keep: sending > kept", "keep: sent > kept"),
        *("delete: sending > deleted", "delete: sent > deleted"),
        *("miss: approved > gone", "lose: sending > unknown", "lose: sent > unknown"),
    }


def test_what_asks_is_owed_without_a_question_where_none_is_asked_any_more():
    for occasion in Occasion:
        (notice,) = make_run().owes(occasion, NOW).owed
        assert notice.question is None


def test_whoever_asks_is_one_who_asked_before_by_name_and_ids_together():
    """Two of one name would have been one person to four eyes, who could approve what the other had asked for."""
    eve, namesake, renamed = make_person("Eve", "1"), make_person("Eve", "2"), make_person("Eva", "1")
    assert with_requester([eve], namesake) == [eve, namesake]
    assert with_requester([eve], renamed) == [eve, renamed]
    assert with_requester([eve, namesake], eve) == [namesake, eve]
