"""What is there when a run has ended: its source, a complete copy, and what it made that nobody wants."""

import asyncio
import logging
from typing import NamedTuple

from arm.resources.galleries import get_definition, get_gallery, list_definitions
from arm.resources.images import get_image
from arm.resources.versions import get_version, list_versions
from arm.surveys.absence import get_unless_gone, is_gone
from arm.transport.errors import ArmError, ArmNotFoundError, ArmRefusedError
from migration.plan.destination.numbering import is_ours, was_complete
from migration.record.run import Run
from migration.resources.copy_identity import replaced
from migration.resources.gallery import ImageVersion
from migration.resources.image import ManagedImage, seen_as
from migration.resources.provenance import MIGRATION_TAG
from migration.resources.replication import assess
from migration.resources.states import ProvisioningState
from migration.values.ids import same_id
from migration.values.outcome import FOLLOWS, Outcome, SourceSeen
from migration.values.tags import find_tag

_LOG = logging.getLogger(__name__)
LOOK_SECONDS = 10.0  # as long as somebody waits for an answer


class End(NamedTuple):
    """How a run has ended, by what is there; `image` is its source, `another` tells that its name is another's now.

    None: nobody can tell, or nobody looked.
    """

    outcome: Outcome
    image: ManagedImage | None = None
    another: bool | None = None


async def find_end(run: Run, outcome: Outcome) -> End:
    """Look at the source, and at what the run has made; raises ArmError for what asking again may cure."""
    end = await _look_at_source(run, outcome)
    if end.image is None or not FOLLOWS[outcome.kind].leaves:
        return end
    return end._replace(outcome=end.outcome.changed(left_behind=await _remaining(run)))


async def find_end_now(run: Run, outcome: Outcome) -> End:
    """Look at the source again, long after the end; never fails: where nobody can tell now, nothing is removable."""
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await _look_at_source(run, outcome)
    except (ArmError, TimeoutError):
        return End(_seen(outcome, SourceSeen.UNKNOWN))


async def find_end_at_once(run: Run, outcome: Outcome) -> End:
    """Look at all of that for whoever ends a run and comes no second time; what cannot be told now is unknown.

    Never fails: what ended the run may be a bug of what is used here.
    """
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await find_end(run, outcome)
    except Exception as error:  # noqa: BLE001 - logged; a run that is never closed keeps its image for good
        _LOG.warning("%s: nobody could look how it ended: %s", run.start.id, type(error).__name__)
        return End(_seen(outcome, SourceSeen.UNKNOWN))


async def _look_at_source(run: Run, outcome: Outcome) -> End:
    try:
        image = await get_image(run.start.source_image_id)
        if image is None and not await is_gone(run.start.source_image_id):
            return End(_seen(outcome, SourceSeen.UNKNOWN))
    except (ArmNotFoundError, ArmRefusedError):
        return End(_seen(outcome, SourceSeen.UNKNOWN))
    seen = _seen(outcome, seen_as(image, run.source_content))
    if seen.is_source_gone:
        only_copy = seen.only_copy or await _has_complete_copy(run)
        return End(seen.changed(only_copy=only_copy), another=image is not None)
    return End(seen, image, another=False) if seen.source is SourceSeen.THERE else End(seen)


def _seen(outcome: Outcome, source: SourceSeen) -> Outcome:
    """Return the outcome with what was seen; a look that could not tell takes nothing back that was seen gone."""
    if source is SourceSeen.UNKNOWN and outcome.is_source_gone:
        return outcome
    return outcome.changed(source=source)


async def _has_complete_copy(run: Run) -> bool:
    copied = run.question.copied if run.question else run.copied
    try:
        version = await get_version(copied.image_version_id, with_replication=True) if copied else None
    except (ArmNotFoundError, ArmRefusedError):
        return False
    if version is None or copied is None or replaced(version, copied) is not None:
        return False
    return _is_complete(version, run)


def _is_complete(version: ImageVersion, run: Run) -> bool:
    """Tell whether it can do without the source, wherever it is to be: what was asked for is no matter any more."""
    regions, is_copy = version.target_regions, same_id(version.source_id, run.start.source_image_id)
    return is_copy and version.replication_mode == "Full" and bool(regions) and assess(version, regions).complete


async def _remaining(run: Run) -> list[str]:
    """Return the ids of what a run made and did not remove, as far as it can be read."""
    if run.plan is None:
        return []
    try:
        definitions = await _own_definition(run)
        return [*await _own_gallery(run, definitions), *definitions, *await _version(run)]
    except (ArmNotFoundError, ArmRefusedError):
        return []


async def _own_gallery(run: Run, definitions: list[str]) -> list[str]:
    """A gallery that this migration has made, unless it holds anything but a definition that nobody wants."""
    found = await get_unless_gone(get_gallery, run.planned.gallery.id) if run.planned.create_gallery else None
    if found is None or find_tag(found.tags, MIGRATION_TAG) != run.start.id:
        return []
    held = [one.id for one in await list_definitions(found.id)]
    return [found.id] if all(any(same_id(one, known) for known in definitions) for one in held) else []


async def _own_definition(run: Run) -> list[str]:
    """A definition of ours, unless it holds anything that somebody may want."""
    found = await get_unless_gone(get_definition, run.planned.definition.id)
    if found is None or find_tag(found.tags, MIGRATION_TAG) != run.start.id:
        return []
    return [] if any(_is_wanted(version, run) for version in await list_versions(found.id)) else [found.id]


async def _version(run: Run) -> list[str]:
    found = await get_unless_gone(get_version, run.image_version_id or run.planned.image_version_id)
    if found is None or found.provisioning_state == ProvisioningState.DELETING or _is_wanted(found, run):
        return []
    return [found.id]


def _is_wanted(version: ImageVersion, run: Run) -> bool:
    """Tell whether somebody may want a version: it is not ours, of an earlier image, or was found to be good.

    The image before this one of its name may be gone: then its version is the only copy.
    """
    is_own = same_id(version.id, run.image_version_id)
    is_decided = is_own and (run.soak is not None or (run.question is not None and run.question.approval is not None))
    return not is_ours(version, run.planned.source, run.start.id) or is_decided or was_complete(version)
