"""The functions of Bicep that our templates call, on plain values. What only Azure knows then is a `Runtime`."""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

SUFFIXES = {"storage": "core.windows.net", "keyvaultDns": ".vault.azure.net"}
LOGIN = "https://login.microsoftonline.com/"
TENANT = "99999999-0000-0000-0000-000000000000"


class Runtime(str):
    """A value that Azure makes; the text says where it comes from."""

    __slots__ = ()


def unique_string(*parts: Any) -> str:
    """Thirteen characters that follow from the parts, as Resource Manager makes them from its own hash."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return "".join("abcdefghijklmnopqrstuvwxyz234567"[byte % 32] for byte in digest[:13])


def union(first: Any, *others: Any) -> Any:
    if isinstance(first, dict):
        return {key: value for one in (first, *others) for key, value in one.items()}
    return list({json.dumps(item, sort_keys=True): item for one in (first, *others) for item in one}.values())


def contains(where: Any, what: Any) -> bool:
    return what in where


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "any": lambda value: value,
    "concat": lambda *lists: [item for one in lists for item in one],
    "contains": contains,
    "empty": lambda value: not value,
    "filter": lambda items, keeps: [item for item in items if keeps(item)],
    "flatten": lambda lists: [item for one in lists for item in one],
    "guid": lambda *parts: str(uuid.uuid5(uuid.NAMESPACE_URL, "|".join(map(str, parts)))),
    "int": int,
    "join": lambda items, between: between.join(map(str, items)),
    "last": lambda items: items[-1],
    "length": len,
    "max": lambda *numbers: max(numbers),
    "min": lambda *numbers: min(numbers),
    "map": lambda items, change: [change(item) for item in items],
    "range": lambda start, count: list(range(start, start + count)),
    "replace": lambda text, old, new: text.replace(old, new),
    "split": lambda text, at: text.split(at),
    "string": lambda value: value if isinstance(value, str) else json.dumps(value),
    "toLower": lambda text: text.lower(),
    "toObject": lambda items, key, value: {key(item): value(item) for item in items},
    "trim": lambda text: text.strip(),
    "union": union,
    "uniqueString": unique_string,
}
