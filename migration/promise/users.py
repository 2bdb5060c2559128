"""The third part of the promise: nothing needs the source. Who does is known by kind (`migration/users/kinds.py`).

What needs it by Compute's word keeps it, whatever the setting says; MIGRATION_BLOCK_ON adds kinds, and then one that
was not looked for keeps it, too.
"""

from collections.abc import Sequence

from migration.promise.evidence import Consumer, Evidence, Part, counted
from migration.promise.rules import Facts
from migration.users.kinds import GRAPH_KINDS, KINDS, OTHERS
from migration.values.answer import Refusal
from migration.values.words.capitals import capitalised

MOST_NAMED = 5
UNSEEN = "Not looked for: Batch pools, and users in subscriptions or tenants that the app may not read"
_SHOWN = "which does not keep it from being deleted"


def unused(facts: Facts) -> Refusal | None:
    """Nothing would break, or could not grow, without the source, by what Compute says."""
    users = facts.evidence.consumers
    return Refusal(code="SourceInUse", message=f"the source image is used by {_listed(users)}") if users else None


def no_machines(facts: Facts) -> Refusal | None:
    """Machines that came from the source keep running without it, and can never be reimaged again."""
    machines = facts.evidence.machines
    if not machines:
        return None
    message = f"{came_from(machines)}: {', '.join(sorted(one.id for one in machines)[:MOST_NAMED])}"
    return Refusal(code="MachinesFromSource", message=message)


def came_from(machines: Sequence[Consumer]) -> str:
    """Say how many machines came from the source, and what becomes of them."""
    one = len(machines) == 1
    said = f"{len(machines)} {'machine' if one else 'machines'} came from it; {'it keeps' if one else 'they keep'}"
    return f"{said} running, and can no longer be reimaged"


def nothing_named(facts: Facts) -> Refusal | None:
    """Nothing of the kinds that the setting names is found by Resource Graph, and each was looked for."""
    users = named_by(facts.evidence, facts.blocking)
    if users:
        return Refusal(code="SourceInUse", message=f"MIGRATION_BLOCK_ON: the source image is used by {_listed(users)}")
    unseen = not_looked_for(facts.evidence, facts.blocking)
    return Refusal(code="UsersNotLookedFor", message=f"MIGRATION_BLOCK_ON: {'; '.join(unseen)}") if unseen else None


def unnamed(facts: Facts) -> Refusal | None:
    """Nothing else names the source, of the kinds that only Resource Graph tells of and the setting does not name."""
    users = named_by(facts.evidence, GRAPH_KINDS - facts.blocking)
    return Refusal(code="SourceNamed", message=f"it is named by {_listed(users)}, {_SHOWN}") if users else None


def named_by(evidence: Evidence, kinds: frozenset[str]) -> list[Consumer]:
    """Return those of these kinds of whom only Resource Graph tells; what it finds of no kind is of the others."""
    known = [(one, one.kind if one.kind in GRAPH_KINDS else OTHERS.key) for one in evidence.mentions]
    return [one for one, key in known if key in kinds]


def not_looked_for(evidence: Evidence, kinds: frozenset[str] = GRAPH_KINDS) -> list[str]:
    """Say which of these kinds were not looked for everywhere, and why: a text for each reason."""
    by_reason: dict[str, list[str]] = {}
    for kind in KINDS:
        if kind.key in kinds and kind.key in evidence.unlooked:
            by_reason.setdefault(evidence.unlooked[kind.key], []).append(kind.plural)
    return [f"not looked for: {', '.join(named)}, because {why}" for why, named in by_reason.items()]


def not_read(evidence: Evidence) -> list[str]:
    """Say why those were not looked for of whom Compute tells, and those of whom Resource Graph does; nothing where
    both were.
    """
    why = {evidence.unread[part].message for part in (Part.CONSUMERS, Part.MENTIONS) if part in evidence.unread}
    return [f"Not looked for: {one}" for one in sorted(why)]


def unseen(evidence: Evidence) -> list[str]:
    """Return what was not looked for, and why, for whoever decides."""
    return [*(capitalised(one) for one in not_looked_for(evidence)), UNSEEN]


def _listed(users: Sequence[Consumer]) -> str:
    """Name some of them; of a crowd say how many there are."""
    named = ", ".join(sorted(f"{one.words} {one.id}" for one in users)[:MOST_NAMED])
    return f"{counted(users)}, among them {named}" if len(users) > MOST_NAMED else named
