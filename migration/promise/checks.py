"""The promise as one table: a row for each thing that is looked at before a source may go.

Page, API, audit, digest and both judgements of the delete follow from it: a check that is added here is shown, recorded
and enforced. It fails closed: a row that blocks refuses, too, where what it needs has not been read.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from migration.plan.plan import Plan
from migration.promise import rules
from migration.promise.evidence import LAST, NOT_READ, Consumer, Evidence, Part, counted
from migration.promise.rules import Facts
from migration.resources.copy_identity import CopyIdentity
from migration.values.answer import Refusal
from migration.values.value import Value

MOST_NAMED = 5
UNSEEN = "Not looked for: Batch pools, and users in subscriptions or tenants that the app may not read"


class PromiseCheck(NamedTuple):
    """A row. `words` is what holds where `rule` has nothing against it; `needs` are the parts the rule looks at.

    One that does not block is only shown. `once_promoted` can hold only after an approval has been carried out up to
    the delete. `brief` says what is wrong in fewer words than the rule's, `unread` what to say of one that could not
    be read and does not block.
    """

    words: str
    blocks: bool
    needs: tuple[Part, ...]
    rule: Callable[[Facts], Refusal | None]
    once_promoted: bool = False
    brief: Callable[[Evidence], str] | None = None
    unread: str = ""

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


def _users(evidence: Evidence) -> str:
    if len(evidence.consumers) > MOST_NAMED:
        return f"In use by {counted(evidence.consumers)}"
    return f"In use by {_several(f'{one.kind} {_name(one)}' for one in evidence.consumers)}"


def _locks(evidence: Evidence) -> str:
    return f"Locked by {_several(f'{lock.name} ({lock.level})' for lock in evidence.locks)}"


def _mentions(evidence: Evidence) -> str:
    names = _several(f"{one.kind.rpartition('/')[2]} {_name(one)}" for one in evidence.mentions)
    return f"{names} name it, which does not keep it from being deleted"


def _name(consumer: Consumer) -> str:
    return consumer.id.rpartition("/")[2]


CHECKS = [
    PromiseCheck("Every target region holds a complete replica", True, (Part.VERSION,), rules.copy_complete),
    PromiseCheck(
        "No virtual machine, scale set or unfinished image version uses the source image",
        True,
        (Part.CONSUMERS,),
        rules.unused,
        brief=_users,
    ),
    PromiseCheck("No lock protects the source image", True, (Part.LOCKS,), rules.unlocked, brief=_locks),
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
        "No other resource names the source image, as far as Azure Resource Graph shows",
        False,
        (Part.MENTIONS,),
        rules.unnamed,
        brief=_mentions,
        unread="Not looked for: image templates, host pools and others that may name the source image",
    ),
]


def judge(facts: Facts) -> list[Check]:
    """Say of each part of the promise whether it holds, for whoever is asked: what comes with approval is left out."""
    return [_judged(row, facts) for row in CHECKS if not row.once_promoted]


def of_version(checks: Iterable[Check]) -> list[Check]:
    """Return those that are about the version alone: all that counts where no source is deleted."""
    words = [row.words for row in CHECKS if row.needs == (Part.VERSION,)]
    return [check for check in checks if check.words in words]


def slow_refusal(evidence: Evidence, plan: Plan, copied: CopyIdentity) -> Refusal | None:
    """Say what of that which takes long to read keeps the source, before anything else is read."""
    facts = Facts(evidence, plan, copied, withdrawn=NOT_READ)
    return obstacle(_judged(row, facts) for row in CHECKS if row.is_slow)


def promise_refusal(facts: Facts) -> Refusal | None:
    """Say what keeps the source, or None where every row that blocks has been read, and holds."""
    return obstacle(_judged(row, facts) for row in CHECKS)


def obstacle(checks: Iterable[Check]) -> Refusal | None:
    """Return the first of what has been judged that keeps the source."""
    return next((check.refusal for check in checks if check.refusal is not None), None)


def promise_kept() -> list[str]:
    """Return what has been checked before a delete: all that would have kept the source."""
    return [row.words for row in CHECKS if row.blocks]


def not_shown() -> list[str]:
    """Return what is true of a decision by somebody who was shown nothing."""
    return [*(row.unread for row in CHECKS if row.unread), UNSEEN]


def meaning() -> str:
    """Return text that changes when the checks come to mean something else.

    A decision relies on what they meant to whoever gave it.
    """
    words = [(row.words, row.blocks) for row in CHECKS]
    return hashlib.sha256(str([*words, UNSEEN]).encode()).hexdigest()[:16]


def decisive() -> list[Part]:
    """Return the parts on which any row that blocks depends, or what becomes of the version: whoever decides must have
    seen them as they are.
    """
    return [part for part in Part if part is Part.OLDER or any(row.blocks and part in row.needs for row in CHECKS)]


def _judged(row: PromiseCheck, facts: Facts) -> Check:
    evidence = facts.evidence
    why = next((evidence.unread[part] for part in row.needs if part in evidence.unread), None)
    wrong = row.rule(facts) if why is None else _not_read(row, why)
    if wrong is None:
        return Check(good=True, text=row.words, words=row.words, blocks=row.blocks)
    text = row.brief(evidence) if row.brief and why is None else wrong.message
    return Check(
        good=False,
        text=text[:1].upper() + text[1:],
        words=row.words,
        blocks=row.blocks,
        code=wrong.code,
        refusal=wrong if row.blocks else None,
    )


def _not_read(row: PromiseCheck, why: Refusal) -> Refusal:
    """Say why a row cannot be judged; where nobody has tried, that it has not been."""
    said = f"not checked whether “{row.words}”: {why.message}" if why == NOT_READ else why.message
    return Refusal(code=why.code, message=row.unread or said)


def _several(names: Iterable[str]) -> str:
    every = sorted(names)
    more = [f"{len(every) - MOST_NAMED} more"] if len(every) > MOST_NAMED else []
    return ", ".join(every[:MOST_NAMED] + more)
