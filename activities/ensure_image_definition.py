"""Step 2: the image definition exists and fits the image, or is created."""

from activities.admitting import Turn
from arm.resources.galleries import get_definition, start_definition
from arm.surveys.absence import is_gone
from migration.course.steps import StepInput
from migration.plan.plan import Plan
from migration.record.admitting import advanced
from migration.record.run import Run
from migration.resources.gallery import ImageDefinition
from migration.resources.provenance import MIGRATION_TAG, creation_tags
from migration.resources.states import ProvisioningState
from migration.values.answer import Later, Refusal, unseen
from migration.values.image_version.purchase_plan import same_plan
from migration.values.outcome import Phase
from migration.values.tags import find_tag


def _is_of_others(found: ImageDefinition, run: Run) -> bool:
    return find_tag(found.tags, MIGRATION_TAG) != run.start.id


def _made_otherwise(found: ImageDefinition, plan: Plan) -> str | None:
    """Name what somebody has made meanwhile otherwise than was asked for: none of it can be changed any more."""
    wanted = plan.definition
    if plan.was_asked("purchasePlan") and not same_plan(found.purchase_plan, wanted.purchase_plan):
        return f"the purchase plan {found.purchase_plan or 'none'}, not {wanted.purchase_plan or 'none'}"
    if plan.was_asked("securityType") and found.security_type.lower() != wanted.security_type.lower():
        return f"security type {found.security_type}, not {wanted.security_type}"
    lacking = [one for one in wanted.features if one not in found.features]
    return f"no {', '.join(lacking)}" if lacking and plan.was_asked("features") else None


_MUST_STAY = ("os_type", "os_state", "generation", "architecture")


async def ensure_image_definition(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Look first; create what the plan says is missing; ask to be called again until it is there."""
    plan = turn.run.planned
    wanted = plan.definition
    found = await get_definition(wanted.id)
    if found is None and not plan.create_definition:
        message = f"image definition {wanted.id} no longer exists"
        return Refusal(code="DefinitionNotFound", message=message, absent=wanted.id)
    if found is not None and found.provisioning_state == ProvisioningState.FAILED and _is_of_others(found, turn.run):
        message = (
            f"image definition {found.name} is in the state Failed, and was not made by this migration: it is left"
        )
        return Refusal(code="DefinitionFailed", message=f"{message} alone")
    if found is None and not await is_gone(wanted.id):
        return unseen(wanted.id)
    if found is None or found.provisioning_state == ProvisioningState.FAILED:
        await start_definition(wanted, wanted.tags | creation_tags(plan.source, turn.run.start.id))
        return Later(seconds=1, reason=f"image definition {wanted.name} is being created")
    changed = [field for field in _MUST_STAY if getattr(found, field) != getattr(wanted, field)]
    if changed:
        message = f"image definition {wanted.name} now has another {', '.join(changed)} than when it was planned"
        return Refusal(code="DefinitionMismatch", message=message)
    if otherwise := _made_otherwise(found, plan):
        message = f"image definition {wanted.name} has {otherwise}, which was asked for and planned"
        return Refusal(code="DefinitionMismatch", message=message)
    if found.provisioning_state != ProvisioningState.SUCCEEDED:
        return Later(seconds=2, reason=f"image definition {found.name} is {found.provisioning_state}")
    await turn.move(lambda run: advanced(run, Phase.CREATING))
    return None
