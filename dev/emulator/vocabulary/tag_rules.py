"""What tags of any resource may look like: at most 50, of bounded length, their names without reserved characters.

Values are counted in UTF-16, as .NET counts letters (unverified).
"""

from dev.emulator.vocabulary.errors import (
    INVALID_REQUEST_CONTENT,
    TAG_COUNT_EXCEEDED,
    TAG_NAME_CHARACTERS_INVALID,
    TAG_NAME_TOO_LONG,
    TAG_VALUE_TOO_LONG,
    ArmError,
)

MOST_TAGS = 50
LONGEST_NAME = 512
LONGEST_VALUE = 256
_RESERVED = frozenset("<>%&\\?/")


def parse_tags(sent: object) -> dict[str, str]:
    """Tags as a client sent them (null values become empty); raises ArmError when they are no such thing."""
    if not isinstance(sent, dict) or not all(isinstance(value, str | None) for value in sent.values()):
        raise ArmError(INVALID_REQUEST_CONTENT, reason="tags must map names to strings")
    return {name: value or "" for name, value in sent.items()}


def check_tags(tags: dict[str, str]) -> dict[str, str]:
    """The same tags, or ArmError for the first rule broken."""
    if len(tags) > MOST_TAGS:
        raise ArmError(TAG_COUNT_EXCEEDED, count=len(tags), most=MOST_TAGS)
    for name, value in tags.items():
        if not name or _RESERVED & set(name) or not name.isprintable():
            raise ArmError(TAG_NAME_CHARACTERS_INVALID, name=name)
        if len(name) > LONGEST_NAME:
            raise ArmError(TAG_NAME_TOO_LONG, name=name, most=LONGEST_NAME)
        if len(value.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_VALUE:
            raise ArmError(TAG_VALUE_TOO_LONG, value=value, most=LONGEST_VALUE)
    return tags
