"""The engine fails an orchestration whose status or output takes more than 16 KB of UTF-16: nothing may make it so."""

import json
from typing import Any

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from migration.course.audit import AuditEntry
from migration.course.state import Ending, MigrationState, Status

from migration.approval.approval import Approval, Decision
from migration.resources.gallery import RegionReplication
from migration.values.outcome import Outcome, OutcomeKind, Phase
from migration.values.record import Record
from tests.unit.samples import NOW, SOURCE, VERSION, make_plan, make_start

LIMIT = 16 * 1024
# Letters, quotes and controls that JSON spells longer, letters beyond the basic plane, halves of such.
PIECES = st.sampled_from(["x", '"', "\\", "\x00", "\n", "é", "愛", "😀", "\ud800", "\u202e", "0123456789 "])
TEXTS = st.builds(lambda piece, times: piece * times, PIECES, st.integers(0, 40_000)) | st.text(max_size=50)
NAMES = st.builds(lambda piece, times: piece * times, PIECES, st.integers(1, 256))


def carried(record: Record) -> int:
    """Bytes there: the engine's text is JSON in UTF-16, whichever way characters beyond ASCII are spelt."""
    dumped = record.dump()
    spelt = (json.dumps(dumped), json.dumps(dumped, ensure_ascii=False))
    return max(len(text.encode("utf-16-le", "surrogatepass")) for text in spelt)


def region(number: int, state: str, details: str | None) -> RegionReplication:
    return RegionReplication(name=f"region{number}", state=state, progress=50, replicas=3, details=details)


REGIONS = st.builds(
    lambda count, state, details: [region(number, state, details) for number in range(count)],
    st.integers(0, 150),
    st.sampled_from(["Completed", "Replicating", "Failed", "Unknown"]),
    st.none() | TEXTS,
)
OUTCOMES = st.builds(
    lambda kind, reason, code, left: Outcome(
        kind=kind, reason=reason, code=code, step=Phase.DELETING_SOURCE, left_behind=[VERSION] * left
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
ENTRIES = st.builds(
    lambda by, detail, checks: AuditEntry(
        at=NOW, event="answer refused", by=by, image_version_id=VERSION, detail=detail, checks=[detail] * checks
    ),
    NAMES,
    TEXTS,
    st.integers(0, 20),
)


@st.composite
def states(draw: Any) -> MigrationState:
    return MigrationState(
        start=make_start(requested_by=draw(TEXTS)),
        phase=draw(st.sampled_from(Phase)),
        created_at=NOW,
        plan=make_plan(),
        image_version_id=VERSION,
        regions=draw(REGIONS),
        asked_at=NOW,
        expires_at=NOW,
        approval=draw(st.none() | APPROVALS),
        decided_at=NOW,
        notes=draw(st.lists(TEXTS, max_size=8)),
        audit=draw(st.lists(ENTRIES, max_size=8)),
        outcome=draw(st.none() | OUTCOMES),
    )


@hypothesis_settings(max_examples=100)
@given(states())
def test_no_status_is_more_than_the_engine_carries(state: MigrationState):
    status = Status.of(state)
    assert carried(status) < LIMIT
    assert len(status.regions) + status.regions_left_out == len(state.regions)
    assert Status.model_validate(status.dump()) == status


@hypothesis_settings(max_examples=100)
@given(states())
def test_no_ending_is_more_than_the_engine_carries(state: MigrationState):
    begun = state.model_copy(update={"audit": [], "outcome": None, "approval": None, "notes": []})
    assert carried(Ending.of(state, begun)) < LIMIT


def test_what_does_not_fit_is_counted_and_what_is_waited_for_is_shown_first():
    regions = [region(number, "Completed", None) for number in range(148)]
    slow = [region(148, "Replicating", "slow"), region(149, "Failed", "quota")]
    state = MigrationState(start=make_start(), plan=make_plan(), regions=[*regions, *slow])
    status = Status.of(state)
    assert 20 < len(status.regions) < 150
    assert status.regions_left_out == 150 - len(status.regions)
    assert status.regions[-2:] == slow
    assert [one.name for one in status.regions] == [one.name for one in regions[: len(status.regions) - 2]] + [
        one.name for one in slow
    ]


def test_a_text_that_is_cut_says_so():
    machines = ", ".join(f"virtual machine {SOURCE}{number}" for number in range(150))
    outcome = Outcome(kind=OutcomeKind.SOURCE_KEPT, reason=machines, code="SourceInUse", step=Phase.DELETING_SOURCE)
    status = Status.of(MigrationState(start=make_start(), outcome=outcome))
    assert status.outcome is not None
    assert status.outcome.reason.endswith(" [cut]")
    assert status.outcome.reason.startswith("virtual machine")
    short = Status.of(MigrationState(start=make_start(), outcome=outcome.model_copy(update={"reason": "in use"})))
    assert short.outcome is not None
    assert short.outcome.reason == "in use"


def test_an_ending_and_the_phase_before_are_the_whole_state():
    entries = [AuditEntry(at=NOW, event=f"event {number}") for number in range(4)]
    begun = MigrationState(start=make_start(), plan=make_plan(), image_version_id=VERSION, audit=entries[:2])
    outcome = Outcome(kind=OutcomeKind.MIGRATED, reason="r", code="Migrated", step=Phase.DELETING_SOURCE)
    last = begun.model_copy(
        update={"audit": entries, "outcome": outcome, "notes": ["n"], "phase": Phase.DONE, "decided_at": NOW}
    )
    assert Ending.of(last, begun).after(begun) == last
    assert Ending.model_validate(Ending.of(last, begun).dump()).after(begun) == last
