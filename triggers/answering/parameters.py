"""What may stand in the query of a call: each parameter reads its own text and describes itself. Anything else is
refused: a typo in a filter would otherwise widen it to everything.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from migration.values.problems import Problem, RequestInvalidError

LONGEST_TEXT = 200
MOST_VALUES = 12  # of all filters of a list together: table storage takes fifteen comparisons
OF_THE_PLATFORM = {"code", "clientid"}  # the function key and its name


class Parameter(NamedTuple):
    """One name in a query. `read` returns the value of a text, or raises ValueError; `schema` is OpenAPI's.

    One that takes `several` reads each of `a,b`; the platform makes that of `name=a&name=b`, too.
    """

    name: str
    says: str
    read: Callable[[str], Any]
    schema: dict[str, Any]
    several: bool = False


def whole(name: str, says: str, most: int) -> Parameter:
    """A whole number from 1 on, in plain digits."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) <= len(str(most)) and 1 <= int(text) <= most:
            return int(text)
        raise ValueError(f"'{text[:LONGEST_TEXT]}' is not a whole number from 1 to {most}")

    return Parameter(name, says, read, {"type": "integer", "minimum": 1, "maximum": most})


def one_of(name: str, says: str, known: Iterable[str]) -> Parameter:
    """Any of these, in whatever case."""
    values = {value.lower(): value for value in known}

    def read(text: str) -> str:
        if text.lower() not in values:
            raise ValueError(f"it is none of {', '.join(values.values())}")
        return values[text.lower()]

    return Parameter(name, says, read, {"type": "string", "enum": list(values.values())}, several=True)


def words(name: str, says: str) -> Parameter:
    """Text that can be seen, in lower case: what it is compared with regards no case."""

    def read(text: str) -> str:
        if not (text.isprintable() and 0 < len(text) <= LONGEST_TEXT):
            raise ValueError(f"it must be text of 1 to {LONGEST_TEXT} characters")
        return text.lower()

    return Parameter(name, says, read, {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}, several=True)


def place(pattern: str, name: str = "after") -> Parameter:
    """Where a page begins, as the link of the page before it says."""

    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError("it is not what a page's link to the next one holds")
        return text

    return Parameter(name, "where the page begins: out of the `nextLink` of the one before", read, {"type": "string"})


def read_query(sent: Mapping[str, str], known: Iterable[Parameter]) -> dict[str, Any]:
    """Return the value of each parameter by its name: None, or (), for what was not sent.

    Raises RequestInvalidError naming every one that makes no sense, or that nobody knows, with those that there are.
    """
    known = list(known)
    problems = _unknown_names(sent, [one.name for one in known])
    found: dict[str, Any] = {one.name: () if one.several else None for one in known}
    for one in known:
        try:
            if one.name in sent:
                found[one.name] = _value_of(one, sent[one.name])
        except ValueError as error:
            problems.append(Problem(field=one.name, code="Invalid", message=str(error)))
    if sum(len(value) for value in found.values() if isinstance(value, tuple)) > MOST_VALUES:
        problems.append(Problem(field="query", code="TooMany", message=f"filters have at most {MOST_VALUES} values"))
    if problems:
        raise RequestInvalidError(problems)
    return found


def _value_of(known: Parameter, text: str) -> Any:
    return tuple(known.read(part.strip()) for part in text.split(",")) if known.several else known.read(text)


def _unknown_names(sent: Iterable[str], known: list[str]) -> list[Problem]:
    """Say of each name that nobody knows, once, what could have been meant."""
    allowed = f"known here: {', '.join(known)}" if known else "this call takes none"
    unknown = [name for name in sent if name not in known and name.lower() not in OF_THE_PLATFORM]
    message = f"there is no such parameter; {allowed}"
    return [Problem(field=name, code="UnknownParameter", message=message) for name in unknown]
