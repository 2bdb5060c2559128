"""The base of every value that crosses a durable or HTTP boundary: immutable, camelCase JSON outside.

FORMAT is the number of the format in which records, runs, rows and inputs are stored. A release reads its own format
and the one before. What has the one before is never gone on with: its runs end with the source kept. READER is raised
with what older code must not overlook before it acts; a record asks for the number that it needs (`oldestReader`): that
of a migration with a soak for SOAK_READER, every other for OLDEST_READER.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Never, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

FORMAT = 2
READER = 3
OLDEST_READER = 2
SOAK_READER = 3  # older code would ask about the delete without a soak
EARLIER_FORMAT = 1  # says nothing of a format
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class Value(BaseModel):
    """An immutable value. Unknown keys are ignored, so that a stored history outlives a removed field."""

    model_config = ConfigDict(  # built when it is first used: most processes use few of all values soon
        frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True, defer_build=True
    )

    def dump(self) -> dict[str, Any]:
        """Return the plain camelCase JSON that crosses the boundary; `model_validate` reads it back."""
        return self.model_dump(mode="json", by_alias=True)

    def changed(self, **changes: Never) -> Self:
        """Return the value with other fields; raises TypeError for a field it has not, ValidationError for a value.

        Which fields a value has, and of which types, mypy is told by `dev/typed_changes.py`; `Never` refuses the rest.
        """
        unknown = changes.keys() - type(self).model_fields.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return self.model_validate({**self.__dict__, **(self.__pydantic_extra__ or {}), **changes})


class Stored(Value):
    """A value that is kept beyond a release: fields that a later one has added are kept when this one writes it."""

    model_config = ConfigDict(extra="allow")


# A moment that is kept: with its zone, and so far from the ends of time that a patience can be added to it.
Moment = Annotated[AwareDatetime, Field(ge=_FIRST, lt=_LAST)]
