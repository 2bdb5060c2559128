"""Where users of an image may go: to what was accepted, whatever is decided about its source after a soak."""

from datetime import timedelta

import pytest

from migration.approval.soak import Soak
from migration.record.question import Stage
from migration.telling.moved import has_moved
from migration.values.outcome import OutcomeKind, Phase
from tests.support.samples import NOW, VERSION, make_copied, make_ended, make_outcome, make_question, make_run

DAYS = timedelta(days=14)
SOAK = Soak(began_at=NOW, until=NOW + DAYS, copied=make_copied(), served=True)
SECOND = {"allows": ["approve", "reject"], "soaked_since": NOW}


@pytest.mark.parametrize("phase", [Phase.VERIFYING, Phase.AWAITING_APPROVAL, Phase.PROMOTING, Phase.DELETING_SOURCE])
def test_a_version_that_soaked_is_in_use_while_the_delete_is_asked_about(phase: Phase):
    """It was told as under way, with no version that may be used: for it is promoted once more before the delete."""
    run = make_run(phase, question=make_question(**SECOND), soak=SOAK, promoted=False, image_version_id=VERSION)
    assert has_moved(run)


@pytest.mark.parametrize("code", ["Rejected", "ApprovalExpired", "SourceInUse"])
def test_a_version_that_soaked_is_in_use_though_its_source_stays(code: str):
    """It was told that no version had been approved or accepted, also once its run is no more than a line."""
    run = make_ended(
        outcome=make_outcome(OutcomeKind.SOURCE_KEPT, code),
        question=make_question(**SECOND, stage=Stage.REJECTED),
        soak=SOAK,
        promoted=False,
        image_version_id=VERSION,
    )
    assert has_moved(run)
    assert has_moved(run.as_a_line())


def test_what_nobody_has_accepted_is_no_address():
    asking = make_run(Phase.AWAITING_APPROVAL, question=make_question(), image_version_id=VERSION)
    assert not has_moved(asking)
    rejected = make_ended(outcome=make_outcome(OutcomeKind.SOURCE_KEPT, "Rejected"), image_version_id=VERSION)
    assert not has_moved(rejected)
    assert not has_moved(rejected.as_a_line())
