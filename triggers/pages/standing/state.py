"""How a migration stands, for people who look over many: one mark, a few words, why, and who has to do something."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from migration.course.places import queued_in_words
from migration.runbook.guide import cure_in_soak, guide
from migration.runbook.row import Who, for_people
from migration.telling.status import Cause, Status
from migration.values.answer import SETTINGS
from migration.values.outcome import Outcome, OutcomeKind, Phase
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words, roughly


class Mark(StrEnum):
    """How urgent it is, and how it is coloured: the worst is first."""

    FAILED = "failed"
    HELD_UP = "heldUp"
    ASKED = "asked"
    SOAKING = "soaking"
    GOING = "going"
    WAITING = "waiting"
    DONE = "done"
    ENDED = "ended"


PROBLEMS = {Mark.FAILED, Mark.HELD_UP}
PHASES = {
    Phase.PLANNING: "Planning",
    Phase.PREPARING: "Preparing the gallery",
    Phase.CREATING: "Creating the version",
    Phase.REPLICATING: "Replicating",
    Phase.VERIFYING: "Verifying",
    Phase.AWAITING_APPROVAL: "Waiting for approval",
    Phase.PROMOTING: "Promoting",
    Phase.SOAKING: "Soaking",
    Phase.DELETING_SOURCE: "Deleting the source",
    Phase.DONE: "Done",
}
OUTCOMES = {kind: re.sub("(?<=[a-z])(?=[A-Z])", " ", kind.value).capitalize() for kind in OutcomeKind}
_APPROVER = Who.APPROVER.value
_STOPPED = "Stopped from outside: within some minutes it is closed, or goes on by itself."


class Due(NamedTuple):
    """When something happens by itself. `says` begins the sentence that says what."""

    at: datetime
    says: str


class State(NamedTuple):
    """`said` are a few words, `why` is a sentence or nothing, `next` what to do, `who` can; `percent` of replication,
    and `due` when something happens by itself.
    """

    mark: Mark
    said: str
    why: str = ""
    next: str = ""
    who: str = ""
    percent: int | None = None
    due: Due | None = None


def state_of(migration_id: str, status: Status, now: datetime) -> State:
    """Return how a run stands; what is said of it needs no look at Azure."""
    if status.outcome is not None:
        return _ended(migration_id, status.outcome)
    if status.stopped:
        return State(Mark.HELD_UP, "Stopped", _STOPPED)
    if status.phase is Phase.AWAITING_APPROVAL and status.expires_at is not None:
        return _asked(status.expires_at, now)
    if status.phase is Phase.SOAKING:
        return _soaking(status)
    if status.cause is not None:
        return _held_up(status.phase, status.cause)
    if status.waiting_for == "place" and status.queued is not None:
        return State(Mark.WAITING, "Waiting for a place", sentence(queued_in_words(status.queued)))
    return _going(status)


def sentence(text: str) -> str:
    """Return a text as a sentence; a name that it begins with stays as it is spelt."""
    known = text.strip().rstrip(".")
    if not known:
        return ""
    return f"{capitalised(known) if known.split()[0].isalpha() else known}."


def ago(at: datetime, now: datetime) -> str:
    """Say how far a moment is from now."""
    span = roughly(abs(now - at))
    if abs(now - at) < timedelta(minutes=1):
        return "just now"
    return f"{span} ago" if at < now else f"in {span}"


def _ended(migration_id: str, outcome: Outcome) -> State:
    told = guide(outcome, for_people(migration_id))
    who = "" if told.who is Who.NOBODY else told.who.value
    mark = Mark.FAILED if outcome.is_failure else Mark.ENDED if outcome.kind is OutcomeKind.CANCELLED else Mark.DONE
    return State(mark, OUTCOMES[outcome.kind], sentence(outcome.reason), told.text, who)


def _asked(until: datetime, now: datetime) -> State:
    if until <= now:
        return State(Mark.ASKED, "Waiting for approval", "Nobody decided in time: it is being closed.")
    why = f"An approver has {in_words(until - now)} to decide."
    step = "An approver decides, by the link they were sent. If nobody does, the source image is kept."
    return State(Mark.ASKED, "Waiting for approval", why, step, _APPROVER, due=Due(until, _DECIDED_BY))


def _soaking(status: Status) -> State:
    if status.cause is not None:
        why, step = sentence(status.cause.message), cure_in_soak(status.cause.code)
        due = _at(status.soak_until, _AGAIN)
        return State(Mark.HELD_UP, "Question postponed", why, step, Who.OWNER.value, due=due)
    step = "The version is in use, and the source still there. Point at the version whatever still names the source."
    why = "After that it is asked whether the source may be deleted."
    return State(Mark.SOAKING, "Soaking", why, step, due=_at(status.soak_until, _ASKED_ON))


def _held_up(phase: Phase, cause: Cause) -> State:
    ours = cause.code == SETTINGS
    step = "Correct the app settings that the cause names: it then goes on." if ours else _BY_ITSELF
    who = Who.OPERATOR.value if ours else ""
    said, due = f"Held up: {PHASES[phase].lower()}", Due(cause.until, _GIVEN_UP)
    return State(Mark.HELD_UP, said, sentence(cause.message), step, who, due=due)


def _at(at: datetime | None, says: str) -> Due | None:
    return Due(at, says) if at is not None else None


_DECIDED_BY = "It can be decided until"
_AGAIN = "It is looked at again at"
_ASKED_ON = "The delete is asked about, at the earliest, at"
_GIVEN_UP = "If that goes on, the migration ends at"
_BY_ITSELF = "It is tried again by itself."


def _going(status: Status) -> State:
    if status.phase is not Phase.REPLICATING or not status.regions:
        return State(Mark.GOING, PHASES[status.phase])
    done = sum(region.is_complete for region in status.regions)
    total = len(status.regions) + status.regions_left_out
    percent = sum(region.progress for region in status.regions) // len(status.regions)
    slow = next((one for one in sorted(status.regions, key=lambda one: one.progress) if not one.is_complete), None)
    behind = f"; {slow.name} is at {slow.progress} %" if slow else ""
    why = f"{done} of {total} regions {'is' if done == 1 else 'are'} complete{behind}."
    step = "Nothing: Azure is building and replicating the version, which takes minutes to hours."
    return State(Mark.GOING, "Replicating", why, step, percent=percent)
