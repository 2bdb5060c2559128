"""No sequence of transitions, however forged, sends a delete without a fresh approval of the last question."""

from datetime import datetime, timedelta

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from migration.approval.closing import abandoned, cancelled, concluded, decided, expired
from migration.approval.deletion import answered, delete_sent
from migration.approval.image_record import ImageRecord, Stage
from migration.approval.opening import asked_anew, opened

from migration.asking.start import MigrationStart
from migration.values.answer import Refusal
from tests.unit.samples import NOW, SOURCE, make_approval, make_copied, make_question, make_start

NOTHING = Refusal(code="NoRecord", message="nothing was ever asked")
VALIDITY = timedelta(hours=24)
HOURS = st.sampled_from([1, 12, 25, 60])
RUNS = st.integers(0, 3)  # back from the latest start
NUMBERS = st.sampled_from([0, 0, 0, 0, 1, 2, 5])  # back from the latest question


class Sequences(RuleBasedStateMachine):
    """The record, and beside it the one thing that may send a delete: who approved which question, and when.

    Questions and starts come from everywhere, old ones too, as from somebody who can run every step again.
    """

    record: ImageRecord | None
    approved: tuple[str, datetime] | None
    now: datetime

    @initialize()
    def begin(self) -> None:
        self.record, self.approved, self.now = None, None, NOW
        self.asked: list[str] = ["none"]
        self.starts: list[MigrationStart] = [make_start("run 0")]
        self.cancelled_until: datetime | None = None

    @rule(hours=HOURS)
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def somebody_starts_a_migration(self) -> None:
        self.now += timedelta(seconds=1)
        self.starts.append(make_start(f"run {len(self.starts)}", self.now))

    @rule(
        number=RUNS, content=st.sampled_from(["first", "first", "second"]), dated=st.sampled_from([True, True, False])
    )
    def a_question_is_opened(self, number: int, content: str, dated: bool) -> None:
        """By any start there ever was, the time of which may be unknown."""
        start = self.starts[max(-1 - number, -len(self.starts))]
        if not dated:
            start = start.model_copy(update={"started_at": None})
        before = self.record.question if self.record else None
        question = make_question(
            id=f"question {len(self.asked)}",
            start=start,
            copied=make_copied(source_content=content),
            asked_at=self.now,
            expires_at=self.now + timedelta(days=7),
        )
        result = opened(self.record, question)
        if self._keep(result) and isinstance(result, ImageRecord) and result.question != before:
            self.asked.append(question.id)
            self.approved = None
            assert not self._was_cancelled(start)

    def _was_cancelled(self, start: MigrationStart) -> bool:
        return self.cancelled_until is not None and (
            start.started_at is None or start.started_at <= self.cancelled_until
        )

    @rule(number=NUMBERS, decision=st.sampled_from(["approve", "approve", "reject"]), answer=st.integers(0, 3))
    def somebody_decides(self, number: int, decision: str, answer: int) -> None:
        question = self._question(number)
        before = self.record
        approval = make_approval(decision=decision, id=f"decision {answer}")
        if self._keep(decided(self.record, question, approval, self.now)) and self.record != before:
            self.approved = (question, self.now) if decision == "approve" else None

    @rule()
    def the_latest_start_asks_and_is_approved(self) -> None:
        self.a_question_is_opened(number=0, content="first", dated=True)
        self.somebody_decides(number=0, decision="approve", answer=0)

    @rule(what=st.sampled_from(["cancel", "look", "ask again", "answer", "conclude", "abandon"]), number=RUNS)
    def something_ends_it(self, what: str, number: int) -> None:
        """In one rule of all that ends a question or spends its approval, lest nothing ever comes to a delete."""
        before, start = self.record, make_start("run of somebody who asks again", self.now)
        ends = {
            "cancel": lambda: cancelled(before, SOURCE, self.now, f"run {number}"),
            "look": lambda: expired(before, self.now) if before else NOTHING,
            "ask again": lambda: asked_anew(before, start),
            "answer": lambda: answered(before, self._question(number), code="x"),
            "conclude": lambda: (
                concluded(before, self._question(number), Stage.DELETED, self.now) if before else NOTHING
            ),
            "abandon": lambda: abandoned(before, self._question(number), self.now) if before else NOTHING,
        }
        if self._keep(ends[what]()) and (self.record != before or what == "cancel"):
            self.approved = None
            self.starts += [start] if what == "ask again" else []
            self.cancelled_until = self.now if what == "cancel" else self.cancelled_until

    @rule(number=NUMBERS)
    def a_delete_is_sent(self, number: int) -> None:
        question = self._question(number)
        if self._keep(delete_sent(self.record, question, "attempt", self.now, VALIDITY)):
            assert self.approved is not None, "a delete without an approval since the last question, or after a cancel"
            approved, at = self.approved
            assert approved == question
            assert self.now < at + VALIDITY

    @invariant()
    def only_an_approved_question_has_a_delete(self) -> None:
        question = self.record.question if self.record else None
        if question is not None and question.deletion is not None:
            assert question.approval is not None
            assert question.approval.decision == "approve"
            assert question.decided_at is not None
            assert question.deletion.sent_at < question.decided_at + VALIDITY

    def _question(self, number: int) -> str:
        return self.asked[max(-1 - number, -len(self.asked))]

    def _keep(self, result: ImageRecord | Refusal) -> bool:
        if isinstance(result, Refusal):
            return False
        settled = self.record.settled_at if self.record else None
        assert settled is None or (result.settled_at is not None and result.settled_at >= settled)
        self.record = result
        return True


TestSequences = Sequences.TestCase
TestSequences.settings = hypothesis_settings(max_examples=100, stateful_step_count=40, deadline=None, derandomize=True)
