"""Takes a decision from the page or the API to the migration, and sees whether it was the one that counted."""

import asyncio
import uuid
from enum import Enum

import azure.durable_functions as df

from migration import names
from migration.admission import Admission, Proof, admit
from migration.answer import Refusal
from migration.approval import Approval, ApprovalEvent, Via
from migration.links import PROOF_PURPOSE, Signer, SigningKeyMissingError
from migration.outcome import Phase
from migration.settings import settings
from triggers import hub
from triggers.identity import Principal
from triggers.responding import HttpProblemError

LOOKS = 40
LOOK_EVERY_SECONDS = 0.25


class Effect(Enum):
    """What became of a decision."""

    COUNTED = "counted"
    TOO_LATE = "too late"
    ON_ITS_WAY = "on its way"


async def decide(
    client: df.DurableFunctionsClient,
    migration: hub.Migration,
    event: ApprovalEvent,
    via: Via,
    user: Principal | None,
    link_holder: str | None = None,
) -> tuple[Effect, Approval | None]:
    """Raise the decision if it may count; returns its effect, and the approval that did count.

    Raises HttpProblemError 403 for somebody who may not decide. `link_holder` is whom a signed link was sent to.
    """
    event = event.model_copy(update={"id": uuid.uuid4().hex, "proof": None})
    proof = _proof(migration, event, via, user, link_holder)
    admission = Admission(
        migration_id=migration.id,
        round=migration.state.round,
        requester_ids=migration.state.start.requester_ids,
        event=event,
    )
    refusal = admit(admission, proof, settings())
    if isinstance(refusal, Refusal):
        raise HttpProblemError(403, "Not allowed to decide", refusal.message, code=refusal.code)
    signed = event.model_copy(update={"proof": _sign(proof)})
    await hub.tell(client, migration.id, names.APPROVAL_EVENT, signed.dump())
    return await _effect(client, migration, event.id)


def _proof(
    migration: hub.Migration, event: ApprovalEvent, via: Via, user: Principal | None, link_holder: str | None
) -> Proof:
    identifiers = [*user.ids, *user.roles] if user else [link_holder] if link_holder else []
    return Proof(
        migration_id=migration.id,
        image_version_id=event.image_version_id,
        round=migration.state.round,
        decision=event.decision,
        approver=event.approver,
        comment=event.comment,
        via=via,
        verified=user is not None or link_holder is not None,
        identifiers=identifiers,
    )


def _sign(proof: Proof) -> str | None:
    """Sign what we know; without a signing key the app can trust no provenance, its own included."""
    try:
        return Signer(settings(), PROOF_PURPOSE).sign(proof)
    except SigningKeyMissingError:
        return None


async def _effect(
    client: df.DurableFunctionsClient, migration: hub.Migration, event_id: str | None
) -> tuple[Effect, Approval | None]:
    for _ in range(LOOKS):
        now = await hub.find(client, migration.id)
        if now is not None and (now.phase is not Phase.AWAITING_APPROVAL or now.state.round != migration.state.round):
            approval = now.approval
            counted = approval is not None and approval.id == event_id
            return (Effect.COUNTED if counted else Effect.TOO_LATE), approval
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return Effect.ON_ITS_WAY, None
