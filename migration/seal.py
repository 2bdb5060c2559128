"""The seal on an admitted approval: what proves, just before the delete, that the app itself admitted it.

An orchestration's input can be written by whoever holds the system key, an invented approval included. A seal cannot.
"""

import hashlib
import json

from migration.answer import Refusal
from migration.approval import Approval, Decision
from migration.links import LinkInvalidError, Signer, SigningKeyMissingError
from migration.plan import Plan
from migration.record import Record
from migration.settings import Settings
from migration.state import MigrationState

_PURPOSE = "approval-seal"


class Seal(Record):
    """What was admitted: whose decision about which version of which plan."""

    migration_id: str
    image_version_id: str
    plan: str
    decision: Decision
    approver: str


def plan_digest(plan: Plan) -> str:
    """Return a digest of everything the approver relied on: source, regions, replicas, what is to be deleted."""
    return hashlib.sha256(json.dumps(plan.dump(), sort_keys=True).encode()).hexdigest()


def seal(approval: Approval, migration_id: str, plan: str, settings: Settings) -> Approval:
    """Return the approval with its seal; without a signing key there is none, and none is asked for."""
    try:
        token = Signer(settings, _PURPOSE).sign(_content(approval, migration_id, plan))
    except SigningKeyMissingError:
        return approval
    return approval.model_copy(update={"seal": token})


def seal_refusal(state: MigrationState, settings: Settings) -> Refusal | None:
    """Say why the approval in a state is not one that the app admitted for it, or None."""
    approval = state.approval
    if approval is None or approval.decision is not Decision.APPROVE:
        return Refusal(code="NotApproved", message="nobody has approved the delete")
    try:
        content = Signer(settings, _PURPOSE).read(approval.seal or "", Seal)
    except SigningKeyMissingError:
        return None
    except LinkInvalidError:
        return Refusal(code="NotApproved", message="the approval does not bear this app's seal")
    if content != _content(approval, state.start.id, plan_digest(state.planned)):
        return Refusal(code="NotApproved", message="the approval's seal is for another decision, version or plan")
    return None


def _content(approval: Approval, migration_id: str, plan: str) -> Seal:
    return Seal(
        migration_id=migration_id,
        image_version_id=approval.image_version_id,
        plan=plan,
        decision=approval.decision,
        approver=approval.approver,
    )
