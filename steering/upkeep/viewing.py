"""Looking at the pages without signing in: a link that is opened once, and a browser that may look for some hours."""

import re
import secrets
from datetime import UTC, datetime, timedelta

from migration.approval.link import digest_of, new_token
from migration.values.lengths import LONGEST_TOKEN
from migration.values.shortening import LONGEST_NAME, short
from records.table import ChangedMeanwhileError
from records.viewings.held import Viewing, find_viewing, forget_viewings, write_viewing

LASTS = timedelta(hours=8)  # a working day; a link that nobody opens is over as soon
_ID = re.compile(r"[0-9a-f]{40}")


async def make_viewing(by: str) -> tuple[str, datetime]:
    """Return the token of a new link, and until when whoever opens it may look."""
    token, now = new_token(), datetime.now(UTC)
    viewing = Viewing(id=digest_of(token), by=short(by, LONGEST_NAME), made_at=now, until=now + LASTS)
    await write_viewing(viewing, None)
    return token, viewing.until


async def is_unopened(token: str) -> bool:
    """Tell whether a link is one of ours that nobody has opened, and not over."""
    found = await _viewing(digest_of(token)) if 0 < len(token) <= LONGEST_TOKEN else None
    return found is not None and not found[0].browser


async def open_viewing(token: str) -> tuple[str, timedelta] | None:
    """Return what the browser that opens a link is to say from now on, and for how long; None where it opens nothing.

    It is a swap: of two that open it at once, one does.
    """
    found = await _viewing(digest_of(token)) if 0 < len(token) <= LONGEST_TOKEN else None
    if found is None or found[0].browser:
        return None
    viewing, etag = found
    secret = new_token()
    try:
        await write_viewing(viewing.changed(browser=digest_of(secret)), etag)
    except ChangedMeanwhileError:
        return None
    return f"{viewing.id}.{secret}", viewing.until - datetime.now(UTC)


async def may_look(said: str) -> bool:
    """Tell whether a browser that says this has opened a link that is not over."""
    viewing_id, _, secret = said.partition(".")
    if not _ID.fullmatch(viewing_id) or not 0 < len(secret) <= LONGEST_TOKEN:
        return False
    found = await _viewing(viewing_id)
    return found is not None and secrets.compare_digest(found[0].browser, digest_of(secret))


async def forget_over() -> int:
    """Remove the rows of viewings that are over; returns how many."""
    return await forget_viewings(datetime.now(UTC))


async def _viewing(viewing_id: str) -> tuple[Viewing, str] | None:
    found = await find_viewing(viewing_id)
    return found if found is not None and datetime.now(UTC) < found[0].until else None
