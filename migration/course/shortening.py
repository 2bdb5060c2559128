"""Cuts what has no bound of its own to what the engine carries: 16 KB of UTF-16 for a status, and for an ending."""

import json

from migration.approval.approval import Approval
from migration.course.audit import AuditEntry
from migration.resources.gallery import RegionReplication
from migration.values.outcome import Outcome
from migration.values.record import Record

LONGEST_STATUS = 7_500  # characters of JSON, each two bytes there: under 16 KB
LONGEST_TEXT = 1_000
LONGEST_NAME = 256
LONGEST_NOTE = 200
MOST_NOTES_SHOWN = 5
MOST_CHECKS_SHOWN = 7
MOST_LEFT_BEHIND = 3
MOST_ADDED_ENTRIES = 6
CUT = " [cut]"


def length_of(record: Record) -> int:
    return len(json.dumps(record.dump()))


def short(text: str, most: int = LONGEST_TEXT) -> str:
    """Cut a text, and say so; what JSON has to escape counts for what it becomes."""
    if len(json.dumps(text)) <= most:
        return text
    kept = text[:most]
    while len(json.dumps(kept)) > most:
        kept = kept[: len(kept) * 3 // 4]
    return kept + CUT


def short_outcome(outcome: Outcome) -> Outcome:
    left = outcome.left_behind
    return outcome.model_copy(
        update={
            "reason": short(outcome.reason),
            "code": short(outcome.code, LONGEST_NAME),
            "left_behind": left[:MOST_LEFT_BEHIND],
        }
    )


def short_approval(approval: Approval) -> Approval:
    return approval.model_copy(
        update={"approver": short(approval.approver, LONGEST_NAME), "comment": short(approval.comment), "checks": []}
    )


def short_region(region: RegionReplication) -> RegionReplication:
    return region.model_copy(update={"details": short(region.details, LONGEST_NOTE) if region.details else None})


def short_notes(notes: list[str]) -> list[str]:
    return [short(note, LONGEST_NOTE) for note in notes[-MOST_NOTES_SHOWN:]]


def short_entry(entry: AuditEntry) -> AuditEntry:
    checks = [short(check, LONGEST_NOTE) for check in entry.checks[:MOST_CHECKS_SHOWN]]
    return entry.model_copy(
        update={"detail": short(entry.detail, LONGEST_NOTE), "checks": checks, "by": short(entry.by, LONGEST_NAME)}
    )
