"""What happened to a migration, in its order: when, how long after what was before it, by whom, and why."""

from datetime import datetime, timedelta
from typing import NamedTuple

from migration.record.audit import AuditEntry
from migration.record.run import Run
from migration.values.occasion import Occasion
from migration.values.outcome import FOLLOWS
from migration.values.words.capitals import capitalised
from migration.values.words.spans import in_words
from triggers.pages.standing.rows import version_name
from triggers.pages.standing.state import Mark, sentence

_TITLES = {
    "requested": "Asked for",
    "version started": "Azure was asked to build the version",
    "version verified": "The version was verified",
    "asked": "Approvers were asked",
    "told": "People were told",
    "promise checked": "The promise was checked, just before the delete",
    "promoted": "Eligible as latest",
    "soak began": "The soak began",
    "soak served": "The soak was over",
    "question postponed": "The question about the delete was postponed",
    "answer refused": "An answer from outside was refused",
}
_TOLD = {
    Occasion.REMINDER: "Approvers were reminded",
    Occasion.ESCALATION: "It was escalated",
    Occasion.DECIDED: "People were told of the decision",
    Occasion.POSTPONED: "People were told that it is postponed",
    Occasion.DONE: "People were told how it ended",
    Occasion.FAILED: "People were told how it ended",
}
_DECISIONS = {"approved", "accepted", "rejected"}
_VIA = {"page": "on the approval page", "api": "through the API", "event": "by an event", "tag": "by tag"}
_THE_APP = "the app"
_WORTH_TELLING = timedelta(minutes=1)


class Happening(NamedTuple):
    """One thing that happened. `later` is how long after the one before it, empty where that was at once."""

    at: datetime
    title: str
    by: str = ""
    why: str = ""
    checks: list[str] = []
    later: str = ""
    mark: Mark | None = None


def timeline(run: Run) -> list[Happening]:
    """Return what the audit of a run says, with when its regions were complete."""
    found = [_happening(entry) for entry in run.audit]
    found += [
        Happening(region.completed_at, f"Complete in {region.name}") for region in run.regions if region.completed_at
    ]
    found.sort(key=lambda one: one.at)
    return [one._replace(later=_later(before, one)) for before, one in zip([None, *found], found, strict=False)]


def _later(before: Happening | None, one: Happening) -> str:
    if before is None or one.at - before.at < _WORTH_TELLING:
        return ""
    return f"{in_words(one.at - before.at)} later"


def _happening(entry: AuditEntry) -> Happening:
    title = _TITLES.get(entry.event, capitalised(entry.event))
    why = sentence(f"as {version_name(entry.detail)}" if entry.event == "planned" else entry.detail)
    mark = None
    if entry.occasion is not None and entry.event in {"asked", "told"}:
        title, why = _TOLD.get(entry.occasion, title), sentence(entry.detail.partition(" (")[0])
    if entry.kind is not None:
        title = f"Ended: {entry.kind}{f' ({entry.code})' if entry.code else ''}"
        mark = Mark.FAILED if FOLLOWS[entry.kind].is_failure else Mark.DONE
    elif entry.event in _DECISIONS:
        mark = Mark.ASKED
    return Happening(entry.at, title, _by(entry), why, list(entry.checks), mark=mark)


def _by(entry: AuditEntry) -> str:
    if entry.by == _THE_APP:
        return ""
    via = _VIA.get(entry.via or "", "")
    return ", ".join(filter(None, (f"by {entry.by}", entry.identity, via)))
