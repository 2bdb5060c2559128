"""Tags of a resource, by names that do not regard case."""

from collections.abc import Mapping


def find_tag(tags: Mapping[str, str], key: str) -> str | None:
    """Return a tag's value; tag names do not regard case."""
    return next((value for name, value in tags.items() if name.lower() == key.lower()), None)
