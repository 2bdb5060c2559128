"""`$filter` of generic lists: conjunctions of `field eq 'value'`, as `az … list` sends them."""

import re
from collections.abc import Callable

from dev.emulator.subscription.errors import FILTER_INVALID
from dev.emulator.vocabulary.errors import ArmError
from dev.emulator.world.resources import Resource

Predicate = Callable[[Resource], bool]
_CONDITION = re.compile(r"(\w+) eq '((?:[^']|'')*)'", re.IGNORECASE)


def parse_filter(text: str) -> Predicate:
    """Whether a resource is wanted; what is not understood is refused rather than ignored."""
    if not text.strip():
        return lambda _resource: True
    conditions: dict[str, str] = {}
    for part in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE):
        condition = _CONDITION.fullmatch(part.strip("() "))
        if condition is None or condition[1].lower() not in _FIELDS:
            raise ArmError(FILTER_INVALID, filter=text)
        conditions[condition[1].lower()] = condition[2].replace("''", "'")
    return lambda resource: all(_FIELDS[name](resource, conditions) for name in conditions)


def _has_tag(resource: Resource, wish: dict[str, str]) -> bool:
    """`tagName` and `tagValue` speak of one and the same tag."""
    tags = {name.lower(): value for name, value in (resource.tags or {}).items()}
    value = tags.get(wish.get("tagname", "").lower())
    return value is not None and wish.get("tagvalue", value) == value


_FIELDS: dict[str, Callable[[Resource, dict[str, str]], bool]] = {
    "resourcegroup": lambda resource, wish: f"/resourcegroups/{wish['resourcegroup'].lower()}/" in resource.id.lower(),
    "resourcetype": lambda resource, wish: resource.type.lower() == wish["resourcetype"].lower(),
    "name": lambda resource, wish: resource.name.lower() == wish["name"].lower(),
    "location": lambda resource, wish: resource.location == wish["location"].replace(" ", "").lower(),
    "tagname": _has_tag,
    "tagvalue": _has_tag,
}
