"""One credential and one client a subscription for the whole process; the endpoint is the only thing that varies."""

from functools import cache
from typing import TYPE_CHECKING, Any

from arm.cloud import cloud
from arm.errors import ArmUnavailableError, arm_errors
from arm.reading import items_of, next_of

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential
    from azure.core.rest import AsyncHttpResponse
    from azure.mgmt.compute.aio import ComputeManagementClient

ANY_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"  # for requests whose path names their own


@cache
def credential() -> "AsyncTokenCredential":
    """Return the process's credential: the managed identity in Azure, the developer's login elsewhere."""
    from azure.identity.aio import DefaultAzureCredential

    return DefaultAzureCredential(authority=cloud().authority)


@cache
def compute(subscription: str) -> "ComputeManagementClient":
    """Return the client for one subscription.

    It retries nothing by itself: waiting belongs to the orchestrator, whose timers cost no worker.
    """
    from azure.mgmt.compute.aio import ComputeManagementClient

    from arm.api_versions import ApiVersionPolicy
    from arm.observing import ObservingPolicy
    from arm.origin import OriginPolicy
    from arm.transport import OnceTransport

    endpoint = cloud().resource_manager
    return ComputeManagementClient(
        credential(),
        subscription,
        base_url=endpoint,
        credential_scopes=[f"{endpoint}/.default"],
        retry_total=0,
        transport=OnceTransport(),
        per_call_policies=[ApiVersionPolicy(), ObservingPolicy()],
        per_retry_policies=[OriginPolicy(endpoint)],
    )


async def send(method: str, url: str, body: Any = None) -> "AsyncHttpResponse":
    """Send one request to ARM through the compute client's pipeline; raises ArmError for anything but success.

    `url` is absolute, or a path with its api-version.
    """
    from azure.core.rest import HttpRequest

    target = url if url.startswith("https://") else f"{cloud().resource_manager}{url}"
    async with arm_errors():
        response = await compute(ANY_SUBSCRIPTION).send_request(HttpRequest(method, target, json=body))
        response.raise_for_status()
        return response


async def read_body(response: "AsyncHttpResponse") -> dict[str, Any]:
    """Return the JSON object that an answer bears; raises ArmUnavailableError for anything else."""
    async with arm_errors():
        body = response.json()
    if isinstance(body, dict):
        return body
    raise ArmUnavailableError("UselessAnswer", "the answer is no JSON object")


async def list_all(url: str) -> list[dict[str, Any]]:
    """Read a list over all its pages."""
    items: list[dict[str, Any]] = []
    seen: set[str] = set()
    next_link: str | None = url
    while next_link:
        page = await read_body(await send("GET", next_link))
        items += items_of(page)
        next_link = next_of(page, seen)
    return items
