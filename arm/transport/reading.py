"""What the plain JSON of an answer means: the items and the next page of a list, and resources as ours."""

from collections.abc import Callable
from typing import Any

from arm.transport.errors import ArmUnavailableError, ArmUnreadableError
from migration.values.value import Value

MOST_PAGES = 10_000  # of a list; Azure's are of fifty resources and more


def items_of(page: Any, name: str = "value") -> list[dict[str, Any]]:
    """Return what a page of a list holds; raises ArmUnavailableError for what is no page."""
    items = page.get(name) if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise ArmUnavailableError("UselessAnswer", "what was to be a list is none")
    return items


def next_of(page: dict[str, Any], seen: set[str], name: str = "nextLink") -> str | None:
    """Return where the next page is, and add it to those `seen`; raises ArmUnavailableError for a list without end."""
    link = page.get(name) or None
    if link is None:
        return None
    if not isinstance(link, str) or link in seen or len(seen) >= MOST_PAGES:
        raise ArmUnavailableError("UselessAnswer", "the pages of a list lead nowhere, or have no end")
    seen.add(link)
    return link


def understood[Item: Value](make: Callable[[dict[str, Any]], Item], body: dict[str, Any]) -> Item:
    """Return what a body means; raises ArmUnreadableError where it cannot be understood, which no retry cures."""
    try:
        return make(body)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ArmUnreadableError(f"{body.get('id')} cannot be read: {_first_line(error)}") from error


def each_understood[Item: Value](
    kind: type[Item], make: Callable[[dict[str, Any]], Item], bodies: list[dict[str, Any]]
) -> list[Item]:
    """Return what the bodies of a list mean; one that cannot be understood costs itself, and is marked `unreadable`."""
    return [_understood_or_marked(kind, make, body) for body in bodies]


def _understood_or_marked[Item: Value](
    kind: type[Item], make: Callable[[dict[str, Any]], Item], body: dict[str, Any]
) -> Item:
    try:
        return understood(make, body)
    except ArmUnreadableError as error:
        blank = {name: "Unknown" for name, field in kind.model_fields.items() if field.is_required()}
        known = {name: str(body.get(name)) for name in ("id", "name")}
        return kind.model_validate(blank | known | {"unreadable": error.message})


def _first_line(error: Exception) -> str:
    """Say in one line what is wrong; validators say it in several, the first of which only counts them."""
    lines = str(error).splitlines()
    return " ".join(line.strip() for line in lines[1:3]) if len(lines) > 2 else f"{type(error).__name__} {error}"


def tags_of(body: dict[str, Any]) -> dict[str, str]:
    """Return the tags of a resource; a tag without value has an empty one, and half a surrogate pair becomes a `?`."""
    said = {name: str(value or "") for name, value in (body.get("tags") or {}).items()}
    return {without_half_pairs(name): without_half_pairs(value) for name, value in said.items()}


def without_half_pairs(said: str) -> str:
    """Return a text that can be written, with a `?` for each half of a surrogate pair."""
    return said.encode(errors="replace").decode()
