"""A long-running operation of Azure Resource Manager, as it crosses durable boundaries."""

from typing import Literal

from migration.values.value import Value


class Operation(Value):
    """A started operation: where to follow it (None: it is already over) and how long to wait before."""

    url: str | None
    seconds: float


class OperationStatus(Value):
    """One look at an operation. `seconds` is the wait before the next look; code and message say why it failed."""

    state: Literal["Running", "Succeeded", "Failed", "Gone"]
    seconds: float = 0
    code: str = ""
    message: str = ""


class CreatedVersion(Value):
    """The image version being built; `operation_url` is None for one that was adopted."""

    image_version_id: str
    operation_url: str | None = None
