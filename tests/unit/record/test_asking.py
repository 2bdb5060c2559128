"""Asking, reminding, asking anew, telling: what is owed to whom, and when."""

from datetime import timedelta

import pytest

from migration.record.asking import asked_anew, linked, next_moment, opened, reminded, told
from migration.record.notices import MOST_OWED, PAUSES, OwedNotice, owed_by_the_next
from migration.record.question import Stage
from migration.record.run import MOST_LINKS, MOST_REQUESTERS, Link, Run
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from tests.unit.samples import NOW, VERSION, make_ended, make_person, make_question, make_run
from tests.unit.stages import LATER, at_stage, code, run_of

ASKED = make_run(Phase.AWAITING_APPROVAL)
PATIENCE = ASKED.start.patience
NOTICE = OwedNotice(occasion=Occasion.APPROVAL_NEEDED, due_at=NOW, run=1)


def test_a_question_is_opened_once_audited_and_owed_to_people():
    run = run_of(opened(make_run(Phase.VERIFYING), make_question()))
    assert (run.phase, run.question) == (Phase.AWAITING_APPROVAL, make_question())
    assert (run.audit[-1].event, run.audit[-1].image_version_id) == ("version verified", VERSION)
    assert "eastus, westus2" in run.audit[-1].detail
    assert run.owed == [NOTICE]
    assert code(opened(run, make_question(id="another"))) == "OtherPhase"


def test_a_question_asked_anew_ends_the_one_before_and_whoever_asked_is_a_requester():
    run = run_of(asked_anew(ASKED.owes(Occasion.REMINDER, NOW), "question 1", make_person("Bob"), LATER))
    assert (run.phase, run.owed) == (Phase.VERIFYING, [])
    assert run.question is not None
    assert run.question.stage is Stage.REPLACED
    assert [one.name for one in run.requesters] == ["Eve", "Bob"]
    assert (run.audit[-1].event, run.audit[-1].by) == ("asked again", "Bob")


def test_of_two_who_ask_anew_about_one_question_one_counts():
    once = run_of(asked_anew(ASKED, "question 1", make_person("Bob"), LATER))
    assert code(asked_anew(once, "question 1", make_person("Cyd"), LATER)) == "AskedAlready"
    again = run_of(opened(once, make_question(id="question 2", asked_at=LATER)))
    assert code(asked_anew(again, "question 1", make_person("Cyd"), LATER)) == "AskedAlready"
    assert run_of(asked_anew(again, "question 2", make_person("Cyd"), LATER)).requesters[-1].name == "Cyd"


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.ACCEPTED, Stage.SENDING, Stage.SENT])
def test_what_is_being_carried_out_is_not_asked_anew(stage: Stage):
    assert (
        code(asked_anew(run_of(at_stage(stage).run_of("run 1")), "question 1", make_person("Bob"), LATER))
        == "AlreadyApproved"
    )


def test_what_was_never_asked_cannot_be_asked_anew():
    assert code(asked_anew(make_run(Phase.CREATING), None, make_person("Bob"), LATER)) == "NothingToAsk"


def test_a_question_asked_anew_for_years_by_few_people_keeps_each_once():
    run = ASKED
    for number in range(2 * MOST_REQUESTERS):
        seen = run.question.id if run.question else None
        run = run_of(asked_anew(run, seen, make_person(f"P{number % 3}"), LATER))
        run = run_of(opened(run, make_question(id=f"question {number}")))
    assert sorted(one.name for one in run.requesters) == ["Eve", "P0", "P1", "P2"]


def test_more_people_than_four_eyes_can_tell_apart_do_not_ask_anew():
    """Whoever is left out of a list of those who asked could approve what they asked for."""
    run = ASKED.changed(requesters=[make_person(f"P{number}") for number in range(MOST_REQUESTERS)])
    assert code(asked_anew(run, "question 1", make_person("Bob"), LATER)) == "AskedTooOften"


def test_a_reminder_is_owed_each_time_it_is_due_and_the_escalation_once():
    run, owed = ASKED, []
    for days in range(1, 7):
        at = NOW + timedelta(days=days)
        run = reminded(run, at)
        owed += [notice.occasion for notice in run.owed]
        assert reminded(run, at) == run, "a step that runs again owes it twice"
        run = run.changed(owed=[])
    assert owed == [Occasion.REMINDER, Occasion.REMINDER, Occasion.ESCALATION] + [Occasion.REMINDER] * 3


def test_nobody_is_reminded_of_what_is_decided_or_over():
    for run in (make_run(Phase.CREATING), run_of(at_stage(Stage.APPROVED).run_of("run 1")), make_ended()):
        assert reminded(run, NOW + timedelta(days=3)) == run


def test_the_next_look_is_at_a_reminder_the_escalation_or_the_expiry_whichever_comes_first():
    def after(**changes: object) -> timedelta:
        return next_moment(ASKED.changed(question=make_question(**changes)), NOW) - NOW

    assert after() == PATIENCE.reminder
    assert after(reminded=2) == min(3 * PATIENCE.reminder, PATIENCE.escalation)
    assert after(reminded=4) == PATIENCE.escalation
    assert after(reminded=4, escalated=True) == 5 * PATIENCE.reminder
    assert after(reminded=9, escalated=True) == timedelta(days=7)
    assert next_moment(make_run(), NOW) == NOW


def test_of_very_many_links_the_oldest_stop():
    links = [Link(token=f"{number}", question="question 1", receiver="r") for number in range(MOST_LINKS + 5)]
    run = linked(linked(ASKED, links[:4]), links[4:])
    assert run.links == links[5:]


def owing(notice: OwedNotice = NOTICE) -> Run:
    return ASKED.changed(owed=[notice])


def test_what_has_been_told_is_owed_no_more():
    assert told(owing(), NOTICE, [], NOW).owed == []


def test_whoever_was_missed_is_owed_it_again_later_until_it_has_been_tried_enough():
    run, notice, moments = owing(), NOTICE, []
    for _ in PAUSES:
        run = told(run, notice, ["receiver 2"], NOW)
        (notice,) = run.owed
        moments.append(notice.due_at - NOW)
        assert notice.to == ["receiver 2"]
    assert tuple(moments) == PAUSES
    over = told(run, notice, ["receiver 2"], NOW)
    assert (over.owed, over.notes) == ([], ["1 notifications (approvalNeeded) could not be sent"])


def test_where_nobody_could_be_told_everybody_is_owed_it_again():
    (again,) = told(owing(), NOTICE, None, NOW).owed
    assert (again.to, again.attempt) == (None, 1)


def test_what_a_run_owes_of_its_end_the_next_one_owes_of_it_and_no_question():
    owed = [NOTICE, NOTICE.changed(occasion=Occasion.DONE), NOTICE.changed(occasion=Occasion.FAILED, run=None)]
    assert [(one.occasion, one.run) for one in owed_by_the_next(owed, 3)] == [(Occasion.DONE, 1), (Occasion.FAILED, 3)]


def test_of_very_much_that_is_owed_the_latest_is_told():
    run = ASKED.changed(owed=[NOTICE.changed(occasion=Occasion.DONE, run=number) for number in range(MOST_OWED)])
    assert [one.run for one in run.changed(number=99).owes(Occasion.DECIDED, NOW).owed] == [*range(1, MOST_OWED), 99]


def test_what_could_not_be_told_of_an_earlier_run_is_no_note_of_this_one():
    earlier = NOTICE.changed(occasion=Occasion.DONE, run=7, attempt=len(PAUSES))
    over = told(owing(earlier), earlier, ["receiver 2"], NOW)
    assert (over.owed, over.notes) == ([], [])


def test_what_somebody_else_has_told_meanwhile_is_not_owed_again():
    run = ASKED.changed(owed=[])
    assert told(run, NOTICE, ["receiver 2"], NOW) == run
