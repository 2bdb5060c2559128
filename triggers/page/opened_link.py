"""What a link opens: the run that asked, by the digest of the link's token. The token is in the query, not the path."""

import secrets
from dataclasses import dataclass
from typing import NamedTuple

from migration.approval.link import digest_of
from migration.asking.reading import settings
from migration.record.asked import Asked, asked_of
from migration.record.notices import Link
from migration.record.run import Run
from migration.telling.receivers import is_receiver
from migration.values.ids import is_instance_id
from migration.values.lengths import LONGEST_TOKEN
from records.runs import KEPT_IN_FULL, runs_before
from records.store import Held, hold


class LinkInvalidError(ValueError):
    """A token that was forged or altered, or that nothing is known of any more."""


class LinkTakenBackError(ValueError):
    """A link to an open question, whose receiver is off the settings."""


@dataclass(frozen=True)
class OpenedLink:
    """A link, and the run it was sent for.

    `is_current` tells whether its question is the one asked last, `is_taken_back` whether its receiver is told no more.
    """

    held: Held
    link: Link
    asked: Asked
    is_current: bool
    is_taken_back: bool


class FoundLink(NamedTuple):
    """A link of ours, and the run it was sent for. One that is about no question shows how that run stands."""

    held: Held
    run: Run
    link: Link


async def found_link(migration_id: str, token: str) -> FoundLink:
    """Find the run a link is of, the latest or one of those before; raises LinkInvalidError where there is none."""
    if not is_instance_id(migration_id) or not 0 < len(token) <= LONGEST_TOKEN:
        raise LinkInvalidError("the link is not one of ours")
    held = await hold(migration_id)
    digest = digest_of(token)
    run = held.run
    if run is not None:
        for one in (run, *await _before(migration_id, run, digest)):
            link = _found(one, digest)
            if link is not None:
                return FoundLink(held, one, link)
    raise LinkInvalidError("the link is not one of ours")


async def _before(migration_id: str, latest: Run, digest: str) -> list[Run]:
    """Return the runs that are kept in full, unless the link is of the latest."""
    return (
        []
        if _found(latest, digest)
        else await runs_before(migration_id, latest.number + latest.forgotten, KEPT_IN_FULL)
    )


def opened_link(found: FoundLink) -> OpenedLink:
    """Open the question a link is about; raises LinkInvalidError, or LinkTakenBackError for one that is taken back."""
    held, run, link = found
    asked = asked_of(held.migration_id, run)
    if asked is None:
        raise LinkInvalidError("the link is not one of ours")
    is_current = held.run is not None and run.id == held.run.id and asked.question.id == link.question
    is_taken_back = not is_receiver(link.receiver, settings())
    if is_current and asked.is_open and is_taken_back:
        raise LinkTakenBackError
    return OpenedLink(held, link, asked, is_current, is_taken_back)


def _found(run: Run, digest: str) -> Link | None:
    return next((one for one in run.links if secrets.compare_digest(one.token, digest)), None)
