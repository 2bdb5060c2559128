"""What the operators and functions of a query compute. No state, no words.

Kusto's rules: strings are never null, everything else may be; what is compared with null is unequal to it; a dynamic
value (anything inside `properties`, `tags`, …) is compared as the string that it holds or would be written as.
"""

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Any


class Type(StrEnum):
    """Of a column or an expression."""

    STRING = "string"
    LONG = "long"
    BOOL = "bool"
    DYNAMIC = "dynamic"


def text_of(value: Any) -> str:
    """As `tostring()` has it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def equal(left: Any, right: Any) -> bool | None:
    """Values of one kind only: the text "1" is not the number 1. Nothing is known of two nulls."""
    if left is None and right is None:
        return None
    return type(left) is type(right) and bool(left == right)


def _has(text: str, term: str) -> bool:
    """Whether the term stands there as whole words: no letter or digit goes on where the term ends with one."""
    before = "(?<![a-z0-9])" if term[:1].isalnum() else ""
    after = "(?![a-z0-9])" if term[-1:].isalnum() else ""
    return re.search(before + re.escape(term) + after, text) is not None


def _folded(test: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    return lambda left, right: test(left.lower(), right.lower())


STRING_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "=~": _folded(str.__eq__),
    "contains": _folded(str.__contains__),
    "contains_cs": str.__contains__,
    "has": _folded(_has),
    "startswith": _folded(str.startswith),
    "startswith_cs": str.startswith,
    "endswith": _folded(str.endswith),
    "endswith_cs": str.endswith,
}
NEGATED = {"!~": "=~", "!=": "==", **{f"!{name}": name for name in (*STRING_OPERATORS, "in", "in~") if name != "=~"}}

_ANY = frozenset(Type)
_TEXT = frozenset({Type.STRING, Type.DYNAMIC})

# Name: what its one argument may be, what it gives, and how.
FUNCTIONS: dict[str, tuple[frozenset[Type], Type, Callable[[Any], Any]]] = {
    "tostring": (_ANY, Type.STRING, text_of),
    "tolower": (_TEXT, Type.STRING, lambda value: text_of(value).lower()),
    "toupper": (_TEXT, Type.STRING, lambda value: text_of(value).upper()),
    "isempty": (_ANY, Type.BOOL, lambda value: value is None or value == ""),
    "isnotempty": (_ANY, Type.BOOL, lambda value: value is not None and value != ""),
    "isnull": (_ANY, Type.BOOL, lambda value: value is None),
    "isnotnull": (_ANY, Type.BOOL, lambda value: value is not None),
    "not": (frozenset({Type.BOOL}), Type.BOOL, lambda value: None if value is None else not value),
}


def both(left: bool | None, right: bool | None) -> bool | None:
    """`and` where something may be unknown."""
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def either(left: bool | None, right: bool | None) -> bool | None:
    """`or` where something may be unknown."""
    if left or right:
        return True
    return None if left is None or right is None else False
