"""Step 9: delete the source, after checking the whole promise again with facts read now."""

from arm.evidence import gather_evidence
from arm.images import start_delete
from migration.answer import Refusal
from migration.ids import same_id
from migration.operation import Operation
from migration.promise import promise_refusal
from migration.seal import seal_refusal
from migration.settings import settings
from migration.state import MigrationState


async def delete_source_image(state: MigrationState) -> Operation | Refusal | None:
    """Start the delete; None where the image is gone already. A broken promise or a lock is a refusal."""
    unsealed = seal_refusal(state, settings())
    if unsealed is not None:
        return unsealed
    if state.approval is None or not same_id(state.approval.image_version_id, state.version_id):
        return Refusal(code="NotApproved", message="the approval is for another image version")
    evidence = await gather_evidence(state.planned.source.id, state.version_id)
    refusal = promise_refusal(evidence, state.planned)
    if refusal is not None:
        return refusal
    return await start_delete(state.planned.source.id) if evidence.image else None
