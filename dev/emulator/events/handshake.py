"""The handshake by which an endpoint consents to receive events, for both schemas."""

import secrets
import uuid
from datetime import datetime

import aiohttp

from dev.emulator.events.event import timestamp
from dev.emulator.events.subscriptions import CLOUD_EVENT_SCHEMA, EventSubscription, validation

_ORIGIN = "eventgrid.azure.net"


class HandshakeRefusedError(Exception):
    """The endpoint did not consent; the message is the service's."""

    def __init__(self, endpoint: str, reason: str) -> None:
        shown = endpoint.partition("?")[0]
        super().__init__(f"Webhook validation handshake failed for {shown}. {reason}")


async def obtain_consent(
    session: aiohttp.ClientSession, subscription: EventSubscription, topic: str, now: datetime
) -> None:
    """Returns when the endpoint has agreed, raises HandshakeRefusedError otherwise."""
    try:
        if subscription.schema == CLOUD_EVENT_SCHEMA:
            await _ask_for_origin(session, subscription)
        else:
            await _ask_for_code(session, subscription, topic, now)
    except (aiohttp.ClientError, TimeoutError) as problem:
        reason = f"Http request failed: {type(problem).__name__} {problem}".rstrip()
        raise HandshakeRefusedError(subscription.endpoint, reason) from problem


async def _ask_for_origin(session: aiohttp.ClientSession, subscription: EventSubscription) -> None:
    """CloudEvents: OPTIONS with our origin, which the endpoint must allow."""
    asking = {"WebHook-Request-Origin": _ORIGIN}
    async with session.options(subscription.url, headers=asking) as answer:
        allowed = answer.headers.get("WebHook-Allowed-Origin", "")
        if not answer.ok:
            _refuse(subscription, f"Http OPTIONS request failed with response code {answer.status}.")
        if allowed.strip() not in ("*", _ORIGIN):
            _refuse(subscription, f"WebHook-Allowed-Origin is '{allowed}'.")


async def _ask_for_code(
    session: aiohttp.ClientSession, subscription: EventSubscription, topic: str, now: datetime
) -> None:
    """Event Grid schema: an event with a code, which the endpoint must send back."""
    code = secrets.token_hex(16).upper()
    event = {
        "id": str(uuid.uuid4()),
        "topic": topic,
        "subject": "",
        "data": {"validationCode": code},
        "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent",
        "eventTime": timestamp(now),
        "metadataVersion": "1",
        "dataVersion": "2",
    }
    message = validation(event, subscription)
    async with session.post(subscription.url, data=message.body, headers=message.headers) as answer:
        if answer.status != 200:
            _refuse(subscription, f"Http POST request failed with response code {answer.status}.")
        try:
            given = await answer.json(content_type=None)
        except ValueError:
            given = None
        if not isinstance(given, dict) or given.get("validationResponse") != code:
            _refuse(subscription, "The validationResponse is missing or is not the validationCode.")


def _refuse(subscription: EventSubscription, reason: str) -> None:
    raise HandshakeRefusedError(subscription.endpoint, reason)
