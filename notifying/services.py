"""The service behind an address. apprise is imported when the first address is looked at: that takes a while."""

import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from migration.values.lengths import MOST_LISTED

if TYPE_CHECKING:
    from apprise import Apprise


def service_at(url: str) -> "Apprise | None":
    """Return what sends to an address; None where apprise knows no way there."""
    from apprise import Apprise

    _hush()
    service = Apprise()
    return service if service.add(url) else None


def _hush() -> None:
    """Keep what apprise says of addresses, secrets among it, out of every log: its results have it all the same."""
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.handlers = logger.handlers or [logging.NullHandler()]  # with none, Python itself would write it out
    logger.setLevel(logging.WARNING)


@lru_cache(maxsize=2 * MOST_LISTED)
def is_known(url: str) -> bool:
    """Tell whether apprise knows a way to an address; each text is judged once."""
    try:
        return service_at(url) is not None
    except Exception:  # noqa: BLE001 - a plug-in may raise anything: it cannot be sent to
        return False
