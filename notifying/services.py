"""The service behind an address. apprise is imported when the first address is looked at: that takes a while."""

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from migration.values.lengths import MOST_LISTED

if TYPE_CHECKING:
    from apprise import Apprise

LONGEST_BODY = 24_000  # Teams takes 28 KB in all; apprise says 1,000 for it, which is not so
STATUS = re.compile(r"\berror=(\d{3})\b")


def service_at(url: str) -> "Apprise | None":
    """Return what sends to an address; None where apprise knows no way there."""
    from apprise import Apprise

    _hush()
    service = Apprise()
    return service if service.add(url) else None


class _StatusAlone(logging.Filter):
    """Of all that apprise says, secrets among it, lets through nothing but a status that a receiver answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = STATUS.search(record.getMessage())
        record.msg, record.args, record.exc_info = found[0] if found else "", None, None
        return found is not None


_status_alone = _StatusAlone()


def _hush() -> None:
    """Have apprise log nothing: what is let through is for its own results."""
    logger = logging.getLogger("apprise")
    logger.addFilter(_status_alone)
    logger.propagate = False
    logger.handlers = logger.handlers or [logging.NullHandler()]  # with none, Python itself would write it out
    logger.setLevel(logging.WARNING)


@lru_cache(maxsize=2 * MOST_LISTED)
def longest_body(url: str) -> int:
    """Return how many characters a message to an address may have: as apprise knows it, but for Teams."""
    from apprise.plugins.workflows import NotifyWorkflows

    service = service_at(url) if is_known(url) else None
    if service is None or isinstance(service[0], NotifyWorkflows):
        return LONGEST_BODY
    return min(service[0].body_maxlen, LONGEST_BODY)


@lru_cache(maxsize=2 * MOST_LISTED)
def is_known(url: str) -> bool:
    """Tell whether apprise knows a way to an address; each text is judged once."""
    try:
        return service_at(url) is not None
    except Exception:  # noqa: BLE001 - a plug-in may raise anything: it cannot be sent to
        return False
