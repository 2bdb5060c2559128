"""The tags a migration leaves: short enough for Azure, and enough to know its own again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migration.approval.approval import Approval, Decision
from migration.course.recording import outcome_tags, recorded_fingerprint, status_tags
from migration.plan.destination.numbering import is_ours
from migration.record.question import Decided
from migration.record.run import Run
from migration.resources.provenance import creation_tags
from migration.values.azure_rules import LONGEST_TAG_VALUE
from migration.values.outcome import Outcome, OutcomeKind, Phase, SourceSeen
from tests.support.samples import (
    MIGRATION,
    SUBSCRIPTION,
    VERSION,
    make_ended,
    make_image,
    make_run,
    make_start,
    make_version,
)

KEY = "migrate-to-gallery"
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", fullmatch=True)
GROUPS = st.from_regex(r"[A-Za-z0-9_.()-]{0,89}[A-Za-z0-9_()-]", fullmatch=True)


def ended(kind: OutcomeKind, code: str = "Code", **changes: Any) -> Run:
    return make_ended(outcome(kind, code), **{"start": make_start(asked_by="tag")} | changes)


def outcome(kind: OutcomeKind, code: str = "Code") -> Outcome:
    return Outcome(kind=kind, code=code, reason="because", step=Phase.DONE)


def decision(decision: Decision, approver: str = "Ada") -> Decided:
    approval = Approval(decision=decision, approver=approver, image_version_id=VERSION, via="page", verified=True)
    return Decided(approval=approval, at=datetime(2026, 1, 2, 3, 4, 5, 6, UTC))


@given(group=GROUPS, name=NAMES)
def test_what_a_migration_creates_can_be_tagged_with_its_origin(group: str, name: str):
    image = make_image(
        id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Compute/images/{name}"
    )
    tags = creation_tags(image, f"migrate-{name.lower()}-0123456789")
    assert all(0 < len(value) <= LONGEST_TAG_VALUE for value in tags.values())


def test_a_migration_knows_what_it_created_again():
    assert is_ours(make_version(tags=creation_tags(make_image(), MIGRATION)), make_image(), MIGRATION)
    assert not is_ours(
        make_version(tags=creation_tags(make_image(content="second"), MIGRATION)), make_image(), MIGRATION
    )


def test_the_version_says_who_approved_it_and_when():
    assert outcome_tags(outcome(OutcomeKind.MIGRATED), decision(Decision.APPROVE)) == {
        "migration-outcome": "Migrated",
        "migration-source": "gone: this is the only copy",
        "decision": "approve",
        "decided-by": "Ada",
        "decided-at": "2026-01-02T03:04:05+00:00",
        "decided-via": "page, verified",
    }


def test_the_version_says_who_rejected_it():
    assert outcome_tags(outcome(OutcomeKind.SOURCE_KEPT), decision(Decision.REJECT))["decision"] == "reject"


def test_a_version_nobody_decided_about_names_nobody():
    told = {"migration-outcome": "Failed", "migration-source": "unknown"}
    assert outcome_tags(outcome(OutcomeKind.FAILED), None) == told


@pytest.mark.parametrize(
    ("source", "only_copy", "told"),
    [
        (SourceSeen.THERE, False, "there"),
        (SourceSeen.UNKNOWN, False, "unknown"),
        (SourceSeen.GONE, False, "gone: this may be the only copy"),
        (SourceSeen.GONE, True, "gone: this is the only copy"),
    ],
)
def test_the_version_says_whether_it_is_the_only_copy(source: SourceSeen, only_copy: bool, told: str):
    """Whoever cleans galleries up reads the tags of a version, and not the app's API."""
    ended = outcome(OutcomeKind.CANCELLED).changed(source=source, only_copy=only_copy)
    assert outcome_tags(ended, None)["migration-source"] == told


@given(kind=st.sampled_from(OutcomeKind), code=st.text(min_size=1, max_size=600), approver=st.text(max_size=600))
def test_every_value_fits_into_a_tag(kind: OutcomeKind, code: str, approver: str):
    told = outcome_tags(outcome(kind, code), decision(Decision.APPROVE, approver))
    values = [*told.values(), *status_tags(ended(kind, code), KEY).values()]
    assert all(len(value) <= LONGEST_TAG_VALUE for value in values)


@given(kind=st.sampled_from(sorted(set(OutcomeKind) - {OutcomeKind.REFUSED})), code=st.text(min_size=1, max_size=600))
def test_a_long_code_of_azures_does_not_cut_the_fingerprint_off(kind: OutcomeKind, code: str):
    run = ended(kind, code)
    assert recorded_fingerprint(status_tags(run, KEY), KEY) == run.start.fingerprint


def test_a_request_refused_over_http_leaves_its_source_untouched():
    by_tag = ended(OutcomeKind.REFUSED)
    said = "Refused Code - Correct what the reason names. Then change the tag. Reason: because"
    assert status_tags(by_tag, KEY) == {f"{KEY}-status": f"{said} {by_tag.start.fingerprint}"}
    assert status_tags(ended(OutcomeKind.REFUSED, start=make_start()), KEY) == {}


def test_the_end_of_a_request_bears_no_fingerprint_of_a_tag_that_it_did_not_answer():
    """A request failed, and the tag that had been there all the time was taken for answered."""
    by_request = ended(OutcomeKind.FAILED, start=make_start())
    assert recorded_fingerprint(status_tags(by_request, KEY), KEY) != by_request.start.fingerprint
    asked_again = by_request.changed(before="run 0")
    assert recorded_fingerprint(status_tags(asked_again, KEY), KEY) != by_request.start.fingerprint


def test_a_migration_that_has_not_ended_leaves_no_status():
    assert status_tags(make_run(Phase.CREATING), KEY) == {}
    assert outcome_tags(None, None) == {}


@pytest.mark.parametrize("value", ["", "   ", "\n"])
def test_an_empty_status_tag_has_no_fingerprint(value: str):
    assert recorded_fingerprint({f"{KEY}-status": value}, KEY) is None


@pytest.mark.parametrize("said", ["\N{PARTY POPPER}", "x\N{PARTY POPPER}", "e"])
def test_a_comment_in_pictures_does_not_keep_the_decision_from_being_tagged(said: str):
    """It had as many characters as Azure takes, and twice as many units."""
    decided = decision(Decision.APPROVE)
    tags = outcome_tags(None, decided.changed(approval=decided.approval.changed(comment=said * 1000)))
    comment = tags["decision-comment"]
    assert LONGEST_TAG_VALUE - 1 <= len(comment.encode("utf-16-le")) / 2 <= LONGEST_TAG_VALUE
    assert (said * 1000).startswith(comment)
