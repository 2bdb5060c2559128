"""The cancel of a fleet is that of each of its runs, by the rules of a single cancel."""

from datetime import UTC, datetime

import pytest

from migration.fleet.fleet import FleetStage
from migration.record.question import Decided, Stage
from migration.values.outcome import OutcomeKind, Phase
from steering.fleets.running.advancing import advance
from tests.support.fleets import FLEET, id_of, put_fleet, record_of
from tests.support.samples import DEFAULTS, changed, make_approval, make_question


def about_to_delete(number: int, stage: Stage):
    decided = Decided(approval=make_approval(), at=datetime.now(UTC))
    record = record_of(number, Phase.DELETING_SOURCE)
    question = make_question(stage=stage, decided=decided)
    return record.changed(run=changed(record.run, {"question": question}))


@pytest.mark.parametrize(
    ("stage", "is_cancelled"), [(Stage.APPROVED, True), (Stage.SENDING, False), (Stage.SENT, False)]
)
async def test_a_delete_that_is_not_sent_yet_is_cancelled_with_its_fleet(records, hub, stage: Stage, is_cancelled):
    """One that Azure had put off, for a lock or a throttle, was passed over by the cancel, and carried out later."""
    await put_fleet([about_to_delete(1, stage)], stage=FleetStage.CANCELLED, by="Grace", at=datetime.now(UTC))
    await advance(hub, FLEET, DEFAULTS)
    outcome = records.run(id_of(1)).outcome
    assert (outcome is not None and outcome.kind is OutcomeKind.CANCELLED) == is_cancelled
