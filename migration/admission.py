"""Whose decision counts. The same rules for the page, the API and the platform's event callback."""

from collections.abc import Sequence

from migration.answer import Refusal
from migration.approval import Approval, ApprovalEvent, Decision, Via
from migration.record import Record
from migration.settings import Settings


class Proof(Record):
    """Signed by the page or the API: that it took this very decision, and what it knows of who decided.

    `identifiers` are object id, user name and roles of a signed-in user, or the name a signed link was sent to;
    `checks` what the page had shown as checked.
    """

    migration_id: str
    image_version_id: str
    round: int
    decision: Decision
    approver: str
    comment: str
    via: Via
    verified: bool
    identifiers: list[str]
    checks: list[str] = []


class Admission(Record):
    """An answer and what must be known to judge it; `plan` is the digest of what it is about."""

    migration_id: str
    round: int
    requester_ids: list[str]
    event: ApprovalEvent
    plan: str = ""


def proves(proof: Proof, admission: Admission) -> bool:
    """Tell whether a proof is for this very answer, and not borrowed from another."""
    event = admission.event
    return (
        proof.migration_id == admission.migration_id
        and proof.round == admission.round
        and proof.image_version_id.lower() == event.image_version_id.lower()
        and (proof.decision, proof.approver, proof.comment) == (event.decision, event.approver, event.comment)
    )


def admit(admission: Admission, proof: Proof | None, settings: Settings) -> Approval | Refusal:
    """Decide whether an answer counts. Without a proof, the caller's word is all there is for who decided."""
    event = admission.event
    verified = proof is not None and proof.verified
    identifiers = proof.identifiers if proof else []
    refusal = objection(event.approver, identifiers, admission.requester_ids, settings, verified=verified)
    return refusal or Approval(
        decision=event.decision,
        approver=event.approver,
        image_version_id=event.image_version_id,
        comment=event.comment,
        id=event.id,
        via=proof.via if proof else "event",
        verified=verified,
        checks=proof.checks if proof else [],
    )


def objection(
    approver: str | None, identifiers: Sequence[str], requester_ids: list[str], settings: Settings, *, verified: bool
) -> Refusal | None:
    """Say why somebody may not decide, or None. `approver` is None where they have not said who they are.

    Four eyes need to know whose they are: a name anyone may type is not enough there either.
    """
    if not verified and (settings.require_identity or settings.four_eyes):
        rule = "MIGRATION_REQUIRE_IDENTITY" if settings.require_identity else "MIGRATION_FOUR_EYES"
        message = f"only a signed-in user or the person a signed link was sent to may decide ({rule})"
        return Refusal(code="IdentityRequired", message=message)
    if approver is None:
        return None
    known = {name.casefold() for name in (approver, *identifiers)}
    if settings.approvers and not known & {name.casefold() for name in settings.approvers}:
        return Refusal(code="NotAnApprover", message=f"{approver} is not one of MIGRATION_APPROVERS")
    if settings.four_eyes and known & {name.casefold() for name in requester_ids}:
        message = f"{approver} asked for this migration and cannot decide about it (MIGRATION_FOUR_EYES)"
        return Refusal(code="FourEyes", message=message)
    return None


def other_person(approver: str, name: str, identifiers: Sequence[str]) -> Refusal | None:
    """Say that a signed-in user is not the one a link was sent to: by object id, user name or app role."""
    if approver.casefold() in {known.casefold() for known in identifiers}:
        return None
    message = f"this link was sent to {approver}, and you are signed in as {name}"
    return Refusal(code="OtherPerson", message=message)
