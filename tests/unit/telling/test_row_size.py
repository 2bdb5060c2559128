"""A row of the list has little room, and whoever asks may say a lot: nothing may make it too long to be written."""

import json
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from migration.approval.approval import Approval, Decision
from migration.record.question import Decided
from migration.record.run import Person, Run
from migration.resources.gallery import RegionReplication
from migration.resources.states import ReplicationState
from migration.telling.status import LONGEST_ROW, Status
from migration.values.outcome import Outcome, OutcomeKind, Phase, SourceSeen
from records.chunks import _LENGTH
from tests.support.samples import NOW, SOURCE, VERSION, make_ended, make_question, make_record, make_run

# Letters, quotes and controls that JSON spells longer, letters beyond the basic plane, halves of such.
PIECES = st.sampled_from(["x", '"', "\\", "\x00", "\n", "é", "愛", "😀", "\u202e", "0123456789 "])
TEXTS = st.builds(lambda piece, times: piece * times, PIECES, st.integers(0, 40_000)) | st.text(max_size=50)
NAMES = st.builds(lambda piece, times: piece * times, PIECES, st.integers(1, 256))


def region(number: int, state: str, details: str | None) -> RegionReplication:
    return RegionReplication(
        name=f"region{number}", state=ReplicationState(state), progress=50, replicas=3, details=details
    )


REGIONS = st.builds(
    lambda count, state, details: [region(number, state, details) for number in range(count)],
    st.integers(0, 150),
    st.sampled_from(["Completed", "Replicating", "Failed", "Unknown"]),
    st.none() | TEXTS,
)
OUTCOMES = st.builds(
    lambda kind, reason, code, left: Outcome(
        kind=kind,
        reason=reason,
        code=code,
        step=Phase.DELETING_SOURCE,
        source=SourceSeen.THERE,
        left_behind=[VERSION] * left,
    ),
    st.sampled_from(OutcomeKind),
    TEXTS,
    TEXTS,
    st.integers(0, 50),
)
APPROVALS = st.builds(
    lambda approver, comment, checks: Approval(
        decision=Decision.APPROVE,
        approver=approver,
        image_version_id=VERSION,
        comment=comment,
        id="decision",
        via="page",
        verified=True,
        checks=[comment] * checks,
    ),
    NAMES,
    TEXTS,
    st.integers(0, 20),
)


@st.composite
def runs(draw: Any) -> Run:
    approval = draw(st.none() | APPROVALS)
    decided = Decided(approval=approval, at=NOW) if approval else None
    return make_run(
        draw(st.sampled_from(Phase)),
        requesters=[Person(name=draw(TEXTS))],
        regions=draw(REGIONS),
        question=make_question(decided=decided),
        notes=draw(st.lists(TEXTS, max_size=8)),
        outcome=draw(st.none() | OUTCOMES),
    )


def row(run: Run) -> Status:
    return Status.of(make_record(run), run).shortened()


@hypothesis_settings(max_examples=100)
@given(runs())
def test_no_row_is_longer_than_what_one_property_holds(run: Run):
    status = row(run)
    assert len(json.dumps(status.dump())) < _LENGTH
    assert len(status.regions) + status.regions_left_out == len(run.regions)
    assert Status.model_validate(status.dump()) == status


def test_what_does_not_fit_is_counted_and_what_is_waited_for_is_shown_first():
    regions = [region(number, "Completed", None) for number in range(148)]
    slow = [region(148, "Replicating", "slow"), region(149, "Failed", "quota")]
    status = row(make_run(Phase.REPLICATING, regions=[*regions, *slow]))
    assert 20 < len(status.regions) < 150
    assert status.regions_left_out == 150 - len(status.regions)
    assert status.regions[-2:] == slow
    assert len(status.model_dump_json()) <= LONGEST_ROW
    assert [one.name for one in status.regions[:-2]] == [one.name for one in regions[: len(status.regions) - 2]]


def test_a_text_that_is_cut_says_so():
    machines = ", ".join(f"virtual machine {SOURCE}{number}" for number in range(150))
    outcome = Outcome(kind=OutcomeKind.SOURCE_KEPT, reason=machines, code="SourceInUse", step=Phase.DELETING_SOURCE)
    told = row(make_ended(outcome)).outcome
    assert told is not None
    assert told.reason.endswith(" [cut]")
    assert told.reason.startswith("virtual machine")
    short = row(make_ended(outcome.changed(reason="in use"))).outcome
    assert short is not None
    assert short.reason == "in use"
