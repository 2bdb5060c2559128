"""The base of every value that crosses a durable or HTTP boundary: immutable, camelCase JSON outside."""

from typing import Any

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
