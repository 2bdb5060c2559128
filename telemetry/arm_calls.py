"""Spans and counts of calls to Azure Resource Manager. No queries: an operation's URL may carry a signature."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from telemetry.measuring import count_throttle
from telemetry.tracing import tracer

_THROTTLED = 429
_NOT_FOUND = 404  # often what was hoped for, and no error
_TOLD_HEADERS = {"x-ms-request-id": "azure.service_request_id", "Retry-After": "azure.retry_after"}


class ArmCall(NamedTuple):
    """A call under way."""

    span: Span
    resource_type: str

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Say how Azure answered."""
        self.span.set_attribute("http.response.status_code", status)
        for header, attribute in _TOLD_HEADERS.items():
            if headers.get(header):
                self.span.set_attribute(attribute, headers[header])
        if status == _THROTTLED:
            count_throttle(self.resource_type)
        if status >= 400 and status != _NOT_FOUND:
            self.span.set_status(Status(StatusCode.ERROR, str(status)))


@contextmanager
def arm_call(method: str, url: str) -> Iterator[ArmCall]:
    """Run a call as a span named for its method and the type of resource it is about."""
    address = urlsplit(url)
    kind = resource_type(address.path)
    attributes = {
        "http.request.method": method,
        "server.address": address.hostname or "",
        "url.path": address.path,
        "azure.resource_type": kind,
    }
    with tracer().start_as_current_span(f"{method} {kind}", kind=SpanKind.CLIENT, attributes=attributes) as span:
        yield ArmCall(span, kind)


def resource_type(path: str) -> str:
    """Return the type of resource a path is about, e.g. Microsoft.Compute/galleries/images."""
    _, provider, below = path.rpartition("/providers/")
    if not provider:
        return "/".join(["Microsoft.Resources", *path.strip("/").split("/")[::2]])
    namespace, *types_and_names = below.split("/")
    return "/".join([namespace, *types_and_names[::2]])
