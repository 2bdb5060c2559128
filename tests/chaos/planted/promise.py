"""What is looked at before a source may go, and before anything is said of it: not looked at."""

from typing import Any

from migration.promise import rules, users
from migration.promise.checks import Check
from migration.values.answer import Refusal
from tests.chaos.planted.safeguard import Change, Safeguard


def _row(*found: Any) -> Change:
    """Have the rows with these rules find nothing."""

    def said(check: Check, row: Any, _facts: Any) -> Check:
        if row.rule not in found or check.good:
            return check
        return Check(good=True, text=row.words, words=row.words, blocks=row.blocks)

    return Change("migration.promise.checks:_judged", said)


def _unread(check: Check, row: Any, facts: Any) -> Check:
    unread = [facts.evidence.unread[part] for part in row.needs if part in facts.evidence.unread]
    if check.good or not row.blocks or not unread:
        return check
    return Check(good=True, text=row.words, words=row.words, blocks=row.blocks)


def _nothing(*codes: str) -> Any:
    """Say nothing where one of these refusals was said; of any, where none are named."""

    def said(found: Any, *_: Any, **__: Any) -> Any:
        return None if isinstance(found, Refusal) and (not codes or found.code in codes) else found

    return said


def _complete(report: Any, version: Any, _wanted: Any) -> Any:
    is_settled = version.is_settled and report.failure is None
    return report.changed(complete=True) if is_settled else report


PROMISE = (
    Safeguard("replicas are looked at again before the delete", (_row(rules.copy_complete, rules.stored_as_planned),)),
    Safeguard("users of the source are looked for", (_row(users.unused),)),
    Safeguard(
        "a machine needs the source unless its disks are its own",
        (Change("migration.users.own_disk:has_own_disks", lambda _said, _machine: True),),
    ),
    Safeguard(
        "a filtered list is no whole one",
        (Change("arm.surveys.visibility:find_hidden_users", lambda _said, _subscription: None),),
    ),
    Safeguard("what was not read keeps the source", (Change("migration.promise.checks:_judged", _unread),)),
    Safeguard("an image built anew is another image", (_row(rules.unchanged),)),
    Safeguard(
        "tags of the source are looked at again before the delete",
        (Change("migration.course.wishes:withdrawn", _nothing("KeptByTag", "RequestWithdrawn")),),
    ),
    Safeguard(
        "a wish whose tags were changed or taken off is taken back",
        (Change("migration.course.wishes:withdrawn", _nothing("RequestWithdrawn")),),
    ),
    Safeguard("every region has to be complete", (Change("migration.resources.replication:assess", _complete),)),
)
