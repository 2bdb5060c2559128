"""The moves of a soak: it begins when what was accepted is promoted, and is served; what comes after may be postponed.

None of them allows a delete: only the decision of that question does.
"""

from datetime import datetime

from migration.approval.soak import Postponed, Soak
from migration.record.admitting import advanced
from migration.record.audit import entry
from migration.record.notices import no_questions
from migration.record.question import Stage
from migration.record.run import Run
from migration.values.answer import Refusal
from migration.values.occasion import Occasion
from migration.values.outcome import Phase
from migration.values.shortening import LONGEST_NOTE, short

_OTHER = Refusal(code="OtherPhase", message="the migration is not in a soak")


def soaking(run: Run, at: datetime) -> Run | Refusal:
    """Begin the soak of what was accepted, once it is promoted."""
    question = run.question
    if question is None or not question.precedes_soak or question.stage is not Stage.ACCEPTED:
        return Refusal(code="NotApproved", message="nobody has accepted a version that is to be soaked")
    soak = Soak(began_at=at, until=at + run.planned.soak, copied=question.copied)
    known = advanced(run.changed(soak=soak), Phase.SOAKING)
    if isinstance(known, Refusal):
        return known
    said = f"until {soak.until:%Y-%m-%d %H:%M} UTC; then it is asked whether the source may be deleted"
    return known.audited(entry(at, "soak began", said, image_version_id=run.image_version_id))


def looked_at(run: Run, at: datetime) -> Run | Refusal:
    """Note a look that found nothing to do yet."""
    soak = soak_of(run)
    return _OTHER if soak is None else run.changed(soak=soak.changed(looked_at=at))


def postponed(run: Run, why: Refusal, at: datetime, next_look_at: datetime, *, is_known: bool) -> Run | Refusal:
    """Postpone the question, and have people reminded once a reminder interval.

    Where it `is_known` what needs the source they are told at once; of what could not be read, only if that lasts.
    """
    soak = soak_of(run)
    if soak is None:
        return _OTHER
    before = soak.postponed
    since = before.since if before else at
    last = before.reminded_at if before else None
    reminds = (is_known and last is None) or at - (last or since) >= run.start.patience.reminder
    message = short(why.message, LONGEST_NOTE)
    now = Postponed(
        code=why.code, message=message, since=since, next_look_at=next_look_at, reminded_at=at if reminds else last
    )
    known = run.changed(soak=soak.changed(looked_at=at, postponed=now))
    if before is None or before.code != why.code:
        known = known.noted(f"the question about the delete is postponed: {message}")
        known = known.audited(entry(at, "question postponed", message, code=why.code))
    is_owed = any(one.occasion is Occasion.POSTPONED for one in run.owed)
    return known.owes(Occasion.POSTPONED, at) if reminds and not is_owed else known


def served(run: Run, at: datetime) -> Run | Refusal:
    """End a soak whose time is over and whose source nothing needs: the second question is to be asked.

    Once that is approved, the version is promoted anew, as it is by then: whoever approves is told what that means.
    """
    soak = soak_of(run)
    if soak is None or at < soak.until:
        return _OTHER
    done = soak.changed(looked_at=at, postponed=None, served=True)
    anew = run.changed(
        soak=done,
        owed=no_questions(run.owed),
        promoted=False,
        operation_url=None,
        stays_excluded=None,
        excluded=[],
        excluding=None,
    )
    known = advanced(anew, Phase.VERIFYING)
    return known if isinstance(known, Refusal) else known.audited(entry(at, "soak served"))


def soak_of(run: Run) -> Soak | None:
    """Return the soak that a run is in."""
    return run.soak if run.phase is Phase.SOAKING and run.is_live else None
