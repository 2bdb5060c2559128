"""Which api-version each resource type is asked in. Pinned, so that a newer SDK changes nothing by itself.

MIGRATION_API_VERSIONS replaces them where a cloud lags. The answers to images need `systemData`, which tells a rebuilt
image from the one that was copied: in a version without it, no source is deleted.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy

from migration.asking.settings import settings

PINNED = {
    "galleries": "2026-03-03",
    "images": "2026-04-01",
    "virtualMachines": "2026-04-01",
    "virtualMachineScaleSets": "2026-04-01",
    "diskEncryptionSets": "2026-03-02",
}


class ApiVersionPolicy(SansIOHTTPPolicy[Any, Any]):
    """Puts the chosen api-version into every request for a type that has one, pages and deletes included."""

    def on_request(self, request: PipelineRequest[Any]) -> None:
        url = urlsplit(request.http_request.url)
        version = _chosen().get(_resource_type(url.path))
        if version is not None:
            query = [(name, value) for name, value in parse_qsl(url.query) if name.lower() != "api-version"]
            changed = url._replace(query=urlencode([*query, ("api-version", version)]))
            request.http_request.url = urlunsplit(changed)


def _chosen() -> dict[str, str]:
    """The versions in force, by type in lower case."""
    given = dict(one.split("=") for one in settings().api_versions)
    return {kind.lower(): version for kind, version in (PINNED | given).items()}


def _resource_type(path: str) -> str:
    """Return the type in lower case: the first name behind the last provider, `subscriptions` where there is none."""
    behind = path.lower().rpartition("/providers/")[2].strip("/").split("/")
    return behind[1] if "/providers/" in path.lower() and len(behind) > 1 else behind[0]
