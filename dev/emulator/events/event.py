"""One event of Azure Resource Manager, in both schemas of Event Grid. Pure data; the official examples are its model.

The event says who did what to which resource; it never carries the resource's tags or properties. In the ids of what
was written it spells `resourcegroups`, in those of what was deleted `resourceGroups`: whoever reads it compares ids in
any case.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dev.emulator.events.requesters import Requester
from dev.emulator.vocabulary.tokens import TENANT_ID
from dev.emulator.world import Announcement

_OUTCOMES = {"write": "ResourceWriteSuccess", "delete": "ResourceDeleteSuccess", "action": "ResourceActionSuccess"}
_CONTRIBUTOR = "b24988ac618042a0ab8820f7382dd24c"
_MICROSOFT = "http://schemas.microsoft.com"
_SOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims"
_CLAIM_TYPES = {
    "oid": f"{_MICROSOFT}/identity/claims/objectidentifier",
    "tid": f"{_MICROSOFT}/identity/claims/tenantid",
    "idp": f"{_MICROSOFT}/identity/claims/identityprovider",
    "scp": f"{_MICROSOFT}/identity/claims/scope",
    "sub": f"{_SOAP}/nameidentifier",
    "unique_name": f"{_SOAP}/name",
    "upn": f"{_SOAP}/upn",
    "given_name": f"{_SOAP}/givenname",
    "family_name": f"{_SOAP}/surname",
}


@dataclass(frozen=True, slots=True)
class Event:
    """`topic` is the subscription whose events these are, `subject` the id of the resource."""

    type: str
    topic: str
    subject: str
    time: datetime
    data: Mapping[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def event_grid_schema(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "eventType": self.type,
            "eventTime": timestamp(self.time),
            "id": self.id,
            "data": self.data,
            "dataVersion": "2",
            "metadataVersion": "1",
            "topic": self.topic,
        }

    def cloud_event(self) -> dict[str, Any]:
        return {
            "source": self.topic,
            "subject": self.subject,
            "type": self.type,
            "time": timestamp(self.time),
            "id": self.id,
            "data": self.data,
            "specversion": "1.0",
        }


def event_of(news: Announcement, requester: Requester) -> Event:
    _, _, subscription_id, *_ = news.subject.split("/")
    outcome = _OUTCOMES[news.operation_name.rpartition("/")[2]]
    subject = _as_told(news)
    return Event(
        type=f"Microsoft.Resources.{outcome}",
        topic=f"/subscriptions/{subscription_id}",
        subject=subject,
        time=news.at,
        data=_data(news, subject, requester, subscription_id),
    )


def _as_told(news: Announcement) -> str:
    if news.operation_name.endswith("/delete"):
        return news.subject
    return news.subject.replace("/resourceGroups/", "/resourcegroups/", 1)


def timestamp(moment: datetime) -> str:
    """Seven digits of a second, as Event Grid writes them."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def _data(news: Announcement, subject: str, requester: Requester, subscription_id: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "authorization": {
            "scope": subject,
            "action": news.operation_name,
            "evidence": _evidence(requester.claims, subscription_id),
        },
        "claims": {_CLAIM_TYPES.get(name, name): str(value) for name, value in requester.claims.items()},
        "correlationId": requester.correlation_id,
        "resourceProvider": news.operation_name.partition("/")[0],
        "resourceUri": subject,
        "operationName": news.operation_name,
        "status": "Succeeded",
        "subscriptionId": subscription_id,
        "tenantId": str(requester.claims.get("tid", TENANT_ID)),
    }
    if requester.http_request:
        data["httpRequest"] = dict(requester.http_request)
    return data


def _evidence(claims: Mapping[str, Any], subscription_id: str) -> dict[str, str]:
    """The role that allowed the request; the emulator lets everybody be a Contributor of the subscription."""
    return {
        "role": "Contributor",
        "roleAssignmentScope": f"/subscriptions/{subscription_id}",
        "roleDefinitionId": _CONTRIBUTOR,
        "principalId": str(claims.get("oid", "")).replace("-", ""),
        "principalType": "User" if "upn" in claims else "ServicePrincipal",
    }
