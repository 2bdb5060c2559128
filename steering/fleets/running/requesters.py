"""Whoever had an image of a fleet tried again has asked for its run, whenever that was: four eyes count them."""

import logging
from collections.abc import Sequence

from migration.fleet.member import Member, Retrier
from migration.record.run import Person, Run, with_requester
from migration.values.ids import instance_id_for
from records.errors import RecordUnreadableError
from records.store import hold
from steering.runs.changing import change_run

_LOG = logging.getLogger(__name__)


async def have_asked(member: Member, run_id: str, who: Sequence[Retrier]) -> None:
    """Note those who are no requesters of a run yet; one that follows it, or cannot be read, is not changed."""
    if not who:
        return
    migration_id = instance_id_for(member.request.source_image_id)
    persons = [Person(name=one.name, ids=one.ids) for one in who]
    try:
        await change_run(await hold(migration_id), run_id, lambda run: _asked_by(run, persons))
    except RecordUnreadableError as error:
        _LOG.warning("%s: who had it tried again is not noted: %s", migration_id, error)


def _asked_by(run: Run, persons: Sequence[Person]) -> Run:
    requesters = run.requesters
    for one in persons:
        if one not in requesters:
            requesters = with_requester(requesters, one) or requesters
    return run.changed(requesters=requesters)
