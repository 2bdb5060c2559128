"""Which run may live: a start is a swap of the record, and whatever it does not name does nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from migration.approval.soak import Soak
from migration.asking.request import DeleteSource
from migration.asking.start import MigrationStart
from migration.plan.plan import Plan
from migration.record.audit import ASKED_AGAIN, entry
from migration.record.image_record import Answered, ImageRecord, new_record
from migration.record.notices import no_questions, owed_by_the_next
from migration.record.question import LIVE, MAY_BE_SENT, Move, Question, moved
from migration.record.run import ASKED_TOO_OFTEN, PHASE_MOVES, RUN_MOVES, Person, Run, RunMove, RunStage, with_requester
from migration.values.answer import Refusal
from migration.values.ids import same_id
from migration.values.occasion import occasion_of
from migration.values.outcome import FOLLOWS, Outcome, OutcomeKind, Phase, SourceSeen

APART = timedelta(minutes=2)  # between two looks that find a run gone from the task hub


def moved_run(run: Run, move: RunMove) -> Run | Refusal:
    """Return the run after a move, or say that there is no such move from where it is."""
    to = RUN_MOVES.get((move, run.stage))
    if to is None:
        return Refusal(code="RunEnded", message=f"the migration is {run.stage}, and cannot {move}")
    return run.changed(stage=to)


def admitted(
    record: ImageRecord | None,
    start: MigrationStart,
    run_id: str,
    at: datetime,
    *,
    before: Run | None = None,
    plan: Plan | None = None,
    also_by: Sequence[Person] = (),
) -> ImageRecord | Refusal:
    """Admit a run where none lives. `before` is the run whose question it asks again, if that has a complete version;
    `plan` is its own, where it has been planned just now, `also_by` are those who have asked beside, and since.

    The migration's id is a digest: a record that is of another image is left alone.
    """
    base = record or new_record(start.source_image_id, at)
    if not same_id(base.source_image_id, start.source_image_id):
        return Refusal(code="OtherImage", message=f"the id {base.migration_id} is that of {base.source_image_id}")
    last = base.run
    if last is not None and last.id == run_id:
        return base
    if last is not None and last.stage is not RunStage.ENDED:
        return Refusal(code="UnderWay", message="a migration of this source image is under way")
    who = Person(name=start.requested_by, ids=start.requester_ids)
    run = Run(
        id=run_id,
        number=last.number + 1 if last else 1,
        start=start,
        requesters=[who, *also_by],
        admitted_at=at,
        owed_before=owed_by_the_next(last.all_owed, last.number, last.start.fleet) if last else [],
        audit=[entry(at, "requested", by=start.requested_by, via=start.asked_by)],
    )
    if before is None:
        return base.with_run(planned(run, plan, at) if plan else run)
    return base.with_run(_asking_again(run, before, who, at))


def _asking_again(run: Run, before: Run, who: Person, at: datetime) -> Run | Refusal:
    """Return the run that takes up the question of the one before: all who ever asked stay requesters."""
    requesters = with_requester(before.requesters, who)
    if requesters is None:
        return ASKED_TOO_OFTEN
    chained = run.changed(before=before.id, requesters=requesters)
    if before.image_version_id is None or before.plan is None:
        return chained
    is_unasked = before.plan.delete_source is DeleteSource.NEVER  # others are shown which version is there now
    taken_up = chained.changed(
        phase=Phase.VERIFYING,
        plan=before.plan,
        image_version_id=before.image_version_id,
        copied=before.copied if is_unasked else None,
        regions=before.regions,
        notes=before.plan.notes,
        soak=_soaked(before),
    )
    return taken_up.audited(entry(at, ASKED_AGAIN, by=run.start.requested_by))


def _soaked(before: Run) -> Soak | None:
    """Return the soak after which the delete is asked about; None where it begins with the version, as it does where
    another has been made under the number of the one that soaked.
    """
    is_another = before.outcome is not None and before.outcome.code == "VersionReplaced"
    return before.soak if before.soak and before.soak.served and not is_another else None


def planned(run: Run, plan: Plan, at: datetime) -> Run | Refusal:
    """Return the run with its plan, in its next phase."""
    preparing = advanced(run.changed(plan=plan, notes=plan.notes), Phase.PREPARING)
    if isinstance(preparing, Refusal):
        return preparing
    return preparing.audited(entry(at, "planned", plan.image_version_id))


def begun(run: Run) -> Run | Refusal:
    """Note that the run's orchestration has taken its first step."""
    return moved_run(run, RunMove.BEGIN)


def advanced(run: Run, to: Phase) -> Run | Refusal:
    """Return the run in its next phase."""
    if not run.is_live or to not in PHASE_MOVES[run.phase]:
        return Refusal(code="OtherPhase", message=f"the migration is in {run.phase}: no way leads to {to}")
    return run.changed(phase=to, missing_since=None, obstacles=[], queued=None)


def ended(record: ImageRecord, run_id: str, outcome: Outcome, at: datetime) -> ImageRecord | Refusal:
    """End the run: nobody can decide its question any more, and the wish that it was for has been answered.

    What is still to be written on its resources is written by its own orchestration, before it has `finished`; people
    are told by another, whenever that can be.
    """
    run = record.run_of(run_id)
    ending = run if isinstance(run, Refusal) else moved_run(run, RunMove.END)
    if isinstance(ending, Refusal):
        return ending
    over = _over(ending, outcome, at)
    return record.changed(run=over, answered=_answer(record.answered, over, at))


def _over(run: Run, outcome: Outcome, at: datetime) -> Run:
    question = _settled(run.question) if run.question else None
    told = entry(at, "ended", outcome.reason, kind=outcome.kind, code=outcome.code)
    over = run.changed(phase=Phase.DONE, outcome=outcome, ended_at=at, question=question, owed=no_questions(run.owed))
    return over.audited(told)


def _settled(question: Question) -> Question:
    """Close what its run left open; a delete that was sent, and of which nobody knows, stays unknown."""
    if question.stage not in LIVE:
        return question
    closed = moved(question, Move.LOSE if question.stage in MAY_BE_SENT else Move.KEEP)
    return question if isinstance(closed, Refusal) else closed


def _answer(known: Answered | None, run: Run, at: datetime) -> Answered | None:
    """Return what has been answered when a run is over. A request answers no tag: what one wishes is looked at then."""
    deleted = run.outcome is not None and run.outcome.kind is OutcomeKind.MIGRATED
    if run.start.asked_by == "request" and not deleted:
        return known
    return answered_by(run, at)


def answered_by(run: Run, at: datetime) -> Answered:
    """Return the wish of the tags as they were when a run began, as one that it has answered."""
    start, source = run.start, run.plan.source if run.plan else None
    outcome = run.outcome
    refused = outcome is not None and outcome.step is Phase.PLANNING and FOLLOWS[outcome.kind].is_failure
    return Answered(
        fingerprint=start.fingerprint,
        content=run.source_content,
        shape=source.shape if source else start.source_shape,
        deleted=run.outcome is not None and run.outcome.kind is OutcomeKind.MIGRATED,
        refused_at=at if refused and start.request is not None else None,
    )


def finished(run: Run, at: datetime) -> Run:
    """Let others be admitted: the end has been written down, as far as that was possible, and is owed to people."""
    done = moved_run(run, RunMove.FINISH)
    return run if isinstance(done, Refusal) or run.outcome is None else done.owes(occasion_of(run.outcome.kind), at)


def is_missed_again(run: Run, at: datetime) -> bool:
    """Tell whether a run that is missed now has been missed long enough before."""
    return run.missing_since is not None and at - run.missing_since >= APART


def seen_missing(record: ImageRecord, run_id: str, at: datetime, seen: Outcome | None = None) -> ImageRecord | Refusal:
    """Note that the task hub has no live orchestration of a run that has begun; seen so twice, apart, it is over.

    One look proves nothing: an orchestration may be about to be scheduled again. `seen` bears what there is then of
    source and copy, and what the run left behind.
    """
    run = record.run_of(run_id)
    if isinstance(run, Refusal):
        return run
    if run.stage is not RunStage.BEGUN:
        return record
    if run.missing_since is None or at < run.missing_since:
        return record.changed(run=run.changed(missing_since=at))
    if not is_missed_again(run, at):
        return record
    closed = moved_run(run, RunMove.CLOSE)
    if isinstance(closed, Refusal):
        return closed
    end = stopped(run)
    if seen is not None:
        end = end.changed(source=seen.source, only_copy=seen.only_copy, left_behind=seen.left_behind)
    over = _over(closed, end, at).owes(occasion_of(end.kind), at).noted(*_not_seen_to(end))
    return record.changed(run=over, answered=_answer(record.answered, over, at))


def _not_seen_to(end: Outcome) -> list[str]:
    """Say what nobody was there to do at the end of a run that was ended from outside."""
    notes = ["the outcome could not be recorded in tags: nothing was left to carry the migration to its end"]
    if end.source is SourceSeen.UNKNOWN:
        notes.append("what it left behind is not known: Azure could not be asked")
    return notes


def stopped(run: Run) -> Outcome:
    """Return the end of a run that was ended from outside."""
    if run.delete_may_be_sent:
        reason = "the migration was ended from outside while it deleted the source: look whether it still exists"
        return Outcome(kind=OutcomeKind.UNKNOWN, code="EndedWhileDeleting", reason=reason, step=run.phase)
    reason = "the migration was ended from outside: by an operator, by an error of the app, or with its task hub"
    return Outcome(kind=OutcomeKind.CANCELLED, code="Terminated", reason=reason, step=run.phase)


def seen_live(run: Run) -> Run:
    """Return the run as one that is there after all."""
    return run.changed(missing_since=None) if run.missing_since else run
