"""The approval page of each of the two questions around a soak, and what stands there between them."""

from datetime import timedelta
from typing import Any

import pytest

from arm.transport.cloud import go_by
from migration.approval.soak import Postponed, Soak
from migration.promise.evidence import Consumer, Evidence
from migration.promise.shown import SinceSoak
from migration.record.asked import Asked, asked_of
from migration.record.question import Decided, Stage
from migration.record.run import Run
from migration.users.kinds import ALWAYS
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from steering.gathering.judging import outlook_of
from tests.support.samples import (
    DEFAULTS,
    NOW,
    OWN_ID,
    changed,
    make_approval,
    make_copied,
    make_image,
    make_outcome,
    make_plan,
    make_question,
    make_run,
    make_version,
)
from triggers.page.approval_ending import ending
from triggers.page.approval_form import Form
from triggers.page.approval_picture import picture
from web.pages import render

DAYS = timedelta(days=14)
FIRST = {"allows": ["accept", "reject"], "precedes_soak": True}
SECOND = {"allows": ["approve", "reject"], "soaked_since": NOW}
SINCE = SinceSoak(began_at=NOW, from_version=3, from_source=1, users_left=0)


@pytest.fixture(autouse=True)
def _go_by_defaults():
    go_by(lambda: DEFAULTS)


def asked(question: dict[str, Any], phase: Phase = Phase.AWAITING_APPROVAL, **run: Any) -> Asked:
    known = make_run(phase, plan=make_plan(soak=DAYS), question=make_question(**question))
    found = asked_of(OWN_ID, changed(known, run))
    assert found is not None
    return found


def page(question: dict[str, Any], since: SinceSoak | None = None, **facts: Any) -> str:
    found = asked(question)
    known = {
        "image": make_image(),
        "version": make_version(),
        "consumers": [],
        "locks": [],
        "mentions": [],
        "older": None,
    }
    evidence = changed(Evidence(read_at=NOW, unread={}), known | facts)
    outlook = outlook_of(found, evidence, None, DEFAULTS)
    shown = {"errors": {}, "changes": [], "refusal": None, "sign_in": None, "decider": "Ada", "csrf": "c"}
    return render("approval.html", **picture(found, evidence, outlook, since, ALWAYS), form=Form(), **shown)


def test_the_first_page_says_that_accepting_promotes_and_that_the_delete_is_asked_about_later():
    shown = page(FIRST, version=make_version(exclude_from_latest=True))
    for words in (
        "Accept the migration of web?",
        "It becomes eligible as latest",
        "14 days later it is asked whether it may be deleted",
        "is used for 14 days before the delete is asked about",
    ):
        assert words in shown
    assert 'value="approve"' not in shown
    assert "deleted for good" not in shown


def test_the_second_page_says_what_has_happened_since_and_lets_nobody_keep_both_by_accepting():
    shown = page(SECOND, SINCE)
    for words in ("Delete the source image web after its soak?", "Since the soak began", "<dd>3</dd>", "<dd>1</dd>"):
        assert words in shown
    assert ('value="approve"' in shown, 'value="accept"' in shown, 'value="reject"' in shown) == (True, False, True)
    assert "cannot be accepted" not in shown


def test_the_second_page_does_not_say_that_a_version_becomes_latest_which_has_been_it_all_the_time():
    assert "It is eligible as latest" in page(SECOND, SINCE)
    taken_out = page(SECOND, SINCE, version=make_version(exclude_from_latest=True))
    assert "It becomes eligible as latest" in taken_out


def test_a_version_that_is_latest_already_is_not_told_to_become_it_by_the_first_question_asked_again():
    """As after a soak that was cancelled; "if nobody decides, it does not become latest" was untrue, too."""
    shown = page(FIRST)
    assert "The new version stays eligible as latest." in shown
    assert "If nobody decides by then, nothing changes." in shown
    assert "become" not in shown


def test_the_second_page_says_what_could_not_be_read():
    shown = page(SECOND, SinceSoak(began_at=NOW, unread="no network"))
    assert "could not be read: no network" in shown
    assert "<dd>None</dd>" not in shown


def test_the_second_page_offers_no_delete_while_something_needs_the_source():
    shown = page(SECOND, SINCE, consumers=[Consumer(id="/vm", kind="machines-without-own-disk")])
    assert "cannot be deleted now" in shown
    assert "If you accept" not in shown
    assert ('value="approve"' in shown, 'value="reject"' in shown) == (False, True)


def soaking(**changes: Any) -> Asked:
    soak = changed(Soak(began_at=NOW, until=NOW + DAYS, copied=make_copied()), changes)
    decided = Decided(approval=make_approval(decision="accept"), at=NOW)
    return asked(FIRST | {"stage": Stage.ACCEPTED, "decided": decided}, Phase.SOAKING, soak=soak)


WHY = Postponed(code="SourceInUse", message="used by vm", since=NOW, next_look_at=NOW)


@pytest.mark.parametrize(
    ("found", "words"),
    [(soaking(), "is asked on 2026-01-15 00:00 UTC"), (soaking(postponed=WHY), "is not asked yet. Used by vm.")],
    ids=["soaking", "postponed"],
)
def test_between_them_the_link_shows_when_it_is_asked_or_why_not_yet(found: Asked, words: str):
    shown = ending(found, "question 1")
    assert (shown["title"], shown["good"], words in shown["sentence"]) == ("Accepted", True, True)


def ended(kind: OutcomeKind, stage: Stage) -> dict[str, Any]:
    outcome = make_outcome(kind, "RequestWithdrawn", source=SourceSeen.THERE)
    found = soaking()
    run: Run = found.run.changed(outcome=outcome, question=found.question.changed(stage=stage))
    over = asked_of(OWN_ID, run)
    assert over is not None
    return ending(over, "question 1")


def test_a_soak_that_another_wish_ended_is_told_as_accepted_with_its_source_kept():
    shown = ended(OutcomeKind.SOURCE_KEPT, Stage.KEPT)
    assert (shown["title"], shown["good"]) == ("Accepted: the source image is kept", True)


def test_a_cancelled_soak_is_told_as_stopped_before_the_delete_was_asked_about():
    assert "stopped before the delete was asked about" in ended(OutcomeKind.CANCELLED, Stage.CANCELLED)["sentence"]


def test_the_link_of_the_first_question_shows_nothing_of_the_second():
    shown = ending(asked(SECOND | {"id": "question 2"}), "question 1")
    assert (shown["title"], shown["approval"]) == ("This link is for an earlier question", None)
