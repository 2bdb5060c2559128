"""A long text as properties of an entity: one property holds 32 K characters of UTF-16, an entity 1 MiB.

Letters are kept as they are, as far as that can be: spelt in ASCII, long tags in other scripts take up to twelve times
as much, and no record would hold them.
"""

import json
from collections.abc import Mapping
from typing import Any

from records.errors import RecordsUnavailableError

_LENGTH = 30_000
_MOST = 16 * _LENGTH


def as_json(document: Mapping[str, Any]) -> str:
    """Return a document as JSON; half of a surrogate pair has no spelling but that of ASCII."""
    text = json.dumps(document, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(document)
    return text


def split(text: str) -> dict[str, Any]:
    """Return the properties that hold a text; raises RecordsUnavailableError for one of more than half a megabyte."""
    pairs = len(text.encode("utf-16-le")) // 2 - len(text)  # letters that take two units
    if len(text) + pairs > _MOST:
        raise RecordsUnavailableError(f"a record of {len(text)} characters is too long")
    length = _LENGTH // 2 if pairs else _LENGTH
    parts = [text[begin : begin + length] for begin in range(0, len(text), length)]
    return {"chunks": len(parts)} | {f"document{number}": part for number, part in enumerate(parts)}


def joined(entity: Mapping[str, Any]) -> str:
    """Return the text that an entity holds; raises ValueError where some of it is missing, or is none."""
    try:
        return "".join(entity[f"document{number}"] for number in range(int(entity["chunks"])))
    except (KeyError, TypeError, OverflowError) as error:
        raise ValueError("a part of the text is not there") from error


def read_json(text: Any) -> Any:
    """Return what a stored text says; raises ValueError for whatever is no JSON, or nested without end."""
    try:
        return json.loads(text)
    except (RecursionError, TypeError) as error:
        raise ValueError("it is no JSON") from error
