"""What exists: resources by id, case-insensitive and returned as first written. Plain state, no HTTP, no time."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from dev.emulator.vocabulary.resource_id import ResourceId

ANY_TYPE = ""
_PLACED = ("id", "name", "type", "location", "tags", "properties", "hidden")


@dataclass(slots=True)
class Resource:
    """`other` holds further top-level fields (sku, plan, …); `hidden` what the service knows but never shows."""

    id: str
    type: str
    name: str
    location: str | None = None
    tags: dict[str, str] | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_document(cls, document: Mapping[str, Any], type_name: str | None = None) -> "Resource":
        """From an ARM JSON document; name and type follow from its id (type_name gives the official spelling).

        A field "hidden" is what the service knows but no API shows, e.g. how its replicas do.
        """
        resource_id = ResourceId.parse(document["id"])
        for part in ("tags", "properties", "hidden"):
            if not isinstance(document.get(part), dict | None):
                raise TypeError(f"{part} must be a JSON object")
        return cls(
            id=resource_id.text,
            type=type_name or resource_id.type,
            name=resource_id.name,
            location=document.get("location"),
            tags=deepcopy(document.get("tags")),
            properties=deepcopy(document.get("properties") or {}),
            other={key: deepcopy(value) for key, value in document.items() if key not in _PLACED},
            hidden=deepcopy(document.get("hidden") or {}),
        )

    def document(self) -> dict[str, Any]:
        """The ARM JSON form, a copy."""
        return deepcopy(self.view())

    def view(self) -> dict[str, Any]:
        """The ARM JSON form, to read only: its parts are the resource's own."""
        shown: dict[str, Any] = {"id": self.id, "name": self.name, "type": self.type}
        if self.location is not None:
            shown["location"] = self.location
        if self.tags is not None:
            shown["tags"] = self.tags
        return {**shown, **self.other, "properties": self.properties}


class ResourceStore:
    """Resources with an index per (type, enclosing scope), so that a page of a long list costs what it shows."""

    def __init__(self) -> None:
        self._by_key: dict[str, Resource] = {}
        self._index: dict[tuple[str, str], list[str]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Resource]:
        return iter(list(self._by_key.values()))

    def get(self, resource_id: str) -> Resource | None:
        return self._by_key.get(resource_id.lower())

    def put(self, resource: Resource) -> Resource:
        """Adds or replaces. A replaced resource keeps the id and name it was first written with."""
        parsed = ResourceId.parse(resource.id)
        known = self._by_key.get(parsed.key)
        if known is not None:
            resource.id, resource.name, resource.type = known.id, known.name, known.type
        else:
            for slot in _slots(parsed):
                insort(self._index[slot], parsed.key)
        self._by_key[parsed.key] = resource
        return resource

    def delete(self, resource_id: str) -> Resource | None:
        """Removes this one resource; what lies below it is the caller's business."""
        removed = self._by_key.pop(resource_id.lower(), None)
        if removed is not None:
            for slot in _slots(ResourceId.parse(removed.id)):
                keys = self._index[slot]
                del keys[bisect_right(keys, removed.id.lower()) - 1]
        return removed

    def page(self, type_name: str, scope: str, after: str = "", limit: int | None = None) -> list[Resource]:
        """Resources of a type anywhere below a scope, ordered by id, starting behind the id `after`."""
        keys = self._index.get((type_name.lower(), scope.lower()), [])
        start = bisect_right(keys, after.lower())
        stop = None if limit is None else start + limit
        return [self._by_key[key] for key in keys[start:stop]]

    def below(self, scope: str) -> list[Resource]:
        """Everything inside a scope (a group's content, a gallery's definitions and versions)."""
        return self.page(ANY_TYPE, scope)

    def count_by_type(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for resource in self._by_key.values():
            counts[resource.type.lower()] = counts.get(resource.type.lower(), 0) + 1
        return dict(sorted(counts.items()))


def _slots(parsed: ResourceId) -> list[tuple[str, str]]:
    scopes = [scope.lower() for scope in parsed.ancestors()] or [""]
    return [(type_name, scope) for scope in scopes for type_name in (parsed.type.lower(), ANY_TYPE)]
