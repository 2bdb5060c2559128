"""Tags of a resource, by names that do not regard case; and those that somebody names for what is created."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from migration.values.azure_rules import (
    FORBIDDEN_IN_TAG_NAMES,
    LONGEST_TAG_NAME,
    LONGEST_TAG_VALUE,
    MOST_TAGS,
)
from migration.values.lengths import STORED, at_most

ANY_ENDING = "*"


def find_tag(tags: Mapping[str, str], key: str) -> str | None:
    """Return a tag's value; tag names do not regard case."""
    return next((value for name, value in tags.items() if name.lower() == key.lower()), None)


def over(tags: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Return both; where both have a name, in whatever case, the others' value."""
    taken = {name.lower() for name in others}
    return {name: value for name, value in tags.items() if name.lower() not in taken} | dict(others)


def is_among(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a tag is one of those named; `*` at the end of a name stands for any ending."""
    folded = name.lower()
    return any(
        folded.startswith(pattern[:-1].lower()) if pattern.endswith(ANY_ENDING) else folded == pattern.lower()
        for pattern in patterns
    )


def _tag_name(name: str) -> str:
    if not name or FORBIDDEN_IN_TAG_NAMES & set(name) or not name.isprintable():
        forbidden = " ".join(sorted(FORBIDDEN_IN_TAG_NAMES))
        raise ValueError(f"'{name}' is no name of a tag: it is empty, or holds one of {forbidden} or what is not seen")
    return name


def _tag_value(value: str, info: ValidationInfo) -> str:
    """Count as Azure does, in units of UTF-16, of which a picture is two (unverified); what is stored was let in."""
    units = len(value.encode("utf-16-le", "replace")) // 2
    if info.context != STORED and units > LONGEST_TAG_VALUE:
        raise ValueError(f"it takes {units} letters of UTF-16; at most {LONGEST_TAG_VALUE} are possible")
    return value


def _pairs(value: Any) -> Any:
    """Read `name=value,…` of an option or setting; commas and semicolons separate, and are in no value."""
    if not isinstance(value, str):
        return value
    tags: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in value.split(","))):
        name, equals, text = (one.strip() for one in part.partition("="))
        if not (name and equals):
            raise ValueError(f"'{part}' is not name=value")
        if find_tag(tags, name) is not None:
            raise ValueError(f"tag {name} is named twice; names of tags do not regard case")
        tags[name] = text
    return tags


def _without_twins(tags: dict[str, str]) -> dict[str, str]:
    if len({name.lower() for name in tags}) < len(tags):
        raise ValueError("a tag is named twice; names of tags do not regard case")
    return tags


def _pattern(text: str) -> str:
    bare = text.removesuffix(ANY_ENDING)
    if ANY_ENDING in bare:
        raise ValueError(f"'{text}' has a {ANY_ENDING} elsewhere than at its end")
    if bare:
        _tag_name(bare)
    return text


TagName = Annotated[str, at_most(LONGEST_TAG_NAME), AfterValidator(_tag_name)]
TagValue = Annotated[str, at_most(LONGEST_TAG_VALUE), AfterValidator(_tag_value)]
TagPattern = Annotated[str, at_most(LONGEST_TAG_NAME), AfterValidator(_pattern)]
MoreTags = Annotated[
    dict[TagName, TagValue],
    BeforeValidator(_pairs, json_schema_input_type=str | dict[str, str]),
    AfterValidator(_without_twins),
    at_most(MOST_TAGS),
]
