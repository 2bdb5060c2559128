"""Asking: how a question is opened in a run, reminded of, and asked anew."""

from datetime import datetime

from migration.record.admitting import advanced
from migration.record.audit import ASKED_AGAIN, entry
from migration.record.notices import OwedNotice, no_questions
from migration.record.question import Move, Question, Stage, moved
from migration.record.run import ASKED_TOO_OFTEN, MOST_LINKS, Link, Person, Run, with_requester
from migration.values.answer import Refusal
from migration.values.occasion import Occasion
from migration.values.outcome import Phase

NOTHING_TO_ASK = Refusal(code="NothingToAsk", message="no version of it waits for a decision about its source")


def opened(run: Run, question: Question) -> Run | Refusal:
    """Ask; a step that runs again finds that it has."""
    checked = "every target region holds a complete replica: "
    checked += ", ".join(region.name for region in run.planned.target_regions)
    verified = entry(question.asked_at, "version verified", checked, image_version_id=run.image_version_id)
    asking = advanced(run.changed(question=question, owed=no_questions(run.owed)), Phase.AWAITING_APPROVAL)
    if isinstance(asking, Refusal):
        return asking
    return asking.audited(verified).owes(Occasion.APPROVAL_NEEDED, question.asked_at)


def asked_anew(run: Run, seen: str | None, who: Person, at: datetime) -> Run | Refusal:
    """Replace an open question of a run that lives by a new one, which asks about the version as it is then.

    Whoever asks becomes one of its requesters. `seen` is the question that they know of: one that somebody else has
    asked since is not replaced. What is being carried out is not asked again.
    """
    question = run.question
    if question is None:
        return NOTHING_TO_ASK
    if question.stage is Stage.REPLACED or question.id != seen:
        return Refusal(code="AskedAlready", message="it was asked again a moment ago")
    if question.stage is not Stage.OPEN:
        return Refusal(code="AlreadyApproved", message="it was approved, and is being carried out")
    requesters = with_requester(run.requesters, who)
    if requesters is None:
        return ASKED_TOO_OFTEN
    replaced = moved(question, Move.REPLACE)
    if isinstance(replaced, Refusal):
        return replaced
    known = run.changed(question=replaced, requesters=requesters, owed=no_questions(run.owed))
    anew = advanced(known, Phase.VERIFYING)
    return anew if isinstance(anew, Refusal) else anew.audited(entry(at, ASKED_AGAIN, by=who.name))


def reminded(run: Run, at: datetime) -> Run:
    """Return the run that owes a reminder, or the escalation, if one is due."""
    question, patience = run.question, run.start.patience
    if question is None or question.stage is not Stage.OPEN or no_questions(run.owed) != run.owed:
        return run
    waited = at - question.asked_at
    if waited >= patience.escalation and not question.escalated:
        return run.changed(question=question.changed(escalated=True)).owes(Occasion.ESCALATION, at)
    if waited >= patience.reminder * (question.reminded + 1):
        return run.changed(question=question.changed(reminded=question.reminded + 1)).owes(Occasion.REMINDER, at)
    return run


def next_moment(run: Run, at: datetime) -> datetime:
    """Return when to look at an open question next: at a reminder, the escalation, or its expiry."""
    question, patience = run.question, run.start.patience
    if question is None:
        return at
    moments = [question.expires_at, question.asked_at + patience.reminder * (question.reminded + 1)]
    return min(moments if question.escalated else [*moments, question.asked_at + patience.escalation])


def linked(run: Run, links: list[Link]) -> Run:
    """Return the run with links that are about to be sent; of very many, the oldest stop."""
    return run.changed(links=[*run.links, *links][-MOST_LINKS:])


def told(run: Run, notice: OwedNotice, missed: list[str] | None, at: datetime) -> Run:
    """Return the run after a notification: what was `missed` is owed again later, until it has been tried enough.

    None: nobody could be told at all.
    """
    if notice not in run.owed:
        return run
    left = [one for one in run.owed if one != notice]
    again = notice.missed(missed, at) if missed != [] else None
    if again is not None:
        return run.changed(owed=[*left, again])
    if missed == [] or notice.run not in {None, run.number}:
        return run.changed(owed=left)
    count = f"{len(missed)} " if missed is not None else ""
    return run.changed(owed=left).noted(f"{count}notifications ({notice.occasion}) could not be sent")
