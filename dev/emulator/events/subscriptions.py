"""Event subscriptions: where events go and in which schema, and the message a delivery consists of."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl
from yarl import URL

from dev.emulator.events.event import Event
from dev.emulator.events.filters import EventFilter

SchemaName = Literal["EventGridSchema", "CloudEventSchemaV1_0"]
CLOUD_EVENT_SCHEMA: SchemaName = "CloudEventSchemaV1_0"


class SubscriptionWish(BaseModel):
    """The body of POST /_emulator/event-subscriptions."""

    model_config = ConfigDict(extra="forbid")

    endpoint: HttpUrl
    schema_name: SchemaName = Field("EventGridSchema", alias="schema")
    name: str | None = Field(None, pattern=r"^[A-Za-z0-9-]{3,64}$")
    filter: EventFilter = Field(default_factory=EventFilter)

    def subscription(self) -> "EventSubscription":
        endpoint = str(self.endpoint)
        default_name = f"events-{hashlib.sha256(endpoint.encode()).hexdigest()[:10]}"
        return EventSubscription(self.name or default_name, endpoint, self.schema_name, self.filter)


@dataclass(frozen=True, slots=True)
class EventSubscription:
    """The same name again replaces the subscription; unnamed ones are named after their endpoint."""

    name: str
    endpoint: str
    schema: SchemaName
    filter: EventFilter = field(default_factory=EventFilter)

    @property
    def url(self) -> URL:
        """Where to send, with keys in the query exactly as given."""
        return URL(self.endpoint, encoded=True)

    def wants(self, event: Event) -> bool:
        return self.filter.passes(event.event_grid_schema())

    def document(self) -> dict[str, Any]:
        wanted = self.filter.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return {"name": self.name, "endpoint": self.endpoint, "schema": self.schema, "filter": wanted}


@dataclass(frozen=True, slots=True)
class Message:
    """What one POST carries."""

    headers: Mapping[str, str]
    body: bytes


def notification(event: Event, subscription: EventSubscription, attempt: int) -> Message:
    """One event as it goes over the wire: an array of one, or a structured CloudEvent."""
    headers = {
        "aeg-subscription-name": subscription.name.upper(),
        "aeg-delivery-count": str(attempt - 1),
        "aeg-event-type": "Notification",
    }
    if subscription.schema == CLOUD_EVENT_SCHEMA:
        headers |= {"aeg-metadata-version": "1.0", "Content-Type": "application/cloudevents+json; charset=utf-8"}
        return _message(headers, event.cloud_event())
    headers |= {"aeg-data-version": "2", "aeg-metadata-version": "1"}
    return _message(headers, [event.event_grid_schema()])


def validation(event: dict[str, Any], subscription: EventSubscription) -> Message:
    headers = {
        "aeg-subscription-name": subscription.name.upper(),
        "aeg-delivery-count": "0",
        "aeg-data-version": "2",
        "aeg-metadata-version": "1",
        "aeg-event-type": "SubscriptionValidation",
    }
    return _message(headers, [event])


def _message(headers: dict[str, str], content: object) -> Message:
    return Message({"Content-Type": "application/json; charset=utf-8"} | headers, json.dumps(content).encode())
