"""What to do next: of a refusal that repeating cannot cure, what to change."""

import pytest
from migration.course.state import MigrationState, Status
from triggers.steering.hub import Migration

from migration.values.outcome import Outcome, OutcomeKind, Phase
from tests.unit.samples import NOW, make_start
from triggers.api.viewing import next_action


def after(kind: OutcomeKind, code: str, reason: str = "because") -> str:
    outcome = Outcome(kind=kind, code=code, reason=reason, step=Phase.PREPARING)
    state = MigrationState(start=make_start(), outcome=outcome, phase=Phase.DONE)
    migration = Migration(
        id="migrate-web", status=Status.of(state), state=state, outcome=outcome, is_live=False, updated_at=NOW
    )
    return next_action(migration) or ""


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
        ("FailedVersionStays", "soft delete"),
    ],
)
def test_a_refusal_that_repeating_cannot_cure_says_what_to_change(code: str, change: str):
    said = after(OutcomeKind.FAILED, code)
    assert change in said
    assert "it would end the same" in said


def test_a_quota_is_told_by_its_word_whatever_the_code():
    said = after(OutcomeKind.FAILED, "OperationNotAllowed", "The operation exceeds the Quota of image versions.")
    assert "Have the quota raised" in said


def test_what_may_pass_is_started_again():
    assert "it takes up what it created" in after(OutcomeKind.FAILED, "AzureUnavailable")
