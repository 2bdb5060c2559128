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
    """Return the text that an entity holds; raises KeyError where some of it is missing."""
    return "".join(entity[f"document{number}"] for number in range(int(entity["chunks"])))
