"""What an answer over the API is told that comes in a soak: when the delete is asked about."""

from datetime import timedelta

from migration.approval.soak import Postponed, Soak
from migration.record.question import Decided, Stage
from migration.values.outcome import Phase
from tests.support.samples import NOW, make_approval, make_copied, make_question, make_run
from triggers.api.decisions import _too_late

DECIDED = Decided(approval=make_approval(decision="accept"), at=NOW)
QUESTION = make_question(allows=["accept", "reject"], precedes_soak=True, stage=Stage.ACCEPTED, decided=DECIDED)


def test_whoever_approves_in_a_soak_is_told_when_the_delete_is_asked_about():
    """They were told that somebody had accepted it, as if there were nothing more to come."""
    until = NOW + timedelta(days=14)
    later = Postponed(code="SourceInUse", message="x", since=until, next_look_at=until + timedelta(days=1))
    soak = Soak(began_at=NOW, until=until, copied=make_copied())
    for known, day in ((soak, 15), (soak.changed(postponed=later), 16)):
        refused = _too_late(make_run(Phase.SOAKING, question=QUESTION, soak=known))
        assert f"asked about on 2026-01-{day}" in refused.detail
    assert "asked about" not in _too_late(make_run(Phase.PROMOTING, question=QUESTION)).detail
