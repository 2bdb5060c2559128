"""Step 3: start building the image version. Starts the operation and returns; never waits for it."""

from datetime import UTC, datetime
from functools import partial

from activities.admitting import Turn
from arm.resources.images import get_image
from arm.resources.versions import get_version, start_version, start_version_update
from arm.surveys.absence import is_gone
from arm.transport.errors import BUSY_SECONDS, ArmNotFoundError, ArmRefusedError, ArmThrottledError
from hub.task_hub import TaskHub
from migration.asking.reading import settings
from migration.course.places import queued_in_words
from migration.course.steps import StepInput
from migration.course.storage import stored_in_one_zone
from migration.plan.destination.numbering import is_ours
from migration.plan.tagging.carried import version_tags
from migration.record.admitting import advanced
from migration.record.audit import entry
from migration.record.run import Run
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage
from migration.resources.operation import CreatedVersion
from migration.resources.replication import region_problems
from migration.resources.states import ProvisioningState
from migration.values.answer import NO_PLACE, Later, Refusal, unseen
from migration.values.image_version.number import VersionNumber
from migration.values.outcome import Phase
from steering.runs.placing import InLine, give_back, take_place

LOST_RACES = 10
# Another's version appeared between the look and the write, or something keeps the number that is not shown: a version
# that was deleted and is kept. What Azure says of such a number is not written anywhere.
_TAKEN = {"PropertyChangeNotAllowed", "Conflict", "OperationNotAllowed"}


async def create_image_version(turn: Turn[StepInput], hub: TaskHub) -> Later | Refusal | None:
    """Create the planned version once there is a place for it among those being made; until then, say how it waits.

    It is adopted where an earlier run created it, and takes the next number on a lost race. A place with which nothing
    was begun, for sure, is given back: others need not wait until this run can begin.
    """
    place = await take_place(hub, turn.held.migration_id, turn.run, settings().max_in_flight)
    if isinstance(place, InLine):
        return await _in_line(turn, place)
    try:
        said = await _create_or_adopt(turn)
    except (ArmNotFoundError, ArmThrottledError):
        await give_back(turn.held.migration_id, turn.said.run, place)
        raise
    if isinstance(said, Refusal):
        await give_back(turn.held.migration_id, turn.said.run, place)
    return said


async def _in_line(turn: Turn[StepInput], waits: InLine) -> Later:
    """Note how the run waits for a place; it costs no call of Azure."""
    if waits.queued != turn.run.queued:
        await turn.move(lambda run: run.changed(queued=waits.queued))
    return Later(seconds=waits.seconds, reason=queued_in_words(waits.queued), code=NO_PLACE)


async def _create_or_adopt(turn: Turn[StepInput]) -> Later | Refusal | None:
    """Zones that were only preferred, and that Azure refuses, are given up in the record first."""
    try:
        created = await _start_version(turn)
    except ArmRefusedError as error:
        if stored_in_one_zone(turn.run, error.message, datetime.now(UTC)) is None:
            raise
        await turn.move(partial(_in_one_zone, refused=error.message, at=datetime.now(UTC)))
        created = await _start_version(turn)
    if not isinstance(created, CreatedVersion):
        return created
    started = created
    await turn.move(lambda run: _replicating(run, started, datetime.now(UTC)))
    return None


def _in_one_zone(run: Run, refused: str, at: datetime) -> Run:
    return stored_in_one_zone(run, refused, at) or run


def _replicating(run: Run, created: CreatedVersion, at: datetime) -> Run | Refusal:
    version_id, operation_url = created.image_version_id, created.operation_url
    known = run.changed(image_version_id=version_id, operation_url=operation_url, replication_since=at)
    replicating = advanced(known, Phase.REPLICATING)
    if isinstance(replicating, Refusal):
        return replicating
    return replicating.audited(entry(at, "version started", image_version_id=version_id))


async def _start_version(turn: Turn[StepInput]) -> CreatedVersion | Later | Refusal:
    run, plan = turn.run, turn.run.planned
    source = await get_image(plan.source.id)
    if source is None:
        message = "the source image no longer exists"
        return Refusal(code="SourceNotFound", message=message, absent=plan.source.id)
    if source.content != plan.source.content:
        return Refusal(code="SourceChanged", message="the source image is not the one that was planned for any more")
    definition = plan.definition.resource_id
    name = plan.version  # as it is spelt: a version of ours may have leading zeros
    refused: ArmRefusedError | None = None
    for _ in range(LOST_RACES if plan.version_is_auto else 1):
        version_id = str(definition.child(name))
        found = await get_version(version_id)
        if found is None and not await is_gone(version_id):
            found = await get_version(version_id)
            if found is None:
                return unseen(version_id)  # a write would be one over it, and drop regions that are not asked for
        if found is not None and _is_usable(found, source, turn):
            return await _adopt(found, run)
        created = None if found else await _create(version_id, run)
        if isinstance(created, CreatedVersion):
            return created
        refused = created
        name = str(VersionNumber.parse(name).successor())
    if refused is not None:
        raise refused
    message = f"version {plan.version} exists, and has failed or was not made by this migration"
    return Refusal(code="VersionExists", message=message)


def _is_usable(found: ImageVersion, source: ManagedImage, turn: Turn[StepInput]) -> bool:
    is_own = is_ours(found, source, turn.run.start.id, turn.record.copies)
    return is_own and found.provisioning_state != ProvisioningState.FAILED


async def _create(version_id: str, run: Run) -> CreatedVersion | ArmRefusedError | None:
    """Start the version; None when someone else's took the number meanwhile, the refusal when none is seen there."""
    plan = run.planned
    try:
        operation = await start_version(plan, version_id, version_tags(plan, run.start.id, settings().tag))
    except ArmRefusedError as error:
        if error.code not in _TAKEN:
            raise
        return error if await get_version(version_id) is None else None
    return CreatedVersion(image_version_id=version_id, operation_url=operation.url)


async def _adopt(found: ImageVersion, run: Run) -> CreatedVersion | Later:
    """Use a version of ours again: a complete one is given the regions it lacks and the end of life asked for.

    One that is still being built or changed takes no change: it is waited for where it is to have more.
    """
    plan = run.planned
    if found.is_settled:
        update = await start_version_update(
            found.id, add_regions=plan.target_regions, end_of_life=plan.end_of_life_date
        )
        return CreatedVersion(image_version_id=found.id, operation_url=update.url if update else None)
    if found.provisioning_state == ProvisioningState.DELETING or region_problems(found, plan.target_regions):
        return Later(seconds=BUSY_SECONDS, reason=f"version {found.name} is {found.provisioning_state}")
    return CreatedVersion(image_version_id=found.id)
