"""What to do next: of a refusal that repeating cannot cure, what to change."""

import pytest

from migration.telling.status import Status
from migration.values.outcome import COPY_IN_DOUBT, OutcomeKind, Phase
from tests.support.samples import make_ended, make_outcome, make_record, make_run
from triggers.api.viewing import next_action


def after(kind: OutcomeKind, code: str, reason: str = "because") -> str:
    run = make_ended(make_outcome(kind, code, reason=reason))
    return next_action(Status.of(make_record(run), run)) or ""


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("InvalidParameter", "Correct the request"),
        ("RequestDisallowedByPolicy", "policy"),
        ("ScopeLocked", "lock"),
        ("QuotaExceeded", "quota"),
        ("AuthorizationFailed", "right"),
        ("GallerySourceResourceExceedsMaxSize", "smaller"),
        ("MissingSubscriptionRegistration", "Microsoft.Compute"),
        ("ReadOnlyDisabledSubscription", "enabled"),
        ("PropertyChangeNotAllowed", "another image definition"),
        ("VersionExists", "another version number"),
    ],
)
def test_a_refusal_that_repeating_cannot_cure_says_what_to_change(code: str, change: str):
    said = after(OutcomeKind.FAILED, code)
    assert change in said
    assert "it would end the same" in said


def test_a_quota_is_told_by_its_word_whatever_the_code():
    said = after(OutcomeKind.FAILED, "OperationNotAllowed", "The operation exceeds the Quota of image versions.")
    assert "Have the quota raised" in said


@pytest.mark.parametrize("code", sorted(COPY_IN_DOUBT))
def test_a_version_that_is_not_what_it_was_is_not_told_as_usable(code: str):
    """Somebody had built another version under its number, and people were told that it was theirs to use."""
    said = after(OutcomeKind.SOURCE_KEPT, code)
    assert "usable" not in said
    assert "Look at the version" in said
    assert "usable" in after(OutcomeKind.SOURCE_KEPT, "Rejected")


def test_what_may_pass_is_started_again():
    assert "it takes up what it created" in after(OutcomeKind.FAILED, "AzureUnavailable")


def test_what_was_stopped_from_outside_has_nothing_to_be_done_yet():
    run = make_run(Phase.AWAITING_APPROVAL)
    status = Status.of(make_record(run), run)
    assert "approve or reject" in (next_action(status) or "")
    assert next_action(status.as_stopped()) is None
