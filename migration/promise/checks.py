"""The promise as one table: a row for each thing that is looked at before a source may go.

Page, API, audit, digest and both judgements of the delete follow from it: a check that is added here is shown, recorded
and enforced. It fails closed: a row that blocks refuses, too, where what it needs has not been read.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from migration.plan.plan import Plan
from migration.promise import briefly, rules, users
from migration.promise.evidence import LAST, NOT_READ, Evidence, Part
from migration.promise.rules import Facts
from migration.resources.copy_identity import CopyIdentity
from migration.users.kinds import ALWAYS, GRAPH_KINDS, MACHINES
from migration.values.answer import Refusal
from migration.values.value import Value
from migration.values.words.capitals import capitalised


class PromiseCheck(NamedTuple):
    """A row. `words` is what holds where `rule` has nothing against it; `needs` are the parts the rule looks at.

    One that does not block is only shown. `once_promoted` can hold only after an approval has been carried out up to
    the delete. `brief` says what is wrong in fewer words than the rule's, `unread` what to say of one that could not
    be read and does not block. `counts` tells whether the row is one where these kinds of users block.
    """

    words: str
    blocks: bool
    needs: tuple[Part, ...]
    rule: Callable[[Facts], Refusal | None]
    once_promoted: bool = False
    brief: Callable[[Evidence], str] | None = None
    unread: str = ""
    counts: Callable[[frozenset[str]], bool] = lambda _: True

    @property
    def is_slow(self) -> bool:
        """Tell whether all that it needs is read before what is read last."""
        return not LAST.intersection(self.needs)


class Check(Value):
    """One thing that was looked at, and what was found; `refusal` is what keeps the source.

    `words` are those of its row, whatever was found; `code` is that of what is wrong, also where it does not block.
    """

    good: bool
    text: str
    words: str
    blocks: bool
    code: str | None = None
    refusal: Refusal | None = None

    def __str__(self) -> str:
        return self.text if self.good else f"NOT MET: {self.text}"


_NO_MACHINES = "No machine with its own disk came from the source image"
CHECKS = [
    PromiseCheck("Every target region holds a complete replica", True, (Part.VERSION,), rules.copy_complete),
    PromiseCheck(
        "No scale set or instance of one, no machine without a proven disk of its own, and no unfinished or shallow"
        " image version needs the source image",
        True,
        (Part.CONSUMERS,),
        users.unused,
        brief=briefly.in_use,
    ),
    PromiseCheck(
        _NO_MACHINES,
        True,
        (Part.MACHINES,),
        users.no_machines,
        brief=briefly.came_from,
        counts=lambda blocking: MACHINES.key in blocking,
    ),
    PromiseCheck(
        _NO_MACHINES,
        False,
        (Part.MACHINES,),
        users.no_machines,
        brief=briefly.came_from,
        unread="Not looked for: machines that came from the source image, and have disks of their own",
        counts=lambda blocking: MACHINES.key not in blocking,
    ),
    PromiseCheck("No lock protects the source image", True, (Part.LOCKS,), rules.unlocked, brief=briefly.locked),
    PromiseCheck("The source image exists", True, (Part.IMAGE,), rules.exists),
    PromiseCheck("The source image is the one that was copied", True, (Part.IMAGE, Part.VERSION), rules.unchanged),
    PromiseCheck(
        "Storage and keys of every replica are those of the plan", True, (Part.VERSION,), rules.stored_as_planned
    ),
    PromiseCheck(
        "The version is eligible as latest, or was left out as an older one, and protected as was asked for",
        True,
        (Part.VERSION,),
        rules.promoted,
        once_promoted=True,
    ),
    PromiseCheck("No tag and no setting keeps the source image", True, (Part.IMAGE,), rules.still_wished),
    PromiseCheck(
        "Nothing that MIGRATION_BLOCK_ON names beside Compute needs the source image",
        True,
        (Part.MENTIONS,),
        users.nothing_named,
        counts=lambda blocking: bool(GRAPH_KINDS & blocking),
    ),
    PromiseCheck(
        "Nothing else that was looked for in Azure Resource Graph names the source image",
        False,
        (Part.MENTIONS,),
        users.unnamed,
        unread="Not looked for: image templates, host pools and others that may name the source image",
    ),
]


def judge(facts: Facts) -> list[Check]:
    """Say of each part of the promise whether it holds, for whoever is asked: what comes with approval is left out."""
    return [_judged(row, facts) for row in rows(facts.blocking) if not row.once_promoted]


def rows(blocking: frozenset[str]) -> list[PromiseCheck]:
    """Return the rows that there are where these kinds of users block."""
    return [row for row in CHECKS if row.counts(blocking)]


def of_version(checks: Iterable[Check]) -> list[Check]:
    """Return those that are about the version alone: all that counts where no source is deleted."""
    words = [row.words for row in CHECKS if row.needs == (Part.VERSION,)]
    return [check for check in checks if check.words in words]


def slow_refusal(evidence: Evidence, plan: Plan, copied: CopyIdentity, blocking: frozenset[str]) -> Refusal | None:
    """Say what of that which takes long to read keeps the source, before anything else is read."""
    facts = Facts(evidence, plan, copied, NOT_READ, blocking)
    return obstacle(_judged(row, facts) for row in rows(blocking) if row.is_slow)


def promise_refusal(facts: Facts) -> Refusal | None:
    """Say what keeps the source, or None where every row that blocks has been read, and holds."""
    return obstacle(_judged(row, facts) for row in rows(facts.blocking))


def obstacle(checks: Iterable[Check]) -> Refusal | None:
    """Return the first of what has been judged that keeps the source."""
    return next((check.refusal for check in checks if check.refusal is not None), None)


def promise_kept() -> list[str]:
    """Return what has been checked before a delete, whatever the settings: all that would have kept the source."""
    return [row.words for row in rows(ALWAYS) if row.blocks]


def seen_beside(evidence: Evidence, plan: Plan, copied: CopyIdentity, blocking: frozenset[str]) -> list[str]:
    """Return what is true of a delete beside `promise_kept`, for its audit: what the setting had checked as well, and
    what was found, or not looked for, and did not keep the source.
    """
    facts, kept = Facts(evidence, plan, copied, NOT_READ, blocking), promise_kept()
    judged = [_judged(row, facts) for row in rows(blocking) if row.is_slow and row.words not in kept]
    return [check.text for check in judged if check.blocks or not check.good]


def not_shown() -> list[str]:
    """Return what is true of a decision by somebody who was shown nothing."""
    return [*(row.unread for row in CHECKS if row.unread), users.UNSEEN]


def meaning(blocking: frozenset[str]) -> str:
    """Return text that changes when the checks come to mean something else, as by the setting of what blocks.

    A decision relies on what they meant to whoever gave it.
    """
    words = [(row.words, row.blocks) for row in rows(blocking)]
    return hashlib.sha256(str([*words, sorted(blocking), users.UNSEEN]).encode()).hexdigest()[:16]


def decisive(blocking: frozenset[str]) -> list[Part]:
    """Return the parts on which any row that blocks depends, or what becomes of the version: whoever decides must have
    seen them as they are.
    """
    needed = {part for row in rows(blocking) if row.blocks for part in row.needs}
    return [part for part in Part if part is Part.OLDER or part in needed]


def _judged(row: PromiseCheck, facts: Facts) -> Check:
    evidence = facts.evidence
    why = next((evidence.unread[part] for part in row.needs if part in evidence.unread), None)
    wrong = row.rule(facts) if why is None else _not_read(row, why)
    if wrong is None:
        return Check(good=True, text=row.words, words=row.words, blocks=row.blocks)
    text = row.brief(evidence) if row.brief and why is None else wrong.message
    return Check(
        good=False,
        text=capitalised(text),
        words=row.words,
        blocks=row.blocks,
        code=wrong.code,
        refusal=wrong if row.blocks else None,
    )


def _not_read(row: PromiseCheck, why: Refusal) -> Refusal:
    """Say why a row cannot be judged; where nobody has tried, that it has not been."""
    said = f"not checked whether “{row.words}”: {why.message}" if why == NOT_READ else why.message
    return Refusal(code=why.code, message=row.unread or said)
