"""Whose decision counts. The same rules for the page, the API and the platform's event callback."""

from migration.answer import Refusal
from migration.approval import Approval, ApprovalEvent, Decision, Via
from migration.record import Record
from migration.settings import Settings


class Proof(Record):
    """Signed by the page or the API: that it took this very decision, and what it knows of who decided.

    `identifiers` are object id, user name and roles of a signed-in user, or the name a signed link was sent to.
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


class Admission(Record):
    """An answer and what must be known to judge it."""

    migration_id: str
    round: int
    requester_ids: list[str]
    event: ApprovalEvent


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
    if settings.require_identity and not verified:
        message = "only a signed-in user or the holder of a signed link may decide (MIGRATION_REQUIRE_IDENTITY)"
        return Refusal(code="IdentityRequired", message=message)
    known = {event.approver.casefold()} | {name.casefold() for name in (proof.identifiers if proof else [])}
    if settings.approvers and not known & {name.casefold() for name in settings.approvers}:
        return Refusal(code="NotAnApprover", message=f"{event.approver} is not one of MIGRATION_APPROVERS")
    if settings.four_eyes and known & {name.casefold() for name in admission.requester_ids}:
        message = f"{event.approver} asked for this migration and cannot decide about it (MIGRATION_FOUR_EYES)"
        return Refusal(code="FourEyes", message=message)
    return Approval(
        decision=event.decision,
        approver=event.approver,
        image_version_id=event.image_version_id,
        comment=event.comment,
        id=event.id,
        via=proof.via if proof else "event",
        verified=verified,
    )
