"""The list, in emulated table storage: a row tells of the migration that runs, not of the one before it."""

from datetime import timedelta

import pytest
from migration.approval.image_record import new_record
from migration.course.state import MigrationState, Status

from migration.course.starting import Requester, start_by_request
from migration.values.outcome import Outcome, OutcomeKind, Phase
from records.index import Filter, announce, note, page
from tests.unit.samples import DEFAULTS, NOW, make_image, make_request

RECORD = new_record(make_image().id, NOW)
BEGUN = MigrationState(start=start_by_request(make_request(), make_image(), Requester("Ada"), DEFAULTS))
REJECTED = Outcome(kind=OutcomeKind.SOURCE_KEPT, code="Rejected", reason="no", step=Phase.AWAITING_APPROVAL)


def status(phase: Phase, outcome: Outcome | None = None) -> Status:
    return Status.of(BEGUN.model_copy(update={"phase": phase, "outcome": outcome}))


pytestmark = pytest.mark.usefixtures("storage")


async def found(wanted: Filter) -> int:
    return len((await page(10, wanted=wanted)).rows)


async def test_a_migration_that_runs_again_is_no_longer_found_by_how_it_ended_before():
    await note(RECORD, status(Phase.DONE, REJECTED), NOW)
    assert await found(Filter(outcome="SourceKept")) == 1
    await announce(RECORD, status(Phase.PLANNING), NOW + timedelta(hours=1))
    assert await found(Filter(outcome="SourceKept")) == 0
    assert await found(Filter(phase="Planning", live=True)) == 1


async def test_whoever_starts_what_runs_already_leaves_its_row_as_it_is():
    await note(RECORD, status(Phase.AWAITING_APPROVAL), NOW)
    await announce(RECORD, status(Phase.PLANNING), NOW + timedelta(hours=1))
    assert await found(Filter(phase="AwaitingApproval")) == 1
