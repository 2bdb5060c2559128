"""Whose decision counts. The same rules for the page, the API and the platform's event callback."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from migration.answer import Refusal
from migration.approval import Approval, ApprovalEvent, Via
from migration.settings import Settings

IDENTITY_REQUIRED = "IdentityRequired"  # signing in would help
_OBJECT_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


class Decider(NamedTuple):
    """Who decides, as far as we know: `name` is None where only the form, the body or the event says it.

    `identifiers` are object id, user name and roles of a signed-in user, or the name a signed link was sent to.
    """

    name: str | None
    identifiers: tuple[str, ...]
    via: Via

    @property
    def verified(self) -> bool:
        return self.name is not None


def admit(
    event: ApprovalEvent,
    decider: Decider,
    requester_ids: Sequence[str],
    settings: Settings,
    *,
    decision_id: str,
    checks: Sequence[str] = (),
) -> Approval | Refusal:
    """Decide whether an answer may count. Of who is not verified, their word is all there is for who decided."""
    refusal = objection(event.approver, decider.identifiers, requester_ids, settings, verified=decider.verified)
    return refusal or Approval(
        decision=event.decision,
        approver=event.approver,
        image_version_id=event.image_version_id,
        comment=event.comment,
        id=decision_id,
        via=decider.via,
        verified=decider.verified,
        checks=list(checks),
    )


def anyone_named(settings: Settings) -> bool:
    """Tell whether a name that is not verified is enough to decide."""
    return not any(_demands(settings).values())


def _demands(settings: Settings) -> dict[str, bool]:
    return {
        "MIGRATION_REQUIRE_IDENTITY": settings.require_identity,
        "MIGRATION_FOUR_EYES": settings.four_eyes,
        "MIGRATION_APPROVERS": bool(settings.approvers),
    }


def objection(
    approver: str | None,
    identifiers: Sequence[str],
    requester_ids: Sequence[str],
    settings: Settings,
    *,
    verified: bool,
) -> Refusal | None:
    """Say why somebody may not decide, or None. `approver` is None where they have not said who they are.

    A list of approvers and four eyes need to know whose they are: a name anyone may type is not enough there either.
    """
    if not verified and not anyone_named(settings):
        rule = next(rule for rule, holds in _demands(settings).items() if holds)
        message = f"only a signed-in user or the person a signed link was sent to may decide ({rule})"
        return Refusal(code=IDENTITY_REQUIRED, message=message)
    known = _folded([*([approver] if approver else []), *identifiers])
    if approver is not None and settings.approvers and not known & _folded(settings.approvers):
        return Refusal(code="NotAnApprover", message=f"{approver} is not one of MIGRATION_APPROVERS")
    return _four_eyes(approver, known, _folded(requester_ids)) if settings.four_eyes else None


def _four_eyes(approver: str | None, known: set[str], requesters: set[str]) -> Refusal | None:
    """Two people are told apart by what both have: object ids, or user names. Without that nobody may decide."""
    if approver is not None and known & requesters:
        message = f"{approver} asked for this migration and cannot decide about it (MIGRATION_FOUR_EYES)"
        return Refusal(code="FourEyes", message=message)
    comparable = _kinds(requesters) & (_kinds(known) if approver is not None else {"object id", "user name"})
    if not comparable:
        message = (
            "it is not known who asked for this migration in a way that tells them from the approver; somebody who is"
            " signed in must ask again first, and another approve (MIGRATION_FOUR_EYES)"
        )
        return Refusal(code="RequesterUnknown", message=message)
    return None


def _kinds(names: Iterable[str]) -> set[str]:
    return {"object id" if _OBJECT_ID.fullmatch(name) else "user name" for name in names if _is_identifier(name)}


def _is_identifier(name: str) -> bool:
    return bool(_OBJECT_ID.fullmatch(name)) or "@" in name


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}


def requester_is_known(requester_ids: Iterable[str]) -> bool:
    """Tell whether four eyes could be kept at all."""
    return bool(_kinds(_folded(requester_ids)))


def other_person(approver: str, name: str, identifiers: Sequence[str]) -> Refusal | None:
    """Say that a signed-in user is not the one a link was sent to: by object id, user name or app role."""
    if approver.casefold() in _folded(identifiers):
        return None
    message = f"this link was sent to {approver}, and you are signed in as {name}"
    return Refusal(code="OtherPerson", message=message)
