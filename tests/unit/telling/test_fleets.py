"""How an image of a fleet stands, by what the list says of its run, or by what was noted of it; and the file of all."""

import csv
import io
from typing import Any

import pytest

from migration.approval.approval import Approval
from migration.asking.request import MigrationRequest
from migration.fleet.member import Member, MemberStage, Retrier
from migration.telling.of_fleets.results import COLUMNS, results
from migration.telling.of_fleets.standing import MemberShown, Standing
from migration.telling.status import Status
from migration.values.answer import Refusal
from migration.values.outcome import Outcome, OutcomeKind, Phase
from steering.fleets.running.starting import DONE, RUNNING
from steering.fleets.running.steering import to_be_retried
from tests.support.samples import SOURCE, make_approval, make_ended, make_outcome, make_record, make_run

REFUSED = Refusal(code="NotFound", message="there is no managed image")


def member(stage: MemberStage = MemberStage.STARTED, **changes: Any) -> Member:
    known = {"request": MigrationRequest(source_image_id=SOURCE), "number": 1, "stage": stage, "run": "run 1"}
    return Member.model_validate(known | changes)


def status(phase: Phase, outcome: Outcome | None = None, approval: Approval | None = None) -> Status:
    run = make_ended(outcome) if outcome else make_run(phase)
    return Status.of(make_record(run), run).changed(approval=approval)


ENDED = {
    OutcomeKind.MIGRATED: Standing.MIGRATED,
    OutcomeKind.SOURCE_KEPT: Standing.KEPT,
    OutcomeKind.CANCELLED: Standing.KEPT,
    OutcomeKind.REFUSED: Standing.FAILED,
    OutcomeKind.FAILED: Standing.FAILED,
    OutcomeKind.UNKNOWN: Standing.FAILED,
}


@pytest.mark.parametrize("kind", OutcomeKind)
def test_how_a_run_ended_is_told_by_the_list_and_by_the_image_when_the_list_has_forgotten_it(kind: OutcomeKind):
    outcome = make_outcome(kind, "Code")
    by_list = MemberShown.of(member(), status(Phase.DONE, outcome))
    by_image = MemberShown.of(member(ended=outcome), None)
    assert (by_list.standing, by_image.standing) == (ENDED[kind], ENDED[kind])
    assert by_list.outcome == by_image.outcome == outcome
    assert by_list.is_past_its_question


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.DONE])
def test_an_image_that_was_decided_holds_up_no_wave_though_it_is_on_its_way_again(phase: Phase):
    """A thousand approvals at once stopped the next wave until the last delete was done."""
    before, after = (
        MemberShown.of(member(), status(phase)),
        MemberShown.of(member(), status(phase, None, make_approval())),
    )
    assert before.is_past_its_question == (phase in {Phase.AWAITING_APPROVAL, Phase.SOAKING})
    assert after.is_past_its_question


def test_an_image_of_which_nothing_is_listed_yet_is_on_its_way():
    shown = MemberShown.of(member(), None)
    assert (shown.standing, shown.is_past_its_question) == (Standing.ON_ITS_WAY, False)


FAILED = member(ended=make_outcome(OutcomeKind.FAILED, "Code"))


@pytest.mark.parametrize(
    ("image", "again"),
    [
        (FAILED, True),
        (member(ended=make_outcome(OutcomeKind.REFUSED, "Missing")), True),
        (member(ended=make_outcome(OutcomeKind.UNKNOWN, "NoRecord", step=Phase.PLANNING)), True),
        (member(ended=make_outcome(OutcomeKind.UNKNOWN, "EndedWhileDeleting", step=Phase.DELETING_SOURCE)), False),
        (member(ended=make_outcome(OutcomeKind.FAILED, "SourceGone", source="gone")), False),
        (member(ended=make_outcome(OutcomeKind.MIGRATED, "Migrated")), False),
        (member(ended=make_outcome(OutcomeKind.SOURCE_KEPT, "Rejected")), False),
        (member(ended=make_outcome(OutcomeKind.CANCELLED, "Cancelled")), False),
        (member(MemberStage.PASSED, why=REFUSED), True),
        (member(MemberStage.PASSED, why=RUNNING), False),
        (member(MemberStage.PASSED, why=DONE), False),
        (member(), False),
        (member(MemberStage.WAITING), False),
        (FAILED.changed(left_out=True), False),
    ],
)
def test_only_what_failed_is_tried_again_and_nothing_whose_delete_may_have_been_sent(image: Member, again: bool):
    grace = Retrier(name="Grace", ids=["grace"])
    found = [to for _, to in to_be_retried([MemberShown.of(image, None)], grace)]
    assert bool(found) is again
    assert [(one.stage, one.run, one.why, one.ended, one.retried_by) for one in found] == [
        (MemberStage.WAITING, "run 1", None, None, [grace])
    ] * again


def test_the_file_has_a_line_for_each_image_and_nothing_that_a_spreadsheet_would_run():
    ended = make_outcome(OutcomeKind.FAILED, "Code", reason="=cmd|' /C calc'!A0")
    images = [
        MemberShown.of(member(owner="@ada"), status(Phase.DONE, ended)),
        MemberShown.of(member(MemberStage.PASSED, number=2, run=None, why=REFUSED), None),
        MemberShown.of(member(MemberStage.WAITING, number=3, run=None, owner='Ada, "web"\n'), None),
    ]
    lines = list(csv.DictReader(io.StringIO(results(images), newline="")))
    assert list(lines[0]) == list(COLUMNS)
    assert (lines[0]["owner"], lines[0]["reason"], lines[0]["outcome"]) == ("'@ada", "'=cmd|' /C calc'!A0", "Failed")
    assert (lines[1]["standing"], lines[1]["code"], lines[1]["run"]) == ("passed", "NotFound", "")
    assert (lines[2]["standing"], lines[2]["owner"]) == ("waiting", 'Ada, "web"\n')
