"""Every ending of the runbook is told alike wherever it is read: API, message, page and tag of the image."""

from datetime import timedelta

import pytest

from migration.approval.approval import Decision
from migration.course.recording import status_tags
from migration.record.asked import asked_of
from migration.record.question import Decided, Stage
from migration.record.run import Run
from migration.runbook.guide import ENDINGS, guide
from migration.runbook.row import FOR_API, FOR_TAG, for_people
from migration.telling.messages import compose_end
from migration.telling.status import Status
from migration.values.outcome import OutcomeKind, SourceSeen
from tests.support.samples import (
    NOW,
    OWN_ID,
    make_approval,
    make_ended,
    make_outcome,
    make_question,
    make_record,
    make_start,
)
from triggers.api.viewing import next_action
from triggers.page.approval_ending import ending
from triggers.page.standing import unasked

KEY = "migrate-to-gallery"
LINK = "https://example.com/x"
CODES = [(kind, code) for kind, known in ENDINGS.items() for code in [*known.rows, "SomethingOfAzures"]]


def ended(kind: OutcomeKind, code: str, *, asked: bool = True) -> Run:
    outcome = make_outcome(kind, code, source=SourceSeen.THERE)
    if not asked:
        return make_ended(outcome, start=make_start(asked_by="tag"))
    decided = Decided(approval=make_approval(decision=Decision.APPROVE), at=NOW + timedelta(hours=1))
    return make_ended(outcome, question=make_question(stage=Stage.KEPT, decided=decided))


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_the_api_says_what_to_do_and_who_can(kind: OutcomeKind, code: str):
    run = ended(kind, code)
    assert run.outcome is not None
    assert guide(run.outcome, FOR_API).step in (next_action(Status.of(make_record(run), run)) or "")


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_the_message_has_an_id_a_reason_a_next_step_who_can_and_a_link(kind: OutcomeKind, code: str):
    run = ended(kind, code, asked=False)
    message = compose_end(run, LINK)
    assert message is not None
    assert run.outcome is not None
    said, told = {line.label: line.value for line in message.lines}, guide(run.outcome, for_people(OWN_ID))
    assert (said["Migration"], said["Reason"]) == (OWN_ID, "because")
    assert (said["Next step"], said["Who can"], said["How it stands"]) == (told.step, told.who, LINK)


@pytest.mark.parametrize(("kind", "code"), CODES)
def test_the_page_says_it_to_whoever_was_asked_and_to_whoever_was_not(kind: OutcomeKind, code: str):
    asked, silent = ended(kind, code), ended(kind, code, asked=False)
    assert asked.outcome is not None
    question = asked_of(OWN_ID, asked)
    assert question is not None
    told = guide(asked.outcome, for_people(OWN_ID)).step
    assert told in ending(question, question.question.id)["sentence"]
    assert told in unasked(OWN_ID, silent)["sentence"]


@pytest.mark.parametrize(("kind", "code"), [one for one in CODES if one[0] is not OutcomeKind.MIGRATED])
def test_the_tag_of_the_image_says_it_as_far_as_there_is_room(kind: OutcomeKind, code: str):
    """It held no more than a code: whoever had tagged the image in the Portal could not learn why."""
    run = ended(kind, code, asked=False)
    assert run.outcome is not None
    said = status_tags(run, KEY)[f"{KEY}-status"]
    assert said.startswith(f"{kind} {code} - {guide(run.outcome, FOR_TAG).step[:120]}"[: said.rfind(" …")])
    assert said.endswith(f" {run.start.fingerprint}")
