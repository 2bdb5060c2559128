"""Asking: how a question is opened in a run, reminded of, and asked anew."""

from datetime import datetime

from migration.record.admitting import advanced
from migration.record.audit import ASKED_AGAIN, AuditEntry, entry, told_entry
from migration.record.notices import MOST_LINKS, PAUSES, Link, OwedNotice, how_many, no_questions
from migration.record.question import Move, Question, Stage, moved
from migration.record.run import ASKED_TOO_OFTEN, Person, Run, with_requester
from migration.resources.copy_identity import CopyIdentity
from migration.values.answer import Refusal
from migration.values.occasion import ASKS, Occasion
from migration.values.outcome import Phase

NOTHING_TO_ASK = Refusal(code="NothingToAsk", message="no version of it waits for a decision about its source")


def opened(run: Run, question: Question) -> Run | Refusal:
    """Ask; a step that runs again finds that it has."""
    asking = advanced(run.changed(question=question, owed=no_questions(run.owed)), Phase.AWAITING_APPROVAL)
    if isinstance(asking, Refusal):
        return asking
    verified = asking.audited(_verified(run, question.asked_at))
    return verified.owes(Occasion.APPROVAL_NEEDED, question.asked_at)


def promoting_unasked(run: Run, copied: CopyIdentity, at: datetime) -> Run | Refusal:
    """Go on to promote a version whose source is to stay: whoever had it migrated has said so, and is not asked."""
    promoting = advanced(run.changed(copied=copied, question=None), Phase.PROMOTING)
    return promoting if isinstance(promoting, Refusal) else promoting.audited(_verified(run, at))


def _verified(run: Run, at: datetime) -> AuditEntry:
    checked = "every target region holds a complete replica: "
    checked += ", ".join(region.name for region in run.planned.target_regions)
    return entry(at, "version verified", checked, image_version_id=run.image_version_id)


def asked_anew(run: Run, seen: str | None, who: Person, at: datetime) -> Run | Refusal:
    """Replace an open question of a run that lives by a new one, which asks about the version as it is then.

    Whoever asks becomes one of its requesters. `seen` is the question that they know of: one that somebody else has
    asked since is not replaced. What is being carried out is not asked again.
    """
    question = run.question
    if question is None:
        return NOTHING_TO_ASK
    if run.phase is Phase.SOAKING and run.soak is not None:
        when = f"{max(run.soak.until, run.soak.next_look_at):%Y-%m-%d %H:%M} UTC"
        return Refusal(
            code="Soaking", message=f"the version soaks: the delete is asked about by itself, on {when} at the earliest"
        )
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
    """Return the run that owes a reminder, and the escalation, if they are due.

    Whoever is still to be asked need not be reminded; the reminder counts all the same, or it would be due for ever.
    """
    question, patience = run.question, run.start.patience
    if question is None or question.stage is not Stage.OPEN:
        return run
    waited = at - question.asked_at
    due, escalates = waited // patience.reminder, waited >= patience.escalation and not question.escalated
    if due <= question.reminded and not escalates:
        return run
    reminds = due > question.reminded and no_questions(run.owed) == run.owed
    counted = question.changed(reminded=max(due, question.reminded), escalated=question.escalated or escalates)
    known = run.changed(question=counted)
    known = known.owes(Occasion.REMINDER, at) if reminds else known
    return known.owes(Occasion.ESCALATION, at) if escalates else known


def next_moment(run: Run, at: datetime) -> datetime:
    """Return when to look at an open question next: at a reminder, the escalation, or its expiry."""
    question, patience = run.question, run.start.patience
    if question is None:
        return at
    moments = [question.expires_at, question.asked_at + patience.reminder * (question.reminded + 1)]
    return min(moments if question.escalated else [*moments, question.asked_at + patience.escalation])


def claimed(run: Run, notice: OwedNotice, links: list[Link], at: datetime) -> Run | Refusal:
    """Count an attempt to tell people before it is made, and know its links before anybody has them.

    So of many who would send it one does, and few attempts are made, whatever becomes of them. Of very many links the
    oldest stop. A notice that is about a question which is not open any more, or was tried enough, is owed no more.
    """
    if notice not in run.all_owed:
        return Refusal(code="NotOwed", message="it is told already, or is being told")
    if notice.occasion in ASKS and not _asks(run, notice):
        return _instead(run, notice)
    attempt = notice.claimed(at)
    if attempt is None:
        return _given_up(run, notice)
    return _instead(run, notice, attempt).changed(links=[*run.links, *links][-MOST_LINKS:])


def _asks(run: Run, notice: OwedNotice) -> bool:
    question = run.question
    is_open = question is not None and question.stage is Stage.OPEN and run.is_live
    return is_open and question is not None and notice.question in {None, question.id}


def told_nobody(run: Run, notice: OwedNotice, at: datetime) -> Run | Refusal:
    """Count an attempt of which nobody is to hear, and what came of it, at once."""
    counted, attempt = claimed(run, notice, [], at), notice.claimed(at)
    if isinstance(counted, Refusal) or attempt is None or attempt not in counted.all_owed:
        return counted
    return told(counted, attempt.changed(run=attempt.run or run.number), [], 0, at)


def told(run: Run, about: OwedNotice, reached: list[str], missed: int, at: datetime) -> Run:
    """Return the run after an attempt: whoever was missed is told later, until it has been tried enough.

    `about` names the run that the notice is about, which may not be this one by now.
    """
    notice = next((one for one in run.all_owed if one.changed(run=one.run or run.number) == about), None)
    if notice is None:
        return run
    after = notice.changed(reached=[*notice.reached, *reached])
    known = run.audited(told_entry(after, missed, at))
    if missed == 0:
        return _instead(known, notice)
    if notice.attempt >= len(PAUSES):
        told_of = f"{how_many(after, missed)} ({notice.about})"
        return _instead(known, notice).noted(f"{told_of}; the others could not be reached")
    return _instead(known, notice, after)


def told_with_fleet(run: Run, at: datetime, covers: datetime) -> Run:
    """Return the run that owes nothing of which a message of its fleet has told: of what came to be until `at`, and of
    questions asked until `covers`. Of what comes after that another message tells, and of runs that the fleet had no
    part in.
    """
    is_asked_about = run.question is not None and run.question.asked_at <= covers
    of_fleet = [*run.owed, *(one for one in run.owed_before if one.fleet == run.start.fleet)]
    done = [one for one in of_fleet if (is_asked_about if one.occasion in ASKS else one.due_at <= at)]
    for notice in done:
        event = "asked" if notice.occasion in ASKS else "told"
        told_by = entry(at, event, f"with its fleet ({notice.about})", occasion=notice.occasion)
        run = _instead(run.audited(told_by), notice)
    return run


def _given_up(run: Run, notice: OwedNotice) -> Run:
    """Of an attempt of which nothing was heard again it is not known whom it reached."""
    return _instead(run, notice).noted(f"notifications ({notice.about}) could not be sent")


def _instead(run: Run, notice: OwedNotice, by: OwedNotice | None = None) -> Run:
    """Return the run that owes another notice in place of one, or none."""
    ours, before = ([by if one == notice else one for one in owed] for owed in (run.owed, run.owed_before))
    return run.changed(owed=[one for one in ours if one], owed_before=[one for one in before if one])
