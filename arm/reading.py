"""Reads resources through the SDK as plain JSON: one, or a whole list over all its pages."""

from collections.abc import AsyncIterable, Awaitable
from typing import Any, Protocol

from arm.errors import ArmNotFoundError, arm_errors


class _Model(Protocol):
    """What all models of the SDK can do."""

    def as_dict(self) -> dict[str, Any]: ...


async def read(get: Awaitable[_Model]) -> dict[str, Any] | None:
    """Return a resource; None where there is none."""
    try:
        async with arm_errors():
            return (await get).as_dict()
    except ArmNotFoundError:
        return None


async def read_all(pages: AsyncIterable[_Model]) -> list[dict[str, Any]]:
    """Return every resource of a list."""
    async with arm_errors():
        return [item.as_dict() async for item in pages]
