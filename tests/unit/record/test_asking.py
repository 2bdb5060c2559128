"""Asking, reminding, asking anew, telling: what is owed to whom, and when."""

from datetime import timedelta

import pytest

from migration.record.asking import (
    asked_anew,
    claimed,
    next_moment,
    opened,
    reminded,
    told,
    told_nobody,
    told_with_fleet,
)
from migration.record.notices import (
    MOST_LINKS,
    MOST_OWED,
    PAUSES,
    Link,
    OwedNotice,
    owed_by_the_next,
    seconds_until_due,
)
from migration.record.question import Stage
from migration.record.run import MOST_REQUESTERS, Run
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from tests.support.samples import NOW, VERSION, make_ended, make_person, make_question, make_run, make_start
from tests.unit.stages import LATER, at_stage, code, run_of

ASKED = make_run(Phase.AWAITING_APPROVAL)
PATIENCE = ASKED.start.patience
NOTICE = OwedNotice(occasion=Occasion.APPROVAL_NEEDED, due_at=NOW, question="question 1")


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
    assert owed == [*[Occasion.REMINDER] * 3, Occasion.ESCALATION, *[Occasion.REMINDER] * 3]


def test_whoever_is_still_to_be_asked_is_not_reminded_and_the_escalation_goes_out_all_the_same():
    asks = OwedNotice(occasion=Occasion.APPROVAL_NEEDED, due_at=NOW, question="question 1")
    run = ASKED.changed(owed=[asks])
    later = reminded(run, NOW + timedelta(days=2, minutes=1))
    assert later.owed == [asks]
    assert next_moment(later, NOW + timedelta(days=2, minutes=1)) == NOW + timedelta(days=3)
    assert [one.occasion for one in reminded(later, NOW + timedelta(days=3)).owed] == [asks.occasion, "escalation"]


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


def links(count: int) -> list[Link]:
    return [Link(token=f"{number}", question="question 1", receiver="r") for number in range(count)]


def owing(notice: OwedNotice = NOTICE) -> Run:
    return ASKED.changed(owed=[notice])


def about(notice: OwedNotice) -> OwedNotice:
    return notice.changed(run=notice.run or 1)


def test_of_very_many_links_the_oldest_stop():
    many = links(MOST_LINKS + 5)
    run = run_of(claimed(owing().changed(links=many[:4]), NOTICE, many[4:], NOW))
    assert run.links == many[5:]


def test_an_attempt_is_counted_and_its_links_are_known_before_it_is_made():
    run = run_of(claimed(owing(), NOTICE, links(2), NOW))
    assert (run.owed, run.links) == ([NOTICE.changed(attempt=1, due_at=NOW + PAUSES[0])], links(2))


def test_of_two_who_would_make_an_attempt_one_does():
    once = run_of(claimed(owing(), NOTICE, [], NOW))
    assert code(claimed(once, NOTICE, [], NOW)) == "NotOwed"


def test_what_has_been_told_is_owed_no_more():
    assert told(owing(), about(NOTICE), ["receiver 1"], 0, NOW).owed == []


def test_whoever_was_missed_is_owed_it_again_later_until_it_has_been_tried_enough():
    run, notice, moments = owing(), NOTICE, []
    for count in range(len(PAUSES)):
        (claim,) = run_of(claimed(run, notice, [], NOW)).owed
        moments.append(claim.due_at - NOW)
        run = told(run_of(claimed(run, notice, [], NOW)), about(claim), [f"receiver {count}"], 1, NOW)
        notice = run.owed[0] if run.owed else notice
    assert tuple(moments) == PAUSES
    assert notice.reached == ["receiver 0", "receiver 1"]
    assert (run.owed, run.notes) == ([], ["told 3 of 4 (approvalNeeded); the others could not be reached"])


def test_an_attempt_of_which_nothing_was_heard_again_is_not_made_for_ever():
    """The table took no writes: people were asked once a minute, for hours, and the links of the first stopped."""
    run, attempts = owing(), 0
    while run.owed:
        attempts += len((run.owed[0].claimed(NOW) and [1]) or [])
        run = run_of(claimed(run, run.owed[0], [], NOW))
    assert attempts == len(PAUSES)
    assert run.notes == ["notifications (approvalNeeded) could not be sent"]


@pytest.mark.parametrize("closed", [stage for stage in Stage if stage is not Stage.OPEN])
def test_a_question_that_was_closed_before_the_attempt_is_asked_of_nobody(closed: Stage):
    run = owing().changed(question=make_question(stage=closed))
    after = run_of(claimed(run, NOTICE, links(1), NOW))
    assert (after.owed, after.links) == ([], [])


def test_what_was_owed_of_a_question_that_was_asked_anew_asks_nobody_about_the_new_one():
    stale = NOTICE.changed(question="question 0")
    assert run_of(claimed(owing(stale), stale, links(1), NOW)).links == []


def test_what_is_due_in_a_far_future_was_owed_by_a_clock_that_ran_ahead():
    ahead = NOTICE.changed(due_at=NOW + timedelta(days=365))
    assert ahead.is_due(NOW)
    assert not NOTICE.changed(due_at=NOW + PAUSES[0]).is_due(NOW)
    assert seconds_until_due([NOTICE.changed(due_at=NOW + PAUSES[0])], NOW) == PAUSES[0].total_seconds()
    assert seconds_until_due([], NOW) is None


def test_what_a_run_owes_of_its_end_the_next_one_owes_of_it_and_nothing_else():
    owed = [NOTICE, NOTICE.changed(occasion=Occasion.DECIDED), NOTICE.changed(occasion=Occasion.DONE)]
    before = NOTICE.changed(occasion=Occasion.FAILED, run=1)
    assert [(one.occasion, one.run) for one in owed_by_the_next([before, *owed], 3, None)] == [
        (Occasion.FAILED, 1),
        (Occasion.DONE, 3),
    ]


def test_of_very_much_that_is_owed_the_latest_is_told():
    run = ASKED.changed(owed=[NOTICE.changed(occasion=Occasion.DONE, attempt=number) for number in range(MOST_OWED)])
    assert [one.attempt for one in run.owes(Occasion.DECIDED, NOW).owed] == [*range(1, MOST_OWED), 0]
    ended = [NOTICE.changed(occasion=Occasion.DONE, run=number) for number in range(1, MOST_OWED + 5)]
    assert [one.run for one in owed_by_the_next(ended, 99, None)] == list(range(5, MOST_OWED + 5))


def test_what_is_told_of_a_run_while_the_next_is_admitted_is_owed_by_neither():
    done = NOTICE.changed(occasion=Occasion.DONE, attempt=1, question=None)
    following = ASKED.changed(number=2, owed_before=owed_by_the_next([done], 1, None))
    assert told(following, about(done), ["r"], 0, NOW).all_owed == []


def test_what_could_not_be_told_of_an_earlier_run_says_of_which():
    earlier = NOTICE.changed(occasion=Occasion.DONE, run=7, attempt=len(PAUSES))
    over = told(ASKED.changed(owed_before=[earlier]), earlier, [], 2, NOW)
    assert (over.all_owed, over.notes) == ([], ["told 0 of 2 (done of run 7); the others could not be reached"])


def test_what_somebody_else_has_told_meanwhile_is_not_owed_again():
    assert told(ASKED, about(NOTICE), [], 1, NOW) == ASKED


def test_where_nobody_is_to_be_told_one_write_says_what_two_would():
    (attempt,) = run_of(claimed(owing(), NOTICE, [], NOW)).owed
    both = told(run_of(claimed(owing(), NOTICE, [], NOW)), about(attempt), [], 0, NOW)
    assert run_of(told_nobody(owing(), NOTICE, NOW)) == both
    assert both.owed == []
    assert code(told_nobody(both, NOTICE, NOW)) == "NotOwed"


@pytest.mark.parametrize(("fleet", "is_told"), [(None, False), ("fleet-2", False), ("fleet-1", True)])
def test_a_fleet_tells_of_its_own_runs_before_and_of_no_others(fleet: str | None, is_told: bool):
    """Whoever was missed never heard how a run ended that the fleet had no part in."""
    owed = OwedNotice(occasion=Occasion.FAILED, due_at=NOW, run=1, fleet=fleet)
    run = make_run(start=make_start(fleet="fleet-1"), number=2, owed_before=[owed])
    after = told_with_fleet(run, NOW + timedelta(hours=1), NOW + timedelta(hours=1))
    assert after.owed_before == ([] if is_told else [owed])


def test_what_a_run_owed_knows_by_which_fleet_it_was_begun():
    owed = OwedNotice(occasion=Occasion.FAILED, due_at=NOW)
    (first,) = owed_by_the_next([owed], 1, "fleet-1")
    assert (first.run, first.fleet) == (1, "fleet-1")
    assert owed_by_the_next([first], 2, None) == [first]
