"""Who asked for what: remembered per resource, because an operation's event leaves long after its request."""

import re
import uuid
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from dev.emulator.vocabulary.tokens import claims_of
from dev.emulator.world import Announcement

_WRITES = frozenset({"PUT", "PATCH", "DELETE"})
_TAGS = "/providers/microsoft.resources/tags/default"
_MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Requester:
    """The caller's claims and, for changes of what existed before, the request as Event Grid describes it."""

    claims: Mapping[str, Any] = field(default_factory=dict)
    correlation_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    http_request: Mapping[str, str] | None = None


class Requesters:
    """The latest writer of each path, the oldest forgotten first."""

    def __init__(self) -> None:
        self._by_path: OrderedDict[str, Requester] = OrderedDict()

    def remember(self, http: web.Request, *, exists: bool) -> None:
        key = path_of(http).lower()
        if http.method not in _WRITES or not key.startswith("/subscriptions/"):
            return
        self._by_path[key] = _requester(http, with_request=exists or key.endswith(_TAGS))
        self._by_path.move_to_end(key)
        if len(self._by_path) > _MOST_REMEMBERED:
            self._by_path.popitem(last=False)

    def of(self, news: Announcement) -> Requester:
        """Whoever wrote to the subject or its tags, or to the nearest scope around it (content of a deleted group)."""
        written_at = _TAGS if news.operation_name.startswith("Microsoft.Resources/tags/") else ""
        for scope in _scopes(news.subject.lower() + written_at):
            if requester := self._by_path.get(scope):
                return requester
        return Requester()


def path_of(http: web.Request) -> str:
    return re.sub("/{2,}", "/", http.path).rstrip("/")


def _scopes(subject: str) -> Iterator[str]:
    while subject:
        yield subject
        subject = subject.rpartition("/")[0]


def _requester(http: web.Request, *, with_request: bool) -> Requester:
    described = {
        "clientRequestId": http.headers.get("x-ms-client-request-id", str(uuid.uuid4())),
        "clientIpAddress": http.remote or "",
        "method": http.method,
        "url": str(http.url),
    }
    correlation_id = http.headers.get("x-ms-correlation-request-id", str(uuid.uuid4()))
    claims = claims_of(http.headers.get("Authorization", ""))
    return Requester(claims, correlation_id, described if with_request else None)
