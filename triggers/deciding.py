"""Takes a decision from the page or the API to the migration, and sees whether it was the one that counted."""

import asyncio
import json
import logging
import uuid
from enum import Enum
from typing import NamedTuple

import azure.durable_functions as df

from migration import names
from migration.admission import Admission, Proof, admit, objection
from migration.answer import Refusal
from migration.approval import Approval, ApprovalEvent, Via
from migration.audit import decision_record
from migration.links import PROOF_PURPOSE, Signer, SigningKeyMissingError
from migration.settings import settings
from triggers import hub
from triggers.identity import Principal
from triggers.responding import HttpProblemError

_LOG = logging.getLogger(__name__)
LOOKS = 60
LOOK_EVERY_SECONDS = 0.25


class Effect(Enum):
    """What became of a decision."""

    COUNTED = "counted"
    TOO_LATE = "too late"
    ON_ITS_WAY = "on its way"


class Decider(NamedTuple):
    """Who decides, as far as we know: `name` is None where only the form or the body says it."""

    name: str | None
    identifiers: tuple[str, ...]
    via: Via

    @classmethod
    def of(cls, user: Principal | None, via: Via, link_holder: str | None = None) -> "Decider":
        """Return the signed-in user, else whom a signed link was sent to."""
        if user is not None:
            return cls(user.name, (*user.ids, *user.roles), via)
        return cls(link_holder, (link_holder,) if link_holder else (), via)

    @property
    def verified(self) -> bool:
        return self.name is not None

    def objection(self, migration: hub.Migration) -> Refusal | None:
        """Say why they may not decide, as far as that can be told before they have."""
        requester_ids = migration.state.start.requester_ids
        return objection(self.name, self.identifiers, requester_ids, settings(), verified=self.verified)


async def decide(
    client: df.DurableFunctionsClient,
    migration: hub.Migration,
    event: ApprovalEvent,
    decider: Decider,
    checks: list[str] | None = None,
) -> tuple[Effect, Approval | None]:
    """Raise the decision if it may count; returns its effect, and the approval that did count.

    Raises HttpProblemError 403 for somebody who may not decide. `checks` are what they had been shown as checked.
    """
    event = event.model_copy(update={"id": uuid.uuid4().hex, "proof": None})
    proof = _proof(migration, event, decider, checks or [])
    admission = Admission(
        migration_id=migration.id,
        round=migration.state.round,
        requester_ids=migration.state.start.requester_ids,
        event=event,
    )
    result = admit(admission, proof, settings())
    if isinstance(result, Refusal):
        _LOG.info(json.dumps(decision_record(migration.id, migration.state.round, event, result)))
        raise HttpProblemError(403, "Not allowed to decide", f"{result.message}.", code=result.code)
    signed = event.model_copy(update={"proof": _sign(proof)})
    await hub.tell(client, migration.id, names.APPROVAL_EVENT, signed.dump())
    return await _effect(client, migration, event.id)


def _proof(migration: hub.Migration, event: ApprovalEvent, decider: Decider, checks: list[str]) -> Proof:
    return Proof(
        migration_id=migration.id,
        image_version_id=event.image_version_id,
        round=migration.state.round,
        decision=event.decision,
        approver=event.approver,
        comment=event.comment,
        via=decider.via,
        verified=decider.verified,
        identifiers=list(decider.identifiers),
        checks=checks,
    )


def _sign(proof: Proof) -> str | None:
    """Sign what we know; without a signing key the app can trust no provenance, its own included."""
    try:
        return Signer(settings(), PROOF_PURPOSE).sign(proof)
    except SigningKeyMissingError:
        if settings().require_identity or settings().four_eyes:
            detail = "Who decides must be known here, and cannot be passed on without MIGRATION_SIGNING_KEY."
            raise HttpProblemError(500, "Invalid app settings", detail) from None
        return None


async def _effect(
    client: df.DurableFunctionsClient, migration: hub.Migration, event_id: str | None
) -> tuple[Effect, Approval | None]:
    for _ in range(LOOKS):
        now = await hub.find(client, migration.id)
        if now is not None and not now.is_asking(migration.state.round):
            approval = now.approval
            counted = approval is not None and approval.id == event_id
            return (Effect.COUNTED if counted else Effect.TOO_LATE), approval
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    return Effect.ON_ITS_WAY, None
