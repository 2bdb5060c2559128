"""What has happened since a soak began: which machines and scale sets were made, and from what.

It is shown, and no more: what keeps a source is judged by the checks.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from arm.surveys.consumers import find_consumers_of
from arm.transport.errors import ArmError
from migration.promise.evidence import Consumer
from migration.promise.shown import SinceSoak
from migration.record.asked import Asked
from migration.users.kinds import MACHINES, VERSIONS
from migration.values.ids import same_id
from migration.values.shortening import LONGEST_NOTE, short

LIFETIME = timedelta(minutes=5)  # of a listing: the checks beside it have just made one
LOOK_SECONDS = 60.0  # as long as whoever looks at a page may wait for it


async def since_soak(asked: Asked, within: float = LOOK_SECONDS) -> SinceSoak | None:
    """Return what was made since the soak before this question began, None where there was none; never fails.

    What could not be read, or not `within` so many seconds, is said to be so, and not counted as nothing.
    """
    began_at = asked.question.soaked_since
    if began_at is None:
        return None
    ids = [asked.version_id, asked.plan.definition.id, asked.plan.source.id]
    home = asked.plan.source.resource_id.subscription
    try:
        async with asyncio.timeout(within):
            of_version, of_any_version, of_source = await find_consumers_of(ids, home, datetime.now(UTC) - LIFETIME)
    except TimeoutError:
        return SinceSoak(began_at=began_at, unread=f"that took longer than {within:.0f} seconds")
    except ArmError as error:
        return SinceSoak(began_at=began_at, unread=short(str(error), LONGEST_NOTE))
    users = [one for one in of_source if not same_id(one.id, asked.version_id)]
    of_some_version = [one for one in of_any_version if one not in of_version]
    every = [*of_version, *of_some_version, *users]
    undated = sum(one.created_at is None and one.kind != VERSIONS.key for one in every)
    return SinceSoak(
        began_at=began_at,
        from_version=_made_since(of_version, began_at),
        from_some_version=_made_since(of_some_version, began_at),
        from_source=_made_since(users, began_at),
        users_left=sum(one.kind != MACHINES.key for one in users),
        undated=undated,
    )


def _made_since(consumers: Iterable[Consumer], began_at: datetime) -> int:
    return sum(one.created_at is not None and one.created_at >= began_at for one in consumers)
