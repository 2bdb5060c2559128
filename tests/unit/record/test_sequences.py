"""No sequence of moves, by however many actors, sends a delete without a fresh approval of that very question, or after
a cancel was granted; one run lives, and nothing that is kept of it grows without end.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from migration.record.admitting import admitted, begun, ended, finished, seen_live, seen_missing
from migration.record.asking import asked_anew, claimed, opened, reminded, told
from migration.record.audit import LONGEST_AUDIT
from migration.record.closing import MOST_DECISIONS, answer_refused, cancelled, decided, expired
from migration.record.deletion import concluded, given_back, sending, taken
from migration.record.image_record import ImageRecord
from migration.record.notices import MOST_LINKS, MOST_OWED, Link
from migration.record.question import MAY_BE_SENT, Question, Stage
from migration.record.run import MOST_NOTES, MOST_REQUESTERS, Run, RunStage
from migration.record.soaking.moves import looked_at, postponed, served, soaking
from migration.values.answer import Refusal
from migration.values.outcome import OutcomeKind, Phase
from migration.values.value import SOAK_READER
from tests.support.samples import NOW, make_approval, make_ended, make_outcome, make_person, make_question, make_start
from tests.unit.stages import WAY, gone_on, verifying

NOTHING = Refusal(code="NoRecord", message="nothing was ever asked")
VALIDITY, SOAK = timedelta(hours=24), timedelta(days=2)
BACK = st.sampled_from([0, 0, 0, 0, 1, 2, 5])  # from the latest run, question or attempt
ENDS = st.sampled_from([Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN])


class Sequences(RuleBasedStateMachine):
    """The record, and beside it what alone may lead to a delete: who approved which question, and when.

    Every step may be taken by an instance of any run there ever was, in any order.
    """

    record: ImageRecord | None
    approved: tuple[str, datetime] | None
    now: datetime

    @initialize()
    def begin(self) -> None:
        self.now, self.approved, self.record = NOW, None, verifying()
        self.runs, self.questions, self.attempts = ["run 1"], ["none"], ["none"]
        self.cancelled: set[str] = set()
        self.sent: set[str] = set()  # questions whose delete may have gone out

    @rule(hours=st.sampled_from([0, 1, 12, 25, 60]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours, seconds=1)

    @rule(again=st.booleans(), back=BACK)
    def somebody_starts_or_asks_again(self, again: bool, back: int) -> None:
        run_id, before = f"run {len(self.runs) + 1}", self.record.run if self.record else None
        asks: dict[str, Any] = {"before": before} if again and before is not None else {}
        result = admitted(self.record, make_start(), run_id, self.now, **asks)
        if self._keep(result) and self.run.id == run_id:
            assert before is None or before.stage is RunStage.ENDED, "two runs live"
            assert self.run.question is None
            assert before is None or self.run.number == before.number + 1
            self.runs.append(run_id)
            self.approved = None

    @rule(back=BACK, to=st.sampled_from(Phase))
    def an_instance_goes_on(self, back: int, to: Phase) -> None:
        self._of_run(back, begun)
        self._of_run(back, lambda run: gone_on(run, to))

    @rule(back=BACK)
    def an_instance_asks(self, back: int) -> None:
        at, number = self.now, f"question {len(self.questions)}"
        question = make_question(id=number, asked_at=at, expires_at=at + timedelta(days=7))
        if self._of_run(back, lambda run: opened(run, question) if run.plan else NOTHING):
            self.questions.append(number)
            self.approved = None

    @rule(
        back=BACK,
        other=BACK,
        decision=st.sampled_from(["approve"] * 3 + ["accept", "reject"]),
        answer=st.integers(0, 2),
    )
    def somebody_decides(self, back: int, other: int, decision: str, answer: int) -> None:
        run, question, before = _at(self.runs, other), _at(self.questions, back), self.record
        approval = make_approval(decision=decision, id=f"decision {answer}")
        result = decided(before, run, question, approval, self.now) if before else NOTHING
        if self._keep(result) and self.record != before:
            self.approved = (question, self.now) if decision == "approve" else None

    @rule(workers=st.sampled_from([0, 1, 2]))
    def everything_goes_well_until_the_delete(self, workers: int) -> None:
        """Lest nothing ever comes to a delete, and to one that several workers send."""
        self._of_run(0, lambda run: run if run.is_live else finished(run, self.now))
        self.somebody_starts_or_asks_again(again=True, back=0)
        for phase in Phase:
            if phase is Phase.AWAITING_APPROVAL:
                self.an_instance_asks(back=0)
                self.somebody_decides(back=0, other=0, decision="approve", answer=0)
            elif phase not in {Phase.PROMOTING, Phase.SOAKING}:
                self.an_instance_goes_on(back=0, to=phase)
        for _ in range(workers):
            self.a_delete_is_sent(back=0, other=0, again=False)

    @rule(back=BACK, other=BACK, again=st.booleans())
    def a_delete_is_sent(self, back: int, other: int, again: bool) -> None:
        run, question, before = _at(self.runs, other), _at(self.questions, back), self.record
        attempt = self.attempts[-1] if again else f"attempt {len(self.attempts)}"
        self.attempts.append(attempt)
        result = sending(before, run, question, attempt, self.now, VALIDITY) if before else NOTHING
        if self._keep(result):
            assert self.approved is not None, "a delete without an approval since the last question, or after a cancel"
            assert self.approved[0] == question
            assert self.now < self.approved[1] + VALIDITY
            assert run == self.run.id
            assert run not in self.cancelled
            self.sent.add(question)

    @rule(back=BACK, attempt=BACK, took=st.sampled_from([False, False, True]))
    def azure_answers(self, back: int, attempt: int, took: bool) -> None:
        name, before = _at(self.attempts, attempt), self._question()
        step = (lambda run: taken(run, "url")) if took else (lambda run: given_back(run, name))
        if self._of_run(back, step) and not took and before is not None:
            assert before.deletion is not None
            assert before.deletion.attempts == 1, "given back though another attempt may have sent it"
            self.sent.discard(before.id)

    @rule(
        what=st.sampled_from(["cancel", "look", "ask again", "conclude", "end", "finish", "miss"]), back=BACK, end=ENDS
    )
    def something_ends_it(self, what: str, back: int, end: Stage) -> None:
        """In one rule of all that ends a question or spends its approval, lest nothing ever comes to a delete."""
        run, before, question = _at(self.runs, back), self.record, self._question()
        if before is None:
            return
        failed, seen = make_outcome(OutcomeKind.FAILED, "X"), question.id if question else None
        ways: dict[str, Callable[[], ImageRecord | Refusal]] = {
            "cancel": lambda: cancelled(before, run, "no", self.now),
            "look": lambda: expired(before, run, "nobody", self.now),
            "ask again": lambda: self._with(run, lambda one: asked_anew(one, seen, make_person("Bob"), self.now)),
            "conclude": lambda: concluded(before, run, end, "C", "r", self.now),
            "end": lambda: ended(before, run, failed, self.now),
            "finish": lambda: self._with(run, lambda known: finished(known, self.now)),
            "miss": lambda: seen_missing(before, run, self.now),
        }
        result = ways[what]()
        if self._keep(result) and what == "cancel":
            assert question is None or question.stage not in MAY_BE_SENT, "cancelled what may have been sent"
            self.cancelled.add(run)
        closed = self._question()
        if question is not None and (closed is None or closed.stage is not question.stage):
            self.approved = None

    @rule(back=BACK, flood=st.sampled_from([1, 3, 40]))
    def people_are_told_and_answer_nonsense(self, back: int, flood: int) -> None:
        links = [Link(token="t", question="q", receiver="r")] * flood
        self._of_run(back, lambda run: reminded(run, self.now))
        self._of_run(back, seen_live)
        for _ in range(flood):
            self._of_run(back, lambda run: answer_refused(run, "no", self.now))
        for notice in self.run.all_owed:
            self._of_run(back, partial(claimed, notice=notice, links=links, at=self.now))
        for notice in self.run.all_owed:
            about = notice.changed(run=notice.run or self.run.number)
            self._of_run(back, partial(told, about=about, reached=[], missed=1, at=self.now))

    @invariant()
    def only_an_approved_question_has_a_delete(self) -> None:
        question = self._question()
        if question is not None and question.deletion is not None:
            assert question.decided is not None
            assert question.decided.approval.decision == "approve"
            assert question.deletion.sent_at < question.decided.at + VALIDITY

    @invariant()
    def what_may_have_been_sent_is_never_told_as_if_it_had_not_been(self) -> None:
        question = self._question()
        if question is not None and question.id in self.sent:
            assert question.stage in {*MAY_BE_SENT, Stage.DELETED, Stage.KEPT, Stage.GONE, Stage.UNKNOWN}

    @invariant()
    def an_outcome_and_an_end_go_together(self) -> None:
        assert (self.run.outcome is None) == (self.run.stage in {RunStage.ADMITTED, RunStage.BEGUN})
        assert (self.run.outcome is None) == (self.run.phase is not Phase.DONE)

    @invariant()
    def nothing_grows_without_end(self) -> None:
        run = self.run
        assert len(run.decisions) <= MOST_DECISIONS
        assert len(run.links) <= MOST_LINKS
        assert len(run.notes) <= MOST_NOTES
        assert len(run.audit) <= LONGEST_AUDIT
        assert len(run.requesters) <= MOST_REQUESTERS
        assert max(len(run.owed), len(run.owed_before)) <= MOST_OWED

    @property
    def run(self) -> Run:
        return self.record.run if self.record and self.record.run else make_ended()

    def _question(self) -> Question | None:
        return self.run.question

    def _with(self, run_id: str, step: Callable[[Run], Run | Refusal]) -> ImageRecord | Refusal:
        if self.record is None:
            return NOTHING
        known = self.record.run_of(run_id)
        return known if isinstance(known, Refusal) else self.record.with_run(step(known))

    def _of_run(self, back: int, step: Callable[[Run], Run | Refusal]) -> bool:
        return self._keep(self._with(_at(self.runs, back), step))

    def _keep(self, result: ImageRecord | Refusal) -> bool:
        if isinstance(result, Refusal):
            return False
        self.record = result
        return True


def _at(known: list[str], back: int) -> str:
    return known[max(-1 - back, -len(known))]


class SoakSequences(Sequences):
    """The same of plans with a soak: no delete before it is over, and by none but the question after it.

    Questions may be opened, and answered, as no code of ours would: the record has to hold all the same.
    """

    @initialize()
    def begin(self) -> None:
        super().begin()
        self._plan()

    @rule(back=BACK, what=st.sampled_from(["begin", "look", "postpone", "serve"]))
    def a_soak_goes_on(self, back: int, what: str) -> None:
        why = Refusal(code="SourceInUse", message="a machine")
        steps: dict[str, Callable[[Run], Run | Refusal]] = {
            "begin": lambda run: soaking(run, self.now),
            "look": lambda run: looked_at(run, self.now),
            "postpone": lambda run: postponed(run, why, self.now, self.now, is_known=True),
            "serve": lambda run: served(run, self.now),
        }
        before = self.run
        if self._of_run(back, steps[what]) and what == "serve":
            assert before.soak is not None
            assert before.soak.began_at + SOAK <= self.now
            assert [one.approval.decision for one in before.decisions][-1:] == ["accept"]
            self.approved = None

    @rule(back=BACK, soaked=st.booleans())
    def an_instance_asks(self, back: int, soaked: bool = False) -> None:
        at, number = self.now, f"question {len(self.questions)}"
        soak = self.run.soak
        since = soak.began_at if soaked and soak and soak.served else None
        question = make_question(
            id=number, asked_at=at, expires_at=at + timedelta(days=7), precedes_soak=not soaked, soaked_since=since
        )
        if self._of_run(back, lambda run: opened(run, question) if run.plan else NOTHING):
            self.questions.append(number)
            self.approved = None

    @rule(is_sent=st.booleans())
    def everything_goes_well_until_the_delete_is_asked_about(self, is_sent: bool) -> None:
        """Lest nothing ever comes to the second question, or to a delete by its answer."""
        self._of_run(0, lambda run: run if run.is_live else finished(run, self.now))
        self.somebody_starts_or_asks_again(again=True, back=0)
        for phase in WAY:
            self.an_instance_goes_on(back=0, to=phase)
        self.an_instance_asks(back=0, soaked=False)
        self.somebody_decides(back=0, other=0, decision="accept", answer=0)
        self.a_soak_goes_on(back=0, what="begin")
        self.time_passes(hours=60)
        self.a_soak_goes_on(back=0, what="serve")
        self.an_instance_asks(back=0, soaked=True)
        if is_sent:
            self.somebody_decides(back=0, other=0, decision="approve", answer=1)
            self.an_instance_goes_on(back=0, to=Phase.DELETING_SOURCE)
            self.a_delete_is_sent(back=0, other=0, again=False)

    def an_instance_goes_on(self, back: int, to: Phase) -> None:
        super().an_instance_goes_on(back, to)
        self._plan()

    @invariant()
    def no_delete_comes_before_the_soak_is_over(self) -> None:
        question, soak = self._question(), self.run.soak
        if question is not None and question.deletion is not None:
            assert soak is not None
            assert soak.served
            assert soak.until <= question.deletion.sent_at
            assert question.soaked_since == soak.began_at

    @invariant()
    def what_soaks_asks_for_a_reader_that_knows_it(self) -> None:
        assert self.record is None or self.run.plan is None or self.record.oldest_reader == SOAK_READER

    def _plan(self) -> None:
        """Have the run's plan, if it has one, say that there is a soak."""
        plan = self.run.plan
        if plan is not None and self.record is not None and not plan.soak:
            self._keep(self.record.with_run(self.run.changed(plan=plan.changed(soak=SOAK))))


TestSequences = Sequences.TestCase
TestSoakSequences = SoakSequences.TestCase
TestSoakSequences.settings = hypothesis_settings(
    max_examples=200, stateful_step_count=40, deadline=None, derandomize=True
)
TestSequences.settings = hypothesis_settings(max_examples=200, stateful_step_count=40, deadline=None, derandomize=True)
