"""Who decides, and what a cancel stops: taken as said by somebody who never said it, or not taken at all."""

from typing import Any

from activities import look_at_question
from migration.approval.approval import Approval, Decision
from migration.record.question import Decided, Deletion, Question, Stage
from migration.record.run import Run, RunStage
from migration.values.answer import Refusal
from migration.values.outcome import Phase
from tests.chaos.planted.safeguard import Change, Safeguard


def _approved(run: Run, question: Question, at: Any) -> Run:
    """The run as if somebody had approved."""
    approval = Approval(
        decision=Decision.APPROVE,
        approver="Ada",
        image_version_id=question.copied.image_version_id,
        via="api",
        verified=False,
    )
    yes = question.changed(stage=Stage.APPROVED, decided=Decided(approval=approval, at=at))
    return run.changed(question=yes, phase=Phase.PROMOTING, owed=[])


def _unasked(said: Any, _run: Run, question: Question) -> Any:
    may = isinstance(said, Run) and Decision.APPROVE in question.allows
    return _approved(said, question, question.asked_at) if may else said


def _not_expired(said: Any, record: Any, _run_id: str, _reason: str, at: Any) -> Any:
    run = record.run
    if said is record or isinstance(said, Refusal) or Decision.APPROVE not in run.question.allows:
        return said
    return record.changed(run=_approved(run, run.question, at))


def _any_version(payload: Any, version_id: str | None) -> tuple[Any, ...]:
    named = payload.get("imageVersionId") if isinstance(payload, dict) else None
    return (payload, named or version_id)


def _this_version(asked: Any, event: Any, *more: Any) -> tuple[Any, ...]:
    return (asked, event.changed(image_version_id=asked.version_id), *more)


def _any_event(said: Any, turn: Any, event: Any, asked: Any) -> Any:
    """Have an event count whatever its token."""
    if event.callback == asked.question.callback:
        return said
    return look_at_question._decide(turn, event.changed(callback=asked.question.callback), asked)


def _not_taken_down(said: Any, record: Any, *_: Any) -> Any:
    return said if isinstance(said, Refusal) else record


def _sent_all_the_same(said: Any, record: Any, _run: str, _question: str, attempt: str, at: Any, *_: Any) -> Any:
    """Have the delete go out, though somebody stopped it after the last look."""
    run = record.run
    question = run.question if run else None
    if not isinstance(said, Refusal) or question is None or question.stage is not Stage.CANCELLED:
        return said
    sending = question.changed(stage=Stage.SENDING, deletion=Deletion(sent_at=at, attempts=1, attempt=attempt))
    return record.changed(run=run.changed(question=sending))


def _first(said: Any, record: Any, run_id: str, question_id: str, approval: Any, at: Any) -> Any:
    """Have a decision count after another one has."""
    run = record.run
    if not isinstance(said, Refusal) or run is None or run.question is None or run.question.id != question_id:
        return said
    if approval.decision is not Decision.APPROVE or run.question.stage is not Stage.REJECTED:
        return said
    again = run.changed(outcome=None, ended_at=None, stage=RunStage.BEGUN)
    return record.changed(run=_approved(again, run.question, at))


DECIDING = (
    Safeguard("nothing is deleted unasked", (Change("migration.record.asking:opened", _unasked),)),
    Safeguard(
        "a question that nobody answered keeps the source", (Change("migration.record.closing:expired", _not_expired),)
    ),
    Safeguard(
        "an approval is of one version",
        (
            Change("migration.approval.approval:parse_approval", given=_any_version),
            Change("steering.runs.deciding:_admitted", given=_this_version),
        ),
    ),
    Safeguard(
        "an event decides by the question's token alone", (Change("activities.look_at_question:_decide", _any_event),)
    ),
    Safeguard("a cancel is taken down", (Change("migration.record.closing:cancelled", _not_taken_down),)),
    Safeguard(
        "a cancel and the sending of the delete are one swap",
        (Change("migration.record.deletion:sending", _sent_all_the_same),),
    ),
    Safeguard("the first decision counts", (Change("migration.record.closing:decided", _first),)),
)
