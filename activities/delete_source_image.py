"""Step 9: delete the source, after checking the whole promise again with facts read now."""

from arm.consumers import find_consumers
from arm.images import get_image, start_delete
from arm.locks import find_locks
from arm.versions import get_version
from migration.answer import Refusal
from migration.approval import Decision
from migration.ids import same_id
from migration.operation import Operation
from migration.promise import shallow_refusal, source_refusal, version_refusal
from migration.state import MigrationState


async def delete_source_image(state: MigrationState) -> Operation | Refusal | None:
    """Start the delete; None where the image is gone already. A broken promise or a lock is a refusal."""
    approval = state.approval
    if approval is None or approval.decision is not Decision.APPROVE:
        return Refusal(code="NotApproved", message="nobody has approved the delete")
    if not same_id(approval.image_version_id, state.version_id):
        return Refusal(code="NotApproved", message="the approval is for another image version")
    plan = state.planned
    version = await get_version(state.version_id, with_replication=True)
    refusal = version_refusal(version, plan) or (shallow_refusal(version) if version else None)
    if refusal is not None:
        return refusal
    image = await get_image(plan.source.id)
    if image is None:
        return None
    locks = await find_locks(plan.source.id)
    consumers = await find_consumers(plan.source.id)
    return source_refusal(image, plan, consumers, locks) or await start_delete(plan.source.id)
