"""Tokens go to the configured Resource Manager and nowhere else, whatever URL a state, a header or a link holds."""

from typing import Any
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy

from arm.errors import ArmRefusedError

FOREIGN_HOST = "ForeignHost"


class OriginPolicy(AsyncHTTPPolicy[Any, Any]):
    """Looks at the host of the final request, redirects included, before a token is put on it."""

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
