"""What a provider's handler sees of a call and gives back. No HTTP objects, so handlers run without a server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ArmRequest:
    """One call on Resource Manager.

    `names` holds the values of the route's placeholders as written; `query` and `headers` have lower-case keys;
    `body` is the JSON object sent ({} when there is none); `origin` is the scheme and host the client used.
    """

    method: str
    path: str
    api_version: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    origin: str = "https://localhost"

    @property
    def subscription(self) -> str | None:
        return self.names.get("subscriptionId")

    @property
    def resource_group(self) -> str | None:
        return self.names.get("resourceGroup")

    @property
    def scope(self) -> str:
        """The resource group, or else the subscription, that the call is about."""
        group = f"/resourceGroups/{self.resource_group}" if self.resource_group else ""
        return f"/subscriptions/{self.subscription}{group}"


@dataclass(slots=True)
class ArmResponse:
    """`body` None sends no content at all."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
