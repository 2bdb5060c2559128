"""The base of every value that crosses a durable or HTTP boundary: immutable, camelCase JSON outside."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Record(BaseModel):
    """An immutable value. Unknown keys are ignored, so that a stored history outlives a removed field."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True, use_enum_values=False
    )

    def dump(self) -> dict[str, Any]:
        """Return the plain camelCase JSON that crosses the boundary; `model_validate` reads it back."""
        return self.model_dump(mode="json", by_alias=True)

    def changed(self, **changes: Any) -> Self:
        """Return the value with other fields; raises TypeError for a field it has not, ValidationError for a value."""
        unknown = changes.keys() - type(self).model_fields.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return self.model_validate({**self.__dict__, **(self.__pydantic_extra__ or {}), **changes})


class Stored(Record):
    """A value that is kept beyond a release: fields that a later one has added are kept when this one writes it."""

    model_config = ConfigDict(extra="allow")
