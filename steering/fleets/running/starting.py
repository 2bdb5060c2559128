"""Starts images of a fleet, each by the single use case: its own record admits the run, so that none has two.

What cannot be started is passed with the reason, and stops no other. What passes by itself is left to the next look.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from itertools import batched

from hub.task_hub import TaskHub
from migration.asking.request import DeleteSource
from migration.asking.settings import Settings
from migration.course.starting import Requester, start_by_request
from migration.fleet.fleet import Fleet, FleetStage
from migration.fleet.member import Member, MemberStage
from migration.record.run import Person, Run, RunStage
from migration.resources.image import ManagedImage
from migration.telling.moved import has_moved
from migration.telling.status import is_still
from migration.values.answer import Refusal
from migration.values.ids import IMAGE_VERSION, ResourceId, instance_id_for
from migration.values.outcome import OutcomeKind
from records.errors import RecordUnreadableError
from records.fleets.held import hold_fleet
from records.fleets.members import change_member
from records.store import Held, hold
from steering.fleets.running.images import NOT_FOUND, images_of
from steering.fleets.running.requesters import have_asked
from steering.runs.beginning import PAUSED, begin

AT_ONCE = 5  # starts side by side; after as many, a pause or cancel of the fleet is heard
RUNNING = Refusal(code="AlreadyMigrating", message="a migration that this fleet has not started is under way")
DONE = Refusal(code="AlreadyMigrated", message="the image had been migrated before")
_LOG = logging.getLogger(__name__)


class StartsPausedError(Exception):
    """Nothing is started now, by the switch or setting for the whole app."""


async def start_all(hub: TaskHub, fleet: Fleet, members: Sequence[Member], settings: Settings) -> bool:
    """Start images, or pass them with the reason; writes what has become of each as soon as it is known, and tells
    whether there was any that does not wait as it did.

    Raises ArmError where their images cannot be read now, and StartsPausedError: the rest waits as it did.
    """
    images = await images_of([one.request.source_image_id for one in members])
    has_moved_on = False
    for lot in batched(members, AT_ONCE, strict=False):
        now = await hold_fleet(fleet.id)
        if now is None or now.fleet.stage is not FleetStage.RUNNING:
            break
        ended = await asyncio.gather(
            *(_start(hub, fleet, one, images, settings) for one in lot), return_exceptions=True
        )
        for done in ended:
            if isinstance(done, BaseException):
                raise done
            has_moved_on |= done
    return has_moved_on


async def _start(
    hub: TaskHub, fleet: Fleet, member: Member, images: Mapping[str, ManagedImage | Refusal], settings: Settings
) -> bool:
    """Start an image, or pass it; tells whether either was done."""
    migration_id = instance_id_for(member.request.source_image_id)
    try:
        run = await _begun(hub, fleet, member, images.get(migration_id), await hold(migration_id), settings)
    except RecordUnreadableError as error:
        run = Refusal(code="RecordUnreadable", message=str(error))
    if isinstance(run, Refusal):
        if run.code == PAUSED:
            raise StartsPausedError(run.message)
        _LOG.info("%s: %s is passed: %s", fleet.id, migration_id, run.code)
        await change_member(fleet.id, member, member.changed(stage=MemberStage.PASSED, why=run))
    elif run is not None:
        await have_asked(member, run.id, member.retried_by)
        await change_member(fleet.id, member, member.changed(stage=MemberStage.STARTED, run=run.id, why=None))
    return run is not None


async def _begun(
    hub: TaskHub,
    fleet: Fleet,
    member: Member,
    image: ManagedImage | Refusal | None,
    held: Held,
    settings: Settings,
) -> Run | Refusal | None:
    """Return the run of an image, why it has none, or None where it is to be looked at later."""
    if (own := _own_run(held, fleet, member)) is not None:
        return own  # whoever began it died before that was written down, or of the row somebody has changed
    if image is None:
        return None
    if held.run is not None and _is_done(held.run, member, image, settings):
        return DONE
    if isinstance(image, Refusal):
        return image
    who = Requester(fleet.requested_by, tuple(fleet.requester_ids))
    start = start_by_request(member.request, image, who, settings).changed(fleet=fleet.id)
    also_by = [Person(name=one.name, ids=one.ids) for one in member.retried_by]
    run = await begin(hub, start, held, settings, also_by=also_by)
    if isinstance(run, Refusal) and run.code == "UnderWay":
        return _own_run(held, fleet, member) or RUNNING
    return run


def _own_run(held: Held, fleet: Fleet, member: Member) -> Run | None:
    """Return the run that the fleet has begun for this image, other than the one before a retry."""
    run = held.run
    return run if run is not None and run.start.fleet == fleet.id and run.id != member.run else None


def _is_done(run: Run, member: Member, image: ManagedImage | Refusal, settings: Settings) -> bool:
    """Tell whether a run before has done what is asked: the source is gone, or is to stay beside its version."""
    if run.stage is not RunStage.ENDED or run.outcome is None:
        return False
    if isinstance(image, Refusal):
        return image.code == NOT_FOUND and run.outcome.kind is OutcomeKind.MIGRATED
    keeps = DeleteSource.NEVER in {settings.delete_source, member.request.delete_source}
    is_same = is_still(image, run.outcome, run.source_content)
    return keeps and is_same and has_moved(run) and _went_where_asked(run, member)


def _went_where_asked(run: Run, member: Member) -> bool:
    asked = member.request.image_definition
    return asked is None or ResourceId.parse(run.version_id, IMAGE_VERSION).parent.name.lower() == asked.lower()
