"""Families: images whose names differ by a number or date alone, and become the versions of one image definition.

A pattern is a name with open parts: `#` is a number (all its digits), `{definition}` the name of the definition, `*`
whatever is left. It is no regular expression: what people send is compared in bounded time.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, model_validator

from migration.asking.request import DefinitionName
from migration.plan.destination.definitions import definition_name
from migration.values.lengths import at_most
from migration.values.value import Value

DEFINITION = "{definition}"
LONGEST_PATTERN = 120
MOST_FAMILIES = 100
MOST_NUMBERS = 3  # a date is written with as many
MOST_REMEMBERED = 256
_OPEN = re.compile(r"(\{definition\}|#|\*)")
_MEANS = {DEFINITION: "(?P<definition>.+)", "#": "(?<![0-9])[0-9]+(?![0-9])", "*": ".*"}
_SIDE_BY_SIDE = ("##", f"{DEFINITION}*", f"*{DEFINITION}")
_LITERAL = re.compile(r"[A-Za-z0-9._-]*")
_AT_ENDS = "._-"


def _pattern(text: str) -> str:
    parts = _OPEN.split(text)
    opened, plain = parts[1::2], parts[::2]
    if not opened:
        raise ValueError(f"'{text}' has no open part: write web-#, or {DEFINITION}-#")
    if not all(_LITERAL.fullmatch(one) for one in plain):
        known = f"letters, digits, dots, dashes, underscores and the open parts # * {DEFINITION}"
        raise ValueError(f"'{text}' is no pattern of names: it has {known}")
    if any(side in text for side in _SIDE_BY_SIDE):
        raise ValueError(f"'{text}' has two open parts side by side, and nothing says where one ends")
    if opened.count("#") > MOST_NUMBERS or opened.count("*") > 1 or opened.count(DEFINITION) > 1:
        raise ValueError(
            f"'{text}' has too many open parts: at most {MOST_NUMBERS} times #, one * and one {DEFINITION}"
        )
    return text


Pattern = Annotated[str, at_most(LONGEST_PATTERN), AfterValidator(_pattern)]


class Family(Value):
    """Images whose names match `pattern` become versions of `definition`.

    Where the pattern has a `{definition}`, that part of the name is the definition's; else, where none is named, what
    the pattern has beside its open parts.
    """

    pattern: Pattern
    definition: DefinitionName | None = None

    @model_validator(mode="after")
    def _names_one_definition(self) -> "Family":
        is_open = DEFINITION in self.pattern
        if is_open and self.definition is not None:
            raise ValueError(f"the definition is named, and {DEFINITION} takes it from the name: say one of them")
        if not is_open and self.definition is None and not _bare(self.pattern):
            raise ValueError("it needs a definition: nothing of the pattern could be its name")
        return self

    def definition_for(self, name: str) -> str | None:
        """Return the definition that an image of this name becomes a version of; None where it is of no such name."""
        found = _compiled(self.pattern).fullmatch(name)
        if found is None:
            return None
        told = found.groupdict().get("definition")
        return definition_name(told) if told else self.definition or definition_name(_bare(self.pattern))


def definition_by(families: Iterable[Family], name: str) -> str | None:
    """Return the definition by the first family that an image of this name is of; None where it is of none."""
    return next((found for family in families if (found := family.definition_for(name))), None)


@lru_cache(MOST_REMEMBERED)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _OPEN.split(pattern)
    return re.compile("".join(_MEANS.get(one) or re.escape(one) for one in parts), re.IGNORECASE)


def _bare(pattern: str) -> str:
    """Return what a pattern has beside its open parts: of `web-#-base` that is `web-base`."""
    return "-".join(part for part in (one.strip(_AT_ENDS) for one in _OPEN.sub("\n", pattern).split("\n")) if part)
