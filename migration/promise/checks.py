"""What was checked before a source may go, in words: for the page an approver reads, and for the audit."""

import hashlib
from collections.abc import Iterable

from migration.approval.copy_identity import CopyIdentity
from migration.plan.plan import Plan
from migration.promise.promise import Evidence, content_refusal, copy_refusal
from migration.values.record import Record

MOST_NAMED = 5
COMPLETE = "Every target region holds a complete replica"
UNUSED = "No virtual machine, scale set or unfinished image version uses the source image"
UNLOCKED = "No lock protects the source image"
UNNAMED = "No other resource names the source image, as far as Azure Resource Graph shows"
NOT_LOOKED_FOR = "Not looked for: image templates, host pools and others that may name the source image"
UNSEEN = "Not looked for: Batch pools, and users in subscriptions or tenants that the app may not read"
NOT_SHOWN = (NOT_LOOKED_FOR, UNSEEN)  # what is true of a decision by somebody who was shown nothing
EXISTS = "The source image exists"
UNCHANGED = "The source image is the one that was copied"
PROMISE_KEPT = (COMPLETE, UNUSED, UNLOCKED, UNCHANGED)
# Changes when the checks that are shown come to mean something else: a decision relies on what they meant to whoever
# gave it.
_WORDS = (COMPLETE, UNUSED, UNLOCKED, UNNAMED, UNSEEN, EXISTS, UNCHANGED)
MEANING = hashlib.sha256(str(_WORDS).encode()).hexdigest()[:16]


class Check(Record):
    """One thing that was looked at, and what was found."""

    good: bool
    text: str

    def __str__(self) -> str:
        return self.text if self.good else f"NOT MET: {self.text}"


def checks_of(evidence: Evidence, plan: Plan, copied: CopyIdentity) -> list[Check]:
    """Say of each part of the promise whether it holds."""
    wrong, hidden = copy_refusal(evidence.version, plan, copied), evidence.hidden
    users = _several(f"{consumer.kind} {consumer.id.rpartition('/')[2]}" for consumer in evidence.consumers)
    locks = _several(f"{lock.name} ({lock.level})" for lock in evidence.locks)
    changed = content_refusal(evidence, copied)
    return [
        _check(not wrong, COMPLETE, wrong.message if wrong else ""),
        _check(not users and not hidden, UNUSED, hidden.message if hidden else f"In use by {users}"),
        _check(not locks, UNLOCKED, f"Locked by {locks}"),
        _check(evidence.image is not None, EXISTS, "The source image is gone already"),
        _check(changed is None, UNCHANGED, changed.message if changed else ""),
        _mentions(evidence),
    ]


def _mentions(evidence: Evidence) -> Check:
    """What does not keep the source from being deleted, and may break all the same."""
    if evidence.mentions is None:
        return Check(good=False, text=NOT_LOOKED_FOR)
    names = _several(f"{one.kind.rpartition('/')[2]} {one.id.rpartition('/')[2]}" for one in evidence.mentions)
    return _check(not names, UNNAMED, f"{names} name it, which does not keep it from being deleted")


def _check(good: bool, fine: str, wrong: str) -> Check:
    return Check(good=good, text=fine if good else wrong[:1].upper() + wrong[1:])


def _several(names: Iterable[str]) -> str:
    every = sorted(names)
    more = [f"{len(every) - MOST_NAMED} more"] if len(every) > MOST_NAMED else []
    return ", ".join(every[:MOST_NAMED] + more)
