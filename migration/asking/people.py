"""By what people can be told apart: object ids, and user names. Other names anyone may bear."""

import re
from collections.abc import Iterable

KINDS = {"object id", "user name"}
_OBJECT_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


def folded(names: Iterable[str]) -> set[str]:
    """Return names as they compare: without regard to case."""
    return {name.casefold() for name in names}


def kinds_of(names: Iterable[str]) -> set[str]:
    """Return the kinds of identifiers among these names, which are compared with those of the same kind only."""
    return {"object id" if _OBJECT_ID.fullmatch(name) else "user name" for name in names if is_identifier(name)}


def is_identifier(name: str) -> bool:
    """Tell whether a name can be one person's only: that of a role, a team or a display name anyone may bear."""
    return bool(_OBJECT_ID.fullmatch(name.casefold())) or "@" in name


def requester_is_known(requester_ids: Iterable[str]) -> bool:
    """Tell whether whoever asked can be told from others at all."""
    return bool(kinds_of(folded(requester_ids)))
