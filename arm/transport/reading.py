"""Reads resources through the SDK as plain JSON, and turns them into ours: one, or a whole list over all its pages."""

from collections.abc import AsyncIterable, Awaitable, Callable
from typing import Any, Protocol

from arm.transport.errors import ArmNotFoundError, ArmUnavailableError, ArmUnreadableError, arm_errors
from migration.values.value import Value

MOST_PAGES = 10_000  # of a list; Azure's are of fifty resources and more


class _Model(Protocol):
    """What all models of the SDK can do."""

    def as_dict(self) -> dict[str, Any]: ...


async def read(get: Awaitable[_Model]) -> dict[str, Any] | None:
    """Return a resource; None where there is none, which only a 404 says: a body without an id says nothing."""
    try:
        async with arm_errors():
            body = (await get).as_dict()
    except ArmNotFoundError:
        return None
    if "id" not in body:
        raise ArmUnavailableError("UselessAnswer", "what was to be a resource is none")
    return body


async def read_all(listing: Callable[..., AsyncIterable[_Model]], *arguments: str) -> list[dict[str, Any]]:
    """Return every resource of a list, given as an operation of the SDK, which takes a page that is none for empty.

    The SDK finds the pages. What stands in them is taken as it came, not made into models and back.
    """
    found: list[dict[str, Any]] = []
    seen: set[str] = set()

    def take(response: Any) -> None:
        if response.http_response.status_code == 200:
            page = response.http_response.json()
            found.extend(items_of(page))
            next_of(page, seen)

    async with arm_errors():
        async for _ in listing(*arguments, raw_response_hook=take):
            pass
    return found


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
