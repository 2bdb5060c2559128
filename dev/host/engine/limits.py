"""What the real engine refuses or leaves open, in numbers; the defaults are the real ones."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """`message_bytes` can also be set in host.json, as `maxGrpcMessageSizeInBytes`."""

    message_bytes: int = 4 * 1024 * 1024
    """The largest message between the app's durable client and the engine, either way."""
    custom_status_bytes: int = 16 * 1024
    """In UTF-16; a larger one fails the orchestration."""
    start_seconds: float = 0.02
    """How long a start takes; whoever starts the same instance meanwhile is told that it was started."""


IN_MEMORY = Limits(start_seconds=0)
