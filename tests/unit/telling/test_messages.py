"""What people are told: who asks, what an answer would do, who decided, how it ended."""

from typing import Any

import pytest

from migration.approval.approval import Decision
from migration.record.asked import Asked, asked_of
from migration.record.question import Decided, Stage
from migration.runbook.guide import guide
from migration.runbook.row import for_people
from migration.telling.messages import Severity, compose_decision, compose_end, compose_question
from migration.values.occasion import Occasion
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from tests.support.samples import (
    NOW,
    OWN_ID,
    SOURCE,
    VERSION,
    make_approval,
    make_ended,
    make_outcome,
    make_person,
    make_plan,
    make_question,
    make_run,
)

LINK = "https://example.com/x"


def asked(run: dict[str, Any] | None = None, **changes: Any) -> Asked:
    known = make_run(Phase.AWAITING_APPROVAL, question=make_question(**changes), **(run or {}))
    found = asked_of(OWN_ID, known)
    assert found is not None
    return found


def asking(*, run: dict[str, Any] | None = None, **changes: Any) -> str:
    return compose_question(Occasion.APPROVAL_NEEDED, asked(run, **changes), LINK).text()


def test_a_question_says_what_an_approval_would_do():
    text = asking()
    for part in (SOURCE, VERSION, "eastus (1), westus2 (1)", "Eve", "deleted for good", LINK, "2026-01-08"):
        assert part in text
    assert "The source image is kept." in asking(allows=[Decision.ACCEPT, Decision.REJECT])


def test_a_question_says_that_an_older_image_does_not_become_latest():
    older = {"plan": make_plan(stays_excluded="version 1.0.3 is newer")}
    assert "As planned, the new version stays excluded from latest: version 1.0.3 is newer." in asking(run=older)
    accepting = asking(run=older, allows=[Decision.ACCEPT, Decision.REJECT])
    assert "If you accept, the new version stays excluded from latest: version 1.0.3 is newer." in accepting


def test_a_question_names_whoever_asked_last():
    assert "Asked for by: Bob" in asking(run={"requesters": [make_person("Eve"), make_person("Bob")]})


def test_whoever_asked_by_a_tag_is_named_as_the_object_id_that_is_known():
    """Approvers read thirty-six digits where a name stands, and did not know what they were."""
    known = "5d1f3a94-20b7-4c0e-8f6a-b3a1e4d7c902"
    assert f"Asked for by: object id {known}" in asking(run={"requesters": [make_person(known)]})


def test_no_message_holds_the_callback_token():
    """It stood in everybody's mail and in the team's channel: it is in the API, for those with a key."""
    assert "token 1" not in asking()


@pytest.mark.parametrize(
    ("occasion", "severity"),
    [
        (Occasion.APPROVAL_NEEDED, Severity.INFO),
        (Occasion.REMINDER, Severity.INFO),
        (Occasion.ESCALATION, Severity.WARNING),
    ],
)
def test_a_question_is_as_urgent_as_it_is(occasion: Occasion, severity: Severity):
    assert compose_question(occasion, asked(), LINK).severity is severity


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        (OutcomeKind.MIGRATED, Severity.SUCCESS),
        (OutcomeKind.SOURCE_KEPT, Severity.INFO),
        (OutcomeKind.CANCELLED, Severity.INFO),
        (OutcomeKind.REFUSED, Severity.FAILURE),
        (OutcomeKind.FAILED, Severity.FAILURE),
        (OutcomeKind.UNKNOWN, Severity.FAILURE),
    ],
)
def test_an_end_is_as_bad_as_it_is_and_says_what_to_do_and_of_which_migration(kind: OutcomeKind, severity: Severity):
    """Every message was an "i", failures too, and none had a next step or an id to quote."""
    run = make_ended(make_outcome(kind, "C", source=SourceSeen.THERE))
    message = compose_end(run, LINK)
    assert message is not None
    assert message.severity is severity
    assert OWN_ID in message.text()
    said = {line.label: line.value for line in message.lines}
    assert said["Next step"] == guide(run.outcome, for_people(OWN_ID)).step
    assert said["How it stands"] == LINK


def test_a_link_is_spelt_out_for_those_who_read_the_plain_part_of_a_mail():
    """It ended with the words "Decide here", and led nowhere."""
    assert f"[{LINK}]({LINK})" in compose_question(Occasion.REMINDER, asked(), LINK).markdown()


def test_a_message_about_the_end_says_how_it_ended():
    message = compose_end(make_ended(make_outcome(OutcomeKind.FAILED, "C", reason="no network")), LINK)
    assert message.title == "The migration of web ended: Failed"
    assert "no network" in message.markdown()
    assert VERSION in message.text()


def test_a_message_about_a_decision_names_who_took_it():
    decided = Decided(approval=make_approval(decision="reject", comment="no"), at=NOW)
    message = compose_decision(asked(decided=decided), LINK)
    assert message is not None
    assert message.title == "The migration of web was rejected"
    assert "By: Ada" in message.text()
    assert "Comment: no" in message.text()
    assert compose_decision(asked(), LINK) is None


def test_accepting_is_told_as_a_decision_of_its_own():
    message = compose_decision(asked(decided=Decided(approval=make_approval(decision="accept"), at=NOW)), LINK)
    assert message is not None
    assert message.title == "The migration of web was accepted"


def test_the_end_says_what_became_of_the_source():
    """A message of a run whose source somebody had deleted said nothing of it, and one of an expiry to ask again."""

    def told(source: SourceSeen, **changes: Any) -> str:
        expired = make_question(stage=Stage.EXPIRED)
        return compose_end(make_ended(make_outcome(source=source, **changes), question=expired), LINK).text()

    again = f"POST /api/migrations/{OWN_ID}/ask-again"
    assert "The source image is kept." in told(SourceSeen.THERE)
    assert again in told(SourceSeen.THERE)
    gone = told(SourceSeen.GONE, only_copy=True)
    assert "this version is the only copy, keep it" in gone
    assert not {again, "kept"} & {word for word in (again, "kept") if word in gone}
    assert "remove nothing before you have looked" in told(SourceSeen.UNKNOWN)
