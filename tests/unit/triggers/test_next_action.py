"""What to do next, as the API says it."""

from migration.telling.status import Status
from migration.values.outcome import OutcomeKind, Phase, SourceSeen
from tests.support.samples import make_ended, make_outcome, make_record, make_run
from triggers.api.viewing import next_action, view


def after(kind: OutcomeKind, code: str, reason: str = "because") -> str:
    run = make_ended(make_outcome(kind, code, reason=reason))
    return next_action(Status.of(make_record(run), run)) or ""


def test_what_may_pass_is_started_again():
    assert "it takes up what it created" in after(OutcomeKind.FAILED, "AzureUnavailable")


def test_what_was_stopped_from_outside_has_nothing_to_be_done_yet():
    run = make_run(Phase.AWAITING_APPROVAL)
    status = Status.of(make_record(run), run)
    assert "approve or reject" in (next_action(status) or "")
    assert next_action(status.as_stopped()) is None


def test_who_can_do_it_is_said_of_the_same_step():
    """Of a source that was gone, the API named who can cure the code, beside a step for the gallery's owner."""
    outcome = make_outcome(OutcomeKind.FAILED, "QuotaExceeded", source=SourceSeen.GONE)
    run = make_ended(outcome)
    shown = view(run.start.id, Status.of(make_record(run), run), "https://app/api")
    assert "may be the only copy" in (shown.next_action or "")
    assert shown.next_action_by == "whoever owns the gallery"
