"""How long a new version is in use before it is asked whether its source may go: an ISO 8601 duration."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

LONGEST_SOAK = timedelta(days=90)
NO_SOAK = timedelta(0)


def _iso_duration(value: Any) -> Any:
    """Let only what is spelt out be a length of time: a bare number of days would be one of seconds."""
    if isinstance(value, timedelta) or (isinstance(value, str) and value.strip().upper().startswith("P")):
        return value.strip().upper() if isinstance(value, str) else value
    raise ValueError(f"'{value}' is not an ISO 8601 duration such as P14D")


SoakTime = Annotated[
    timedelta,
    BeforeValidator(_iso_duration, json_schema_input_type=str),
    Field(ge=NO_SOAK, le=LONGEST_SOAK),
]
