"""What to do next, as the API says it."""

from migration.telling.status import Status
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import make_ended, make_outcome, make_record, make_run
from triggers.api.viewing import next_action


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
