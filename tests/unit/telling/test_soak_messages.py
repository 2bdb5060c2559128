"""What people are told of a soak: what accepting leads to, what has happened since, and why nothing is asked yet."""

from datetime import timedelta
from typing import Any

import pytest

from migration.approval.soak import Postponed, Soak
from migration.promise.shown import SinceSoak
from migration.record.asked import Asked, asked_of
from migration.record.question import Decided, Stage
from migration.record.run import Run
from migration.runbook.kept import SOURCE_KEPT
from migration.runbook.row import by_code
from migration.telling.messages import Severity, compose_decision, compose_postponed, compose_question
from migration.telling.status import Status
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from tests.support.samples import (
    NOW,
    OWN_ID,
    SOURCE,
    changed,
    make_approval,
    make_copied,
    make_plan,
    make_question,
    make_record,
    make_run,
)
from triggers.api.viewing import next_action

DAYS = timedelta(days=14)
FIRST = {"allows": ["accept", "reject"], "precedes_soak": True}
SECOND = {"allows": ["approve", "reject"], "soaked_since": NOW}
WHY = Postponed(code="SourceInUse", message="used by vm", since=NOW + DAYS, next_look_at=NOW + DAYS + timedelta(days=1))
SOAK = Soak(began_at=NOW, until=NOW + DAYS, copied=make_copied())
LINK = "https://example.com/x"


def asked(**changes: Any) -> Asked:
    run = make_run(Phase.AWAITING_APPROVAL, plan=make_plan(soak=DAYS), question=make_question(**changes))
    found = asked_of(OWN_ID, run)
    assert found is not None
    return found


def soaking(**changes: Any) -> Run:
    question = make_question(**FIRST, stage=Stage.ACCEPTED)
    return make_run(Phase.SOAKING, plan=make_plan(soak=DAYS), question=question, soak=changed(SOAK, changes))


def test_the_first_question_says_that_accepting_promotes_and_when_the_delete_is_asked_about():
    message = compose_question(Occasion.APPROVAL_NEEDED, asked(**FIRST), LINK)
    assert message.title == "Accept the migration of web?"
    for words in ("becomes eligible as latest", "14 days later you are asked", "kept for now"):
        assert words in message.text()
    assert "deleted for good" not in message.text()


def test_the_second_question_says_what_has_happened_since():
    since = SinceSoak(began_at=NOW, from_version=3, from_source=1, users_left=2)
    message = compose_question(Occasion.REMINDER, asked(**SECOND), LINK, since)
    assert message.title == "Reminder: delete the source image web after its soak?"
    for words in ("from the version: 3", "from the source: 1", "source left: 2", "deleted for good"):
        assert words in message.text()


def test_whoever_accepted_is_told_what_comes_next():
    decided = Decided(approval=make_approval(decision="accept"), at=NOW)
    message = compose_decision(asked(**FIRST, decided=decided, stage=Stage.ACCEPTED), LINK)
    assert message is not None
    assert "14 days later you are asked whether it may be deleted" in message.text()


def test_a_rejected_delete_is_not_told_as_a_rejected_migration():
    """The version has been accepted long before, and is in use."""
    decided = Decided(approval=make_approval(decision="reject"), at=NOW)
    message = compose_decision(asked(**SECOND, decided=decided, stage=Stage.REJECTED), LINK)
    assert message is not None
    assert message.title == "The delete of the source image web was rejected"


@pytest.mark.parametrize("code", [*sorted(by_code(SOURCE_KEPT).keys() - {"SourceNamed"}), "SomethingOfAzures"])
def test_while_a_question_is_postponed_nobody_is_told_to_reject_it_or_to_ask_again(code: str):
    """Nothing is asked yet: there is nothing to reject, and to ask again is refused."""
    why = WHY.changed(code=code)
    message = compose_postponed(OWN_ID, soaking(postponed=why), LINK)
    assert message is not None
    told = [line.value for line in message.lines if line.label == "Next step"]
    told.append(next_action(status(soaking(postponed=why))) or "")
    for one in told:
        assert not any(words in one.lower() for words in ("reject", "ask again", "asked again", "you approve"))


def test_a_postponed_question_is_told_with_its_cause_its_limit_and_what_to_do():
    message = compose_postponed(OWN_ID, soaking(postponed=WHY), LINK)
    assert message is not None
    assert message.severity is Severity.WARNING
    for words in ("used by vm", "2026-01-29", "Point what uses it", SOURCE, LINK):
        assert words in message.text()
    assert compose_postponed(OWN_ID, soaking(), LINK) is None


def status(run: Run) -> Status:
    return Status.of(make_record(run), run)


def test_the_api_says_until_when_it_soaks_and_what_postpones_the_question():
    told = status(soaking())
    assert (told.phase, told.waiting_for, told.soak_until, told.cause) == (Phase.SOAKING, "soak", NOW + DAYS, None)
    assert "soakUntil" in (next_action(told) or "")
    told = status(soaking(postponed=WHY))
    assert told.cause is not None
    assert (told.cause.code, told.cause.since, told.cause.until) == ("SourceInUse", WHY.since, SOAK.limit)
    assert (told.soak_until, "Point what uses it" in (next_action(told) or "")) == (WHY.next_look_at, True)


def test_the_api_says_how_each_question_is_answered():
    first, second = (make_run(Phase.AWAITING_APPROVAL, question=make_question(**one)) for one in (FIRST, SECOND))
    assert "accept or reject" in (next_action(status(first)) or "")
    assert "with the callback" in (next_action(status(second)) or "")
