"""What is done to every request on its way to Resource Manager: its api-version, its span, and where its token may go.

Api-versions are pinned, so that a newer SDK changes nothing by itself; MIGRATION_API_VERSIONS replaces them where a
cloud lags. The answers to images need `systemData`, which tells a rebuilt image from the one that was copied: in a
version without it, no source is deleted.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy, SansIOHTTPPolicy

from arm.transport.allowance import note_left
from arm.transport.errors import ArmRefusedError
from telemetry.arm_calls import arm_call

PINNED = {
    "galleries": "2026-03-03",
    "images": "2026-04-01",
    "virtualMachines": "2026-04-01",
    "virtualMachineScaleSets": "2026-04-01",
    "diskEncryptionSets": "2026-03-02",
}
FOREIGN_HOST = "ForeignHost"


def chosen_versions(given: Iterable[str]) -> dict[str, str]:
    """Return the api-version of each type; `given` are those that count in place of the pinned ones."""
    return PINNED | dict(one.split("=") for one in given)


class ApiVersionPolicy(SansIOHTTPPolicy[Any, Any]):
    """Puts the chosen api-version into every request for a type that has one, pages and deletes included.

    `given` are those that count in place of the pinned ones, as `images=2024-07-01`.
    """

    def __init__(self, given: Iterable[str]) -> None:
        self._chosen = {kind.lower(): version for kind, version in chosen_versions(given).items()}

    def on_request(self, request: PipelineRequest[Any]) -> None:
        url = urlsplit(request.http_request.url)
        version = self._chosen.get(_resource_type(url.path))
        if version is not None:
            query = [(name, value) for name, value in parse_qsl(url.query) if name.lower() != "api-version"]
            changed = url._replace(query=urlencode([*query, ("api-version", version)]))
            request.http_request.url = urlunsplit(changed)


def _resource_type(path: str) -> str:
    """Return the type in lower case: the first name behind the last provider, `subscriptions` where there is none."""
    behind = path.lower().rpartition("/providers/")[2].strip("/").split("/")
    return behind[1] if "/providers/" in path.lower() and len(behind) > 1 else behind[0]


class ObservingPolicy(AsyncHTTPPolicy[Any, Any]):
    """One span a call, whatever the SDK does for it: tokens and redirects included."""

    async def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        with arm_call(request.http_request.method, request.http_request.url) as call:
            response = await self.next.send(request)
            call.answered(response.http_response.status_code, response.http_response.headers)
            note_left(request.http_request.url, response.http_response.headers)
            return response


class OriginPolicy(AsyncHTTPPolicy[Any, Any]):
    """Tokens go to the configured Resource Manager and nowhere else, whatever URL a state, a header or a link holds.

    Looks at the host of the final request, redirects included, before a token is put on it.
    """

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = _origin(origin)

    async def send(self, request: PipelineRequest[Any]) -> PipelineResponse[Any, Any]:
        found = _origin(request.http_request.url)
        if found != self._origin:
            host = str(found[1] or "no host")[:100]
            message = f"the app talks to {self._origin[1]} only, and was to send a request to {host}"
            raise ArmRefusedError(FOREIGN_HOST, message)
        return await self.next.send(request)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port; a URL that names a user, or cannot be read, has the origin of none of ours."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443}.get(parts.scheme)
    except ValueError:
        return ("", None, None)
    return ("" if parts.username is not None else parts.scheme, parts.hostname, port)
